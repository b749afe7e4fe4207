package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Shuffles that exchange neighbouring groups of 8, 4, 2 and 1 lanes; with fewer lanes than a pair of groups they change nothing. */
final class Swaps {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final VectorShuffle<Float> X8 = swap(8);
    static final VectorShuffle<Float> X4 = swap(4);
    static final VectorShuffle<Float> X2 = swap(2);
    static final VectorShuffle<Float> X1 = swap(1);

    private Swaps() { }

    private static VectorShuffle<Float> swap(int half) {
        return VectorShuffle.fromOp(S, i -> half < S.length() ? i ^ half : i);
    }
}
