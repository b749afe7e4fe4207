package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import loam.tensor.internal.scalar.ScalarLoops;

/** Inner loops on the Vector API; what has no vector form is inherited from the scalar loops. */
public final class SimdLoops extends ScalarLoops {
    @Override
    public String name() {
        return "simd";
    }

    @Override
    public int lanes() {
        return FloatVector.SPECIES_PREFERRED.length();
    }
}
