package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The error function and GELU: erfc(t) = exp(-t^2) w((t - 2) / (t + 2)) with a polynomial w fitted to the scaled complementary
 * error function on [0, 10.3] (relative error 6e-9); the square is kept in two parts, so the far tail is right too.
 * The bodies stand flat in the loops: a vector that passes through a method which is not inlined is kept in memory.
 * n is a multiple of the vector length; tails come in padded blocks, so that every element goes through the same code.
 */
final class ErfLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final float EXP_MIN = -105f;
    private static final float LOG2E = 1.44269504f;
    private static final float MAGIC = 12582912f;
    private static final int MAGIC_BITS = 0x4B400000;
    private static final float LN2_HI = -0.693359375f;
    private static final float LN2_LO = 2.12194440e-4f;
    private static final float E0 = 0.5f;
    private static final float E1 = 1.6666665459e-1f;
    private static final float E2 = 4.1665795894e-2f;
    private static final float E3 = 8.3334519073e-3f;
    private static final float E4 = 1.3981999507e-3f;
    private static final float E5 = 1.9875691500e-4f;
    private static final float SQRT_HALF = 0.70710678f;
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

    static void erf(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector t = x0.abs().min(ERFCX_MAX);
            FloatVector square = t.mul(t);
            FloatVector rest = t.fma(t, square.neg());
            FloatVector kx = square.neg().max(EXP_MIN);
            FloatVector kt = kx.fma(v(LOG2E), v(MAGIC));
            FloatVector kn = kt.sub(MAGIC);
            FloatVector kr = kn.fma(v(LN2_LO), kn.fma(v(LN2_HI), kx));
            FloatVector kp = v(E5).fma(kr, v(E4)).fma(kr, v(E3)).fma(kr, v(E2)).fma(kr, v(E1)).fma(kr, v(E0));
            kp = kp.fma(kr.mul(kr), kr).add(1f);
            IntVector ki = kt.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector kh = ki.lanewise(VectorOperators.ASHR, 1);
            FloatVector ks = kh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e0 = kp.mul(ks).mul(ki.sub(kh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector e = e0.sub(e0.mul(rest));
            FloatVector q = t.sub(2f).div(t.add(2f));
            FloatVector w = v(W10).fma(q, v(W9)).fma(q, v(W8)).fma(q, v(W7)).fma(q, v(W6)).fma(q, v(W5)).fma(q, v(W4)).fma(q, v(W3)).fma(q, v(W2)).fma(q, v(W1)).fma(q, v(W0));
            FloatVector c = w.mul(e);
            FloatVector big = v(1f).sub(c);
            FloatVector z = x0.mul(x0);
            FloatVector small = v(Q6).fma(z, v(Q5)).fma(z, v(Q4)).fma(z, v(Q3)).fma(z, v(Q2)).fma(z, v(Q1)).fma(z, v(Q0)).mul(x0);
            FloatVector f = big.reinterpretAsInts().or(x0.reinterpretAsInts().and(0x80000000)).reinterpretAsFloats();
            f.blend(small, t.compare(VectorOperators.LT, 1f)).intoArray(y, yo + i);
        }
    }

    static void gelu(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector t = x0.abs().mul(SQRT_HALF).min(ERFCX_MAX);
            FloatVector b0 = x0.abs().min(SQUARE_MAX);
            FloatVector h0 = b0.mul(0.5f);
            FloatVector square = h0.mul(b0);
            FloatVector rest = h0.fma(b0, square.neg());
            FloatVector kx = square.neg().max(EXP_MIN);
            FloatVector kt = kx.fma(v(LOG2E), v(MAGIC));
            FloatVector kn = kt.sub(MAGIC);
            FloatVector kr = kn.fma(v(LN2_LO), kn.fma(v(LN2_HI), kx));
            FloatVector kp = v(E5).fma(kr, v(E4)).fma(kr, v(E3)).fma(kr, v(E2)).fma(kr, v(E1)).fma(kr, v(E0));
            kp = kp.fma(kr.mul(kr), kr).add(1f);
            IntVector ki = kt.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector kh = ki.lanewise(VectorOperators.ASHR, 1);
            FloatVector ks = kh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e0 = kp.mul(ks).mul(ki.sub(kh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector e = e0.sub(e0.mul(rest));
            FloatVector q = t.sub(2f).div(t.add(2f));
            FloatVector w = v(W10).fma(q, v(W9)).fma(q, v(W8)).fma(q, v(W7)).fma(q, v(W6)).fma(q, v(W5)).fma(q, v(W4)).fma(q, v(W3)).fma(q, v(W2)).fma(q, v(W1)).fma(q, v(W0));
            FloatVector c = w.mul(e);
            FloatVector f = c.mul(0.5f);
            FloatVector cdf = f.blend(v(1f).sub(f), x0.compare(VectorOperators.GE, 0f));
            x0.max(TAIL).mul(cdf).intoArray(y, yo + i);
        }
    }

    static void geluGrad(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector x0 = FloatVector.fromArray(S, b, bo + i);
            FloatVector t = x0.abs().mul(SQRT_HALF).min(ERFCX_MAX);
            FloatVector b0 = x0.abs().min(SQUARE_MAX);
            FloatVector h0 = b0.mul(0.5f);
            FloatVector square = h0.mul(b0);
            FloatVector rest = h0.fma(b0, square.neg());
            FloatVector kx = square.neg().max(EXP_MIN);
            FloatVector kt = kx.fma(v(LOG2E), v(MAGIC));
            FloatVector kn = kt.sub(MAGIC);
            FloatVector kr = kn.fma(v(LN2_LO), kn.fma(v(LN2_HI), kx));
            FloatVector kp = v(E5).fma(kr, v(E4)).fma(kr, v(E3)).fma(kr, v(E2)).fma(kr, v(E1)).fma(kr, v(E0));
            kp = kp.fma(kr.mul(kr), kr).add(1f);
            IntVector ki = kt.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector kh = ki.lanewise(VectorOperators.ASHR, 1);
            FloatVector ks = kh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e0 = kp.mul(ks).mul(ki.sub(kh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector e = e0.sub(e0.mul(rest));
            FloatVector q = t.sub(2f).div(t.add(2f));
            FloatVector w = v(W10).fma(q, v(W9)).fma(q, v(W8)).fma(q, v(W7)).fma(q, v(W6)).fma(q, v(W5)).fma(q, v(W4)).fma(q, v(W3)).fma(q, v(W2)).fma(q, v(W1)).fma(q, v(W0));
            FloatVector c = w.mul(e);
            FloatVector f = c.mul(0.5f);
            FloatVector cdf = f.blend(v(1f).sub(f), x0.compare(VectorOperators.GE, 0f));
            FloatVector g = e.mul(INV_SQRT_2PI).fma(x0.max(TAIL).min(-TAIL), cdf);
            a0.mul(g).intoArray(y, yo + i);
        }
    }
}
