package loam.tensor.internal.simd;

import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The natural logarithm: x = 2^e (1 + m) with 1 + m between sqrt(1/2) and sqrt(2), and a polynomial in m.
 * The bodies stand flat in the loops, with no method of ours that takes or gives a vector: the compiler inlines such a method only while what it
 * has inlined so far is short, and a vector that passes through one that is not inlined becomes an object. The API's own methods it inlines always.
 * n is a multiple of the vector length; tails come in padded blocks, so that every element goes through the same code.
 */
final class LogLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final float MIN_NORMAL = Float.MIN_NORMAL;
    /** Added to the bits of the least normal number it gives the least int, so that the bits of all others but the normal ones lie from AFTER_NORMAL on. */
    private static final int NORMAL_TO_LEAST = 0x7f800000;
    private static final int AFTER_NORMAL = 0xff000000;
    private static final float SCALE_UP = 8388608f;
    private static final float SCALE_BITS = 23f;
    private static final float LOG_HI = 0.693359375f;
    private static final float LOG_LO = -2.12194440e-4f;
    private static final int SQRT_HALF_BITS = 0x3f3504f3;
    private static final float G0 = 3.3333331174e-1f;
    private static final float G1 = -2.4999993993e-1f;
    private static final float G2 = 2.0000714765e-1f;
    private static final float G3 = -1.6668057665e-1f;
    private static final float G4 = 1.4249322787e-1f;
    private static final float G5 = -1.2420140846e-1f;
    private static final float G6 = 1.1676998740e-1f;
    private static final float G7 = -1.1514610310e-1f;
    private static final float G8 = 7.0376836292e-2f;

    private LogLoops() { }

    static void log(int n, float[] x, int xo, float[] y, int yo) {
        log(n, x, xo, 0f, y, yo);
    }

    /** The logarithm of x / 2^{@code scale} where x is a normal number above zero; a vector with any other number in it goes through {@link #rare}. */
    private static void log(int n, float[] x, int xo, float scale, float[] y, int yo) {
        float[] kept = null;
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            IntVector bits = x0.reinterpretAsInts();
            IntVector li = bits.sub(SQRT_HALF_BITS);
            FloatVector le = ((FloatVector) li.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0)).sub(scale);
            FloatVector lm = li.and(0x007fffff).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
            FloatVector lz = lm.mul(lm);
            FloatVector lp = broadcast(S, G8).fma(lm, broadcast(S, G7)).fma(lm, broadcast(S, G6)).fma(lm, broadcast(S, G5)).fma(lm, broadcast(S, G4)).fma(lm, broadcast(S, G3)).fma(lm, broadcast(S, G2)).fma(lm, broadcast(S, G1)).fma(lm, broadcast(S, G0));
            lp = lz.fma(broadcast(S, -0.5f), le.fma(broadcast(S, LOG_LO), lp.mul(lm).mul(lz)));
            le.fma(broadcast(S, LOG_HI), lm.add(lp)).intoArray(y, yo + i);
            if (bits.add(NORMAL_TO_LEAST).compare(VectorOperators.GE, AFTER_NORMAL).anyTrue()) {
                // y may be x.
                kept = kept == null ? new float[L] : kept;
                x0.intoArray(kept, 0);
                rare(kept, y, yo + i);
            }
        }
    }

    /**
     * Puts right what the loop wrote for one vector x with zeros, infinities, NaN, negative or denormal numbers in it; x is changed. It stands
     * apart, since most vectors have none, and since in the loop JDK 17 makes objects of these blends once other loops ran before.
     */
    private static void rare(float[] x, float[] y, int yo) {
        FloatVector x0 = FloatVector.fromArray(S, x, 0);
        VectorMask<Float> normal = x0.compare(VectorOperators.GE, MIN_NORMAL).and(x0.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
        broadcast(S, Float.NaN).blend(Float.NEGATIVE_INFINITY, x0.compare(VectorOperators.EQ, 0f))
                .blend(Float.POSITIVE_INFINITY, x0.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY))
                .blend(FloatVector.fromArray(S, y, yo), normal).intoArray(y, yo);
        VectorMask<Float> denormal = x0.compare(VectorOperators.GT, 0f).and(x0.compare(VectorOperators.LT, MIN_NORMAL));
        if (denormal.anyTrue()) {
            broadcast(S, 1f).blend(x0.mul(SCALE_UP), denormal).intoArray(x, 0);
            log(L, x, 0, SCALE_BITS, x, 0);
            FloatVector.fromArray(S, y, yo).blend(FloatVector.fromArray(S, x, 0), denormal).intoArray(y, yo);
        }
    }
}
