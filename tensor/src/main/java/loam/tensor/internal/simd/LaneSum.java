package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sum of a vector's lanes in one fixed order: the upper half onto the lower one, until one lane is left. The order of
 * {@code reduceLanes(ADD)} is left open, so interpreted and compiled code may give different bits for the same numbers.
 */
final class LaneSum {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** The first two exchanges, and the lanes that they bring from above. */
    private static final VectorShuffle<Float> HALVES = L > 8 ? Swaps.X8 : L > 4 ? Swaps.X4 : Swaps.X2;
    private static final VectorShuffle<Float> QUARTERS = L > 8 ? Swaps.X4 : L > 4 ? Swaps.X2 : Swaps.X1;
    private static final VectorMask<Float> UPPER_HALF = bit(L / 2);
    private static final VectorMask<Float> ODD_QUARTERS = bit(L / 4);

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

    /** The sums of four vectors at once, each the bits of {@link #of}: in lanes 0, L / 2, L / 4 and 3 L / 4; at least four lanes. */
    static FloatVector four(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
        FloatVector u = a.add(a.rearrange(HALVES)).blend(b.add(b.rearrange(HALVES)), UPPER_HALF);
        FloatVector w = c.add(c.rearrange(HALVES)).blend(d.add(d.rearrange(HALVES)), UPPER_HALF);
        FloatVector s = u.add(u.rearrange(QUARTERS)).blend(w.add(w.rearrange(QUARTERS)), ODD_QUARTERS);
        if (L > 8) {
            s = s.add(s.rearrange(Swaps.X2));
        }
        if (L > 4) {
            s = s.add(s.rearrange(Swaps.X1));
        }
        return s;
    }

    private static VectorMask<Float> bit(int value) {
        boolean[] bits = new boolean[L];
        for (int i = 0; i < L; i++) {
            bits[i] = (i & value) != 0;
        }
        return VectorMask.fromArray(S, bits, 0);
    }
}
