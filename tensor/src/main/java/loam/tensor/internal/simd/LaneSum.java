package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;

/**
 * The sum of a vector's lanes in one fixed order: the upper half onto the lower one, until one lane is left. The order of
 * {@code reduceLanes(ADD)} is left open, so interpreted and compiled code may give different bits for the same numbers.
 */
final class LaneSum {
    private static final int L = FloatVector.SPECIES_PREFERRED.length();

    private LaneSum() { }

    static float of(FloatVector v) {
        FloatVector s = v;
        if (L > 8) {
            s = s.add(s.rearrange(Swaps.X8));
        }
        if (L > 4) {
            s = s.add(s.rearrange(Swaps.X4));
        }
        if (L > 2) {
            s = s.add(s.rearrange(Swaps.X2));
        }
        if (L > 1) {
            s = s.add(s.rearrange(Swaps.X1));
        }
        return s.lane(0);
    }
}
