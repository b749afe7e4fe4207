package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import loam.tensor.internal.scalar.ScalarLoops;
import loam.tensor.kernel.Activation;

/** Inner loops on the Vector API; what has no vector form is inherited from the scalar loops. */
public final class SimdLoops extends ScalarLoops {
    private final Tiling tiling;

    /** With the micro-kernels that suit this processor and JDK. */
    public SimdLoops() {
        this(Tiling.preferred().name());
    }

    /** With the named set of micro-kernels (WIDE, MIDDLE, NARROW); the bits are the same. */
    public SimdLoops(String tiling) {
        this.tiling = Tiling.valueOf(tiling);
    }

    @Override
    public String name() {
        return "simd";
    }

    @Override
    public int lanes() {
        return FloatVector.SPECIES_PREFERRED.length();
    }

    @Override
    public void transpose(int rows, int cols, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        Transposer.run(rows, cols, x, xo, ldx, y, yo, ldy);
    }

    @Override
    public void gemm(int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
                     float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset, Activation act, boolean parallel) {
        if (m <= 0 || n <= 0 || k <= 0 || (long) m * n * k <= SimdGemm.TINY) {
            super.gemm(m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, bias, biasOffset, act, parallel);
        } else if (n == 1 && SimdGemv.fits(ars, acs)) {
            SimdGemv.run(m, k, a, ao, ars, acs, b, bo, brs, c, co, ldc, accumulate, parallel);
            finish(m, 1, c, co, ldc, bias, biasOffset, act);
        } else if (m == 1 && SimdGemv.fits(bcs, brs)) {
            SimdGemv.run(n, k, b, bo, bcs, brs, a, ao, acs, c, co, 1, accumulate, parallel);
            finish(1, n, c, co, ldc, bias, biasOffset, act);
        } else {
            SimdGemm.run(tiling, m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, bias, biasOffset, act, parallel);
        }
    }
}
