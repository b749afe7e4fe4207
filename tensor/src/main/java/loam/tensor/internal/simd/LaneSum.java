package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sum of a vector's lanes in one fixed order: the upper half onto the lower one, until one lane is left. The order of
 * {@code reduceLanes(ADD)} is left open, so interpreted and compiled code may give different bits for the same numbers.
 */
final class LaneSum {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final VectorShuffle<Float> X8 = swap(8);
    private static final VectorShuffle<Float> X4 = swap(4);
    private static final VectorShuffle<Float> X2 = swap(2);
    private static final VectorShuffle<Float> X1 = swap(1);

    private LaneSum() { }

    private static VectorShuffle<Float> swap(int half) {
        return VectorShuffle.fromOp(S, i -> half < L ? i ^ half : i);
    }

    static float of(FloatVector v) {
        FloatVector s = v;
        if (L > 8) {
            s = s.add(s.rearrange(X8));
        }
        if (L > 4) {
            s = s.add(s.rearrange(X4));
        }
        if (L > 2) {
            s = s.add(s.rearrange(X2));
        }
        if (L > 1) {
            s = s.add(s.rearrange(X1));
        }
        return s.lane(0);
    }
}
