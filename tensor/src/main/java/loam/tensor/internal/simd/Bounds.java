package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The larger or smaller of a vector and one number that is neither NaN nor -0: the bits of {@code max} and {@code min}, a NaN stays.
 * Those two order zeros and keep a NaN on either side, for which processors take about six instructions; here a comparison and a
 * blend are enough.
 */
final class Bounds {
    private Bounds() { }

    static FloatVector atLeast(FloatVector v, float least) {
        return v.blend(least, v.compare(VectorOperators.LE, least));
    }

    static FloatVector atMost(FloatVector v, float most) {
        return v.blend(most, v.compare(VectorOperators.GE, most));
    }
}
