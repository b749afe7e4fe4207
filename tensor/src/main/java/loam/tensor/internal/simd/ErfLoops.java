package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The error function and the derivative of GELU: erfc(t) = exp(-t^2) w((t - 2) / (t + 2)) with a polynomial w fitted to the scaled complementary
 * error function on [0, 10.3] (relative error 6e-9); the square is kept in two parts, so the far tail is right too. Steps as in
 * {@link Logistics}. n is a multiple of the vector length.
 */
final class ErfLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final float ERFCX_MAX = 10.3f;
    private static final float W0 = 0.25539568f;
    private static final float W1 = -0.42718586f;
    private static final float W2 = 0.24165826f;
    private static final float W3 = -0.07897797f;
    private static final float W4 = 0.0037317064f;
    private static final float W5 = 0.006992294f;
    private static final float W6 = -0.00084093015f;
    private static final float W7 = -0.00096221204f;
    private static final float W8 = 3.2991356e-05f;
    private static final float W9 = 0.00013773453f;
    private static final float W10 = 2.6262016e-05f;
    private static final float SQUARE_MAX = 14.6f;
    /** Here the functions that go to zero on the left are zero. */
    private static final float TAIL = -150f;
    private static final float INV_SQRT_2PI = 0.39894228f;
    private static final float Q0 = 1.12837911f;
    private static final float Q1 = -0.37612626f;
    private static final float Q2 = 0.112835854f;
    private static final float Q3 = -0.026853811f;
    private static final float Q4 = 0.00518832728f;
    private static final float Q5 = -0.000801019138f;
    private static final float Q6 = 7.85385419e-05f;

    private ErfLoops() { }

    private static FloatVector v(float c) {
        return FloatVector.broadcast(S, c);
    }

    /** {@code exp(t^2) erfc(t)} for {@code t = scale |x|}. */
    static void scaled(int n, float[] x, int xo, float[] y, int yo, float scale) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector t = x0.abs().mul(scale).min(ERFCX_MAX);
            FloatVector q = t.sub(2f).div(t.add(2f));
            FloatVector w = v(W10).fma(q, v(W9)).fma(q, v(W8)).fma(q, v(W7)).fma(q, v(W6)).fma(q, v(W5)).fma(q, v(W4)).fma(q, v(W3)).fma(q, v(W2)).fma(q, v(W1)).fma(q, v(W0));
            w.intoArray(y, yo + i);
        }
    }

    /** erf x for |x| below 1. */
    static void small(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector z = x0.mul(x0);
            FloatVector p = v(Q6).fma(z, v(Q5)).fma(z, v(Q4)).fma(z, v(Q3)).fma(z, v(Q2)).fma(z, v(Q1)).fma(z, v(Q0));
            p.mul(x0).intoArray(y, yo + i);
        }
    }

    /** erf x from {@code e = exp(-x^2 rounded)}, {@code w = exp(x^2) erfc |x|} and {@code s}, the value for small x. */
    static void erf(int n, float[] x, int xo, float[] e, int eo, float[] w, int wo, float[] s, int so, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            FloatVector w0 = FloatVector.fromArray(S, w, wo + i);
            FloatVector s0 = FloatVector.fromArray(S, s, so + i);
            FloatVector t = x0.abs().min(ERFCX_MAX);
            FloatVector square = t.mul(t);
            FloatVector rest = t.fma(t, square.neg());
            FloatVector big = v(1f).sub(w0.mul(e0.sub(e0.mul(rest))));
            FloatVector f = big.reinterpretAsInts().or(x0.reinterpretAsInts().and(0x80000000)).reinterpretAsFloats();
            f.blend(s0, t.compare(VectorOperators.LT, 1f)).intoArray(y, yo + i);
        }
    }

    /** Distribution function of the normal distribution from {@code e = exp(-x^2 / 2 rounded)} and {@code w = exp(t^2) erfc t}, {@code t = |x| / sqrt(2)}. */
    static void cdf(int n, float[] x, int xo, float[] e, int eo, float[] w, int wo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            FloatVector w0 = FloatVector.fromArray(S, w, wo + i);
            FloatVector b = x0.abs().min(SQUARE_MAX);
            FloatVector h = b.mul(0.5f);
            FloatVector rest = h.fma(b, h.mul(b).neg());
            FloatVector f = w0.mul(e0.sub(e0.mul(rest))).mul(0.5f);
            f.blend(v(1f).sub(f), x0.compare(VectorOperators.GE, 0f)).intoArray(y, yo + i);
        }
    }

    /** a times the derivative of GELU. */
    static void geluGrad(int n, float[] a, int ao, float[] x, int xo, float[] e, int eo, float[] c, int co, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            FloatVector c0 = FloatVector.fromArray(S, c, co + i);
            a0.mul(e0.mul(INV_SQRT_2PI).fma(x0.max(TAIL).min(-TAIL), c0)).intoArray(y, yo + i);
        }
    }
}
