package loam.tensor.internal.simd;

import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * First and last steps of functions around the exponential and the logarithm. Each kind is a sequence of short loops over a block
 * that stays in the first-level cache: one long body would overrun the compiler's limits, and the shared loops are warm earlier.
 * n is a multiple of the vector length.
 */
final class Logistics {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final float TANH_MAX = 10f;
    private static final float ERFCX_MAX = 10.3f;
    private static final float SQUARE_MAX = 14.6f;
    /** Here the functions that go to zero on the left are zero. */
    private static final float TAIL = -150f;
    /** 2 sqrt(2 / pi) and its product with the cubic coefficient of the tanh form of GELU. */
    private static final float K1 = 1.5957691f;
    private static final float K3 = 0.071354814f;

    private Logistics() { }

    /** {@code -|x|}: the exponent of the logistic functions. */
    static void negAbs(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.abs().neg().intoArray(y, yo + i);
        }
    }

    /** {@code x + 1}. */
    static void plusOne(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.add(1f).intoArray(y, yo + i);
        }
    }

    /** {@code 2 |x|}, bounded. */
    static void twiceAbs(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            Bounds.atMost(x0.abs(), TANH_MAX).mul(2f).intoArray(y, yo + i);
        }
    }

    /** Exponent of the tanh form of GELU, which is x times the logistic function of {@code x (K1 + K3 x^2)}. */
    static void geluCubic(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector u = x0.mul(x0).fma(broadcast(S, K3), broadcast(S, K1)).mul(x0);
            u.abs().neg().intoArray(y, yo + i);
        }
    }

    /** {@code -x^2 / 2}, bounded. */
    static void halfSquare(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector b = x0.abs().min(SQUARE_MAX);
            b.mul(-0.5f).mul(b).intoArray(y, yo + i);
        }
    }

    /** {@code -x^2}, bounded. */
    static void square(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector b = x0.abs().min(ERFCX_MAX);
            b.mul(b).neg().intoArray(y, yo + i);
        }
    }

    /** tanh x from {@code e = exp(2 |x|) - 1}. */
    static void tanh(int n, float[] x, int xo, float[] e, int eo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            FloatVector q = e0.div(e0.add(2f));
            q.reinterpretAsInts().or(x0.reinterpretAsInts().and(0x80000000)).reinterpretAsFloats().intoArray(y, yo + i);
        }
    }

    /** Logistic function of x from {@code e = exp(-|x|)}. */
    static void sigmoid(int n, float[] x, int xo, float[] e, int eo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            broadcast(S, 1f).blend(e0, x0.compare(VectorOperators.LT, 0f)).div(e0.add(1f)).intoArray(y, yo + i);
        }
    }

    /** x times the logistic function with {@code e = exp(-|u|)}, u of the sign of x. */
    static void timesSigmoid(int n, float[] x, int xo, float[] e, int eo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            FloatVector s = broadcast(S, 1f).blend(e0, x0.compare(VectorOperators.LT, 0f)).div(e0.add(1f));
            Bounds.atLeast(x0, TAIL).mul(s).intoArray(y, yo + i);
        }
    }

    /** ELU from {@code e = exp(x) - 1}. */
    static void elu(int n, float[] x, int xo, float[] e, int eo, float[] y, int yo, float alpha) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            e0.mul(alpha).blend(x0, x0.compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
        }
    }

    /** log(1 + x) from {@code l = log(1 + x rounded)}: adds what the rounding lost. */
    static void log1p(int n, float[] x, int xo, float[] l, int lo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector l0 = FloatVector.fromArray(S, l, lo + i);
            FloatVector y0 = x0.add(1f);
            FloatVector c = x0.sub(y0.sub(1f)).div(y0);
            VectorMask<Float> ok = y0.compare(VectorOperators.GT, 0f).and(y0.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
            FloatVector r = l0.blend(l0.add(c), ok);
            r.blend(x0, x0.compare(VectorOperators.EQ, 0f)).intoArray(y, yo + i);
        }
    }

    /** Softplus from {@code l = log(1 + exp(-|x|))}. */
    static void softplus(int n, float[] x, int xo, float[] l, int lo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector l0 = FloatVector.fromArray(S, l, lo + i);
            l0.add(Bounds.atLeast(x0, 0f)).intoArray(y, yo + i);
        }
    }

    /** Logarithm of the logistic function from {@code l = log(1 + exp(-|x|))}. */
    static void logSigmoid(int n, float[] x, int xo, float[] l, int lo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector l0 = FloatVector.fromArray(S, l, lo + i);
            // minus zero where the logarithm is too small for a float
            l0.sub(x0.min(0f)).neg().intoArray(y, yo + i);
        }
    }

    /** a times the derivative of SiLU. */
    static void siluGrad(int n, float[] a, int ao, float[] x, int xo, float[] e, int eo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            FloatVector d = e0.add(1f);
            FloatVector s = broadcast(S, 1f).blend(e0, x0.compare(VectorOperators.LT, 0f)).div(d);
            FloatVector g = e0.div(d.mul(d)).fma(x0.max(TAIL).min(-TAIL), s);
            a0.mul(g).intoArray(y, yo + i);
        }
    }

    /** a times the derivative of the tanh form of GELU. */
    static void geluTanhGrad(int n, float[] a, int ao, float[] x, int xo, float[] e, int eo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector e0 = FloatVector.fromArray(S, e, eo + i);
            FloatVector c = x0.max(-30f).min(30f);
            FloatVector d = e0.add(1f);
            FloatVector s = broadcast(S, 1f).blend(e0, x0.compare(VectorOperators.LT, 0f)).div(d);
            FloatVector slope = c.mul(c).fma(broadcast(S, 3 * K3), broadcast(S, K1)).mul(c);
            a0.mul(e0.div(d.mul(d)).fma(slope, s)).intoArray(y, yo + i);
        }
    }
}
