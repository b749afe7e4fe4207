package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * GELU by the tail of the normal distribution: {@code gelu(x) = max(x, 0) - t Phi(-t)} with {@code t = |x|} and Phi(-t) = 2^-E / 2.
 * Up to 4, {@code E = t^2 + t p} with a polynomial p in t - 2. The square is never rounded: its difference to the integer n next to E is one fused
 * multiply-add, so that 2^-n is exact and the rest of E, at most a half, has all its digits. Beyond 4 the same holds for {@code H E = t^2 + v},
 * where H is near 2 log 2 and so short that n H is exact. Steps as in {@link Logistics}, for {@link Staged}; n is a multiple of the vector
 * length. The upper part of p is in Knuth's form with four multiplications for degree 6 (The Art of Computer Programming, volume 2,
 * section 4.6.4): additions run beside the multiplications, on units of their own. All constants come from tests/golden/fit_normal.py.
 */
final class NormalLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Adding it rounds to an integer, which then stands in the low bits. */
    private static final float MAGIC = 12582912f;
    private static final int SIGN = Integer.MIN_VALUE;
    private static final float CENTRE = 2f;
    /** Up to here p holds. */
    private static final float NEAR = 4f;
    /** Up to here v holds; from here on {@code t Phi(-t)} is below half the smallest float. */
    private static final float FAR = 14.7f;
    private static final int FAR_BITS = Float.floatToRawIntBits(FAR);
    private static final float FAR_CENTRE = 9.25f;
    private static final float H = 1.34375f;
    private static final float INV_H = 1 / H;
    /** The far tail is kept 2^64 times too large until the last step, so that results below the normal floats are rounded once. */
    private static final int RAISE = 64 << 23;
    private static final float LOWER = 0x1p-64f;
    /** p and the upper part of it in Knuth's form. */
    private static final float P0 = 0.22899064f;
    private static final float P1 = -0.4025822f;
    private static final float P2 = 0.02074738f;
    private static final float Q0 = -12.479931f;
    private static final float Q1 = 113.29999f;
    private static final float Q2 = 8.178981f;
    private static final float Q3 = -1617.4962f;
    private static final float Q4 = 1310.1798f;
    private static final float Q5 = 438301.22f;
    private static final float Q6 = 4.7726523e-08f;
    /** v in t - {@link #FAR_CENTRE}. */
    private static final float V0 = 2.146607f;
    private static final float V1 = -0.36280572f;
    private static final float V2 = -0.041292723f;
    private static final float V3 = 0.00071641005f;
    private static final float V4 = -5.3332154e-05f;
    private static final float V5 = 4.150954e-06f;
    private static final float V6 = -3.3349858e-07f;
    private static final float V7 = 2.666651e-08f;
    private static final float V8 = -1.8473807e-09f;
    private static final float V9 = 1.4946908e-10f;
    private static final float V10 = -2.1260388e-11f;
    private static final float V11 = 1.5687436e-12f;
    /** -2^-r / 2 for |r| up to a half. */
    private static final float E0 = -0.5f;
    private static final float E1 = 0.3465736f;
    private static final float E2 = -0.12011324f;
    private static final float E3 = 0.027751798f;
    private static final float E4 = -0.0048092497f;
    private static final float E5 = 0.0006695485f;
    private static final float E6 = -7.664639e-05f;

    private NormalLoops() { }

    private static FloatVector v(float c) {
        return FloatVector.broadcast(S, c);
    }

    /** p for each |x|, right up to {@link #NEAR}, and at y[max] the largest |x|; a NaN counts as larger than all numbers. */
    static void exponent(int n, float[] x, int xo, float[] y, int yo, int max) {
        IntVector m = IntVector.zero(IntVector.SPECIES_PREFERRED);
        for (int i = 0; i < n; i += L) {
            IntVector b = FloatVector.fromArray(S, x, xo + i).reinterpretAsInts().and(~SIGN);
            m = m.max(b);
            FloatVector z = b.reinterpretAsFloats().sub(CENTRE);
            FloatVector q = z.add(Q0).fma(z, v(Q1));
            FloatVector w = z.add(Q2).fma(q, v(Q3));
            FloatVector h = w.add(q).add(Q4).fma(w, v(Q5));
            FloatVector p = z.mul(Q6).fma(h, v(P2)).fma(z, v(P1)).fma(z, v(P0));
            p.intoArray(y, yo + i);
        }
        y[max] = Float.intBitsToFloat(m.reduceLanes(VectorOperators.MAX));
    }

    /** GELU from p, right for |x| up to {@link #NEAR} and NaN. */
    static void gelu(int n, float[] x, int xo, float[] p, int po, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            IntVector b = FloatVector.fromArray(S, x, xo + i).reinterpretAsInts();
            FloatVector t = b.and(~SIGN).reinterpretAsFloats();
            FloatVector p0 = FloatVector.fromArray(S, p, po + i);
            FloatVector m = t.add(p0).fma(t, v(MAGIC));
            FloatVector r = p0.fma(t, t.fma(t, v(MAGIC).sub(m)));
            FloatVector e = v(E6).fma(r, v(E5)).fma(r, v(E4)).fma(r, v(E3)).fma(r, v(E2)).fma(r, v(E1)).fma(r, v(E0));
            FloatVector f = e.reinterpretAsInts().sub(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
            // x, or -0 where the sign is set
            FloatVector c = b.and(b.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.XOR, ~SIGN)).reinterpretAsFloats();
            t.fma(f, c).intoArray(y, yo + i);
        }
    }

    /** GELU in place of what {@link #gelu} has where |x| is beyond {@link #NEAR}; max is the largest |x|. */
    static void geluFar(int n, float max, float[] x, int xo, float[] y, int yo) {
        if (max <= NEAR) {
            return;
        }
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            VectorMask<Float> far = x0.abs().compare(VectorOperators.GT, NEAR);
            if (far.anyTrue()) {
                IntVector b = x0.reinterpretAsInts();
                FloatVector t = b.and(~SIGN).min(FAR_BITS).reinterpretAsFloats();
                FloatVector z = t.sub(FAR_CENTRE);
                FloatVector w = v(V11).fma(z, v(V10)).fma(z, v(V9)).fma(z, v(V8)).fma(z, v(V7)).fma(z, v(V6)).fma(z, v(V5))
                        .fma(z, v(V4)).fma(z, v(V3)).fma(z, v(V2)).fma(z, v(V1)).fma(z, v(V0));
                FloatVector m = t.fma(t, w).fma(v(INV_H), v(MAGIC));
                FloatVector r = t.fma(t, v(MAGIC).sub(m).mul(H)).add(w).mul(INV_H);
                FloatVector e = v(E6).fma(r, v(E5)).fma(r, v(E4)).fma(r, v(E3)).fma(r, v(E2)).fma(r, v(E1)).fma(r, v(E0));
                FloatVector f = e.reinterpretAsInts().sub(m.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23)).add(RAISE).reinterpretAsFloats();
                FloatVector c = b.and(b.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.XOR, ~SIGN)).reinterpretAsFloats();
                FloatVector g = t.mul(LOWER).fma(f, c);
                FloatVector.fromArray(S, y, yo + i).blend(g, far).intoArray(y, yo + i);
            }
        }
    }
}
