package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import loam.tensor.internal.scalar.ScalarConv;
import loam.tensor.internal.scalar.ScalarLoops;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.ConvShape;
import loam.tensor.kernel.PoolShape;
import loam.tensor.kernel.UnaryKind;

/** Inner loops on the Vector API; what has no vector form is inherited from the scalar loops. */
public final class SimdLoops extends ScalarLoops {
    private final Tiling tiling;

    /*
     * Vectors of two lengths, before any loop is compiled. While only one kind of FloatVector has been made, the compiler of JDK 17 takes the only
     * subclass it knows without fixing the class in the loop's values, does not recognise their multiply-adds then, and makes an object of each.
     */
    static {
        FloatVector.zero(FloatVector.SPECIES_128);
        FloatVector.zero(FloatVector.SPECIES_256);
    }

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

    @Override
    public void unary(UnaryKind kind, int n, float[] x, int xo, float[] y, int yo, double p, double q) {
        if (!SimdElementwise.unary(kind, n, x, xo, y, yo, p, q)) {
            super.unary(kind, n, x, xo, y, yo, p, q);
        }
    }

    @Override
    public void binary(BinaryKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        if (!SimdElementwise.binary(kind, n, a, ao, as, b, bo, bs, y, yo)) {
            super.binary(kind, n, a, ao, as, b, bo, bs, y, yo);
        }
    }

    @Override
    public void compare(CompareKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, byte[] y, int yo) {
        int whole = n - n % lanes();
        SimdElementwise.compare(kind, whole, a, ao, as, b, bo, bs, y, yo);
        super.compare(kind, n - whole, a, ao + whole * as, as, b, bo + whole * bs, bs, y, yo + whole);
    }

    @Override
    public void select(int n, byte[] c, int co, int cs, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        int whole = cs == 0 ? 0 : n - n % lanes();
        SimdElementwise.select(whole, c, co, a, ao, as, b, bo, bs, y, yo);
        super.select(n - whole, c, co + whole * cs, cs, a, ao + whole * as, as, b, bo + whole * bs, bs, y, yo + whole);
    }

    @Override
    public void axpy(int n, float alpha, float[] x, int xo, float[] y, int yo) {
        SimdReduce.axpy(n, alpha, x, xo, y, yo);
    }

    @Override
    public double sum(int n, float[] x, int xo) {
        return SimdReduce.sum(n, x, xo);
    }

    @Override
    public double sumSquares(int n, float[] x, int xo) {
        return SimdReduce.dot(n, x, xo, x, xo);
    }

    @Override
    public double sumAbs(int n, float[] x, int xo) {
        return SimdReduce.sumAbs(n, x, xo);
    }

    @Override
    public double dot(int n, float[] x, int xo, float[] y, int yo) {
        return SimdReduce.dot(n, x, xo, y, yo);
    }

    @Override
    public float max(int n, float[] x, int xo) {
        return SimdReduce.max(n, x, xo);
    }

    @Override
    public float min(int n, float[] x, int xo) {
        return SimdReduce.min(n, x, xo);
    }

    @Override
    public void maxInto(int n, float[] x, int xo, float[] acc, int ao) {
        SimdReduce.maxInto(n, x, xo, acc, ao);
    }

    @Override
    public void minInto(int n, float[] x, int xo, float[] acc, int ao) {
        SimdReduce.minInto(n, x, xo, acc, ao);
    }

    @Override
    public double expSum(int n, float[] x, int xo, float shift, float[] y, int yo) {
        return SimdReduce.expSum(n, x, xo, shift, y, yo);
    }

    @Override
    public void softmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        SimdReduce.softmaxRows(rows, n, x, xo, y, yo);
    }

    @Override
    public void logSoftmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        SimdReduce.logSoftmaxRows(rows, n, x, xo, y, yo);
    }

    @Override
    public void softmaxRowsGrad(int rows, int n, float[] dy, int dyo, float[] y, int yo, float[] dx, int dxo) {
        SimdReduce.softmaxRowsGrad(rows, n, dy, dyo, y, yo, dx, dxo);
    }

    @Override
    public void layerNormRows(int rows, int n, double eps, float[] x, int xo, float[] gamma, int go, float[] beta, int bo,
                              float[] y, int yo, float[] mean, int mo, float[] rstd, int ro) {
        SimdNorms.layerNormRows(rows, n, eps, x, xo, gamma, go, beta, bo, y, yo, mean, mo, rstd, ro);
    }

    @Override
    public void layerNormRowsGrad(int rows, int n, float[] dy, int dyo, float[] x, int xo, float[] mean, int mo, float[] rstd, int ro,
                                  float[] gamma, int go, float[] dx, int dxo, float[] dg, int dgo, float[] db, int dbo) {
        SimdNorms.layerNormRowsGrad(rows, n, dy, dyo, x, xo, mean, mo, rstd, ro, gamma, go, dx, dxo, dg, dgo, db, dbo);
    }

    @Override
    protected double sumCentredSquares(int n, float[] x, int xo, float centre) {
        return SimdReduce.sumCentredSquares(n, x, xo, centre);
    }

    @Override
    protected double dotCentred(int n, float[] y, int yo, float[] x, int xo, float centre) {
        return SimdReduce.dotCentred(n, y, yo, x, xo, centre);
    }

    @Override
    protected void affine(int n, float[] x, int xo, float scale, float shift, boolean relu, float[] y, int yo) {
        SimdReduce.affine(n, x, xo, scale, shift, relu, y, yo);
    }

    @Override
    protected void affine2(int n, float[] x, int xo, float p, float[] y, int yo, float q, float r, float[] z, int zo) {
        SimdReduce.affine2(n, x, xo, p, y, yo, q, r, z, zo);
    }

    @Override
    public void sgd(int n, float[] w, int wo, float[] g, int go, float[] v, int vo, double lr, double mu, double dampening, double wd,
                    boolean nesterov, boolean first) {
        int i = SimdSteps.sgd(n, w, wo, g, go, v, vo, lr, mu, dampening, wd, nesterov, first);
        super.sgd(n - i, w, wo + i, g, go + i, v, vo + i, lr, mu, dampening, wd, nesterov, first);
    }

    @Override
    public void adam(int n, float[] w, int wo, float[] g, int go, float[] m, int mo, float[] v, int vo,
                     double lr, double beta1, double beta2, double eps, double wd, boolean decoupled, double c1, double c2) {
        int i = SimdSteps.adam(n, w, wo, g, go, m, mo, v, vo, lr, beta1, beta2, eps, wd, decoupled, c1, c2);
        super.adam(n - i, w, wo + i, g, go + i, m, mo + i, v, vo + i, lr, beta1, beta2, eps, wd, decoupled, c1, c2);
    }

    @Override
    public void conv2d(ConvShape s, float[] x, int xo, float[] w, int wo, float[] bias, int bo, Activation act, float[] y, int yo) {
        if (ScalarConv.direct(s)) {
            super.conv2d(s, x, xo, w, wo, bias, bo, act, y, yo);
        } else if (SimdConvRows.fits(s)) {
            SimdConvRows.forward(tiling, s, x, xo, w, wo, bias, bo, act, y, yo);
        } else {
            SimdConv.forward(tiling, s, x, xo, w, wo, bias, bo, act, y, yo);
        }
    }

    @Override
    public void conv2dInputGrad(ConvShape s, float[] dy, int dyo, float[] w, int wo, float[] dx, int dxo) {
        if (ScalarConv.direct(s)) {
            super.conv2dInputGrad(s, dy, dyo, w, wo, dx, dxo);
        } else {
            SimdConv.inputGrad(tiling, s, dy, dyo, w, wo, dx, dxo);
        }
    }

    @Override
    public void conv2dWeightGrad(ConvShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo, float[] db, int dbo) {
        if (ScalarConv.direct(s)) {
            super.conv2dWeightGrad(s, x, xo, dy, dyo, dw, dwo, db, dbo);
        } else if (SimdConvRows.fits(s)) {
            SimdConvRows.weightGrad(s, x, xo, dy, dyo, dw, dwo, db, dbo);
        } else {
            SimdConvWeights.run(tiling, s, x, xo, dy, dyo, dw, dwo);
            if (db != null) {
                conv2dBiasGrad(s, dy, dyo, db, dbo);
            }
        }
    }

    @Override
    public void maxPool2d(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        if (SimdPool.fits(s)) {
            SimdPool.max(s, x, xo, y, yo, index, io);
        } else {
            super.maxPool2d(s, x, xo, y, yo, index, io);
        }
    }
}
