package loam.tensor.internal.simd;

import static jdk.incubator.vector.DoubleVector.broadcast;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Logarithms to other bases and powers, in double: half a vector of floats fills a vector of doubles. A power multiplies the
 * logarithm's error by the exponent, so that float would not do; and rounding once at the end leaves hardly more than half a unit.
 * Special values are mended afterwards in float: two lanes, as a vector of 16 bytes has in double, are too few for masks.
 * The bodies stand flat in the loops, with no method of ours that takes or gives a vector: the compiler inlines such a method only while what it
 * has inlined so far is short, and a vector that passes through one that is not inlined becomes an object. The API's own methods it inlines always.
 * n is a multiple of the vector length; tails come in padded blocks, so that every element goes through the same code.
 */
final class WideLoops {
    /** Doubles, and as many floats. */
    static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    static final VectorSpecies<Float> F = VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));
    static final int L = D.length();
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    /** Adding it rounds to an integer, which then stands in the low bits. */
    static final double MAGIC = 6755399441055744.0;
    /** Stand for an infinite exponent and an infinite logarithm: zero times one is zero, and any other float times one is far too large. */
    private static final double HUGE = 1e60;
    /** Beyond it the power is zero or infinite as a float, and 2 to it still a normal double. */
    private static final double EXPONENT_MAX = 300;
    /** Above the binary logarithm of every float. */
    private static final double LOGARITHM_MAX = 512;
    /** From here on every float is an integer; from twice as much on an even one. */
    private static final float WHOLE = 8388608f;
    private static final long SQRT_HALF_BITS = 0x3fe6a09e667f3bcdL;
    private static final long MANTISSA = 0x000fffffffffffffL;
    /** Raises the exponent's difference above zero, and the double 2^52 with room for such an integer. */
    private static final long RAISE = 1024L << 52;
    private static final long INTEGER_BITS = 0x4330000000000000L;
    private static final double INTEGER = 4503599627370496.0 + 1024;
    /** log2((1 + s) / (1 - s)) / s in powers of s^2, for results from -1/2 to 1/2; relative error 3e-14. */
    private static final double G0 = 2.88539008177785;
    private static final double G1 = 0.9617966941134019;
    private static final double G2 = 0.5770779423465943;
    private static final double G3 = 0.41220925433664757;
    private static final double G4 = 0.31990561173358695;
    private static final double G5 = 0.28290144570830644;
    /** 2^r for |r| up to 1/2; relative error 4e-11. */
    private static final double E0 = 0.9999999999616215;
    private static final double E1 = 0.6931471807287144;
    private static final double E2 = 0.24022651198754624;
    private static final double E3 = 0.055504103528388596;
    private static final double E4 = 0.009618027172760796;
    private static final double E5 = 0.001333392285010186;
    private static final double E6 = 0.00015469317310837328;
    private static final double E7 = 1.5201902357481663e-05;

    private WideLoops() { }

    /** The binary logarithm of |x| in double; about -1023 for 0 and 1024 for infinities and NaN. */
    static void log2(int n, float[] x, int xo, double[] t, int to) {
        for (int i = 0; i < n; i += L) {
            DoubleVector a = ((DoubleVector) FloatVector.fromArray(F, x, xo + i).convertShape(VectorOperators.F2D, D, 0)).abs();
            LongVector u = a.reinterpretAsLongs().sub(SQRT_HALF_BITS).add(RAISE);
            DoubleVector k = u.lanewise(VectorOperators.LSHR, 52).or(INTEGER_BITS).reinterpretAsDoubles().sub(INTEGER);
            DoubleVector m = u.and(MANTISSA).add(SQRT_HALF_BITS).reinterpretAsDoubles();
            DoubleVector s = m.sub(1).div(m.add(1));
            DoubleVector z = s.mul(s);
            DoubleVector p = broadcast(D, G5).fma(z, broadcast(D, G4)).fma(z, broadcast(D, G3)).fma(z, broadcast(D, G2)).fma(z, broadcast(D, G1)).fma(z, broadcast(D, G0));
            p.fma(s, k).intoArray(t, to + i);
        }
    }

    /** {@code factor t}, rounded. */
    static void narrow(int n, double[] t, int to, double factor, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            ((FloatVector) DoubleVector.fromArray(D, t, to + i).mul(factor).convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + i);
        }
    }

    /** The right values of a logarithm for arguments that are not positive and finite; y is overwritten. */
    static void mendLog(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += S.length()) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector g = FloatVector.fromArray(S, y, yo + i);
            VectorMask<Float> ok = x0.compare(VectorOperators.GT, 0f).and(x0.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
            FloatVector other = FloatVector.broadcast(S, Float.NaN).blend(Float.NEGATIVE_INFINITY, x0.compare(VectorOperators.EQ, 0f))
                    .blend(Float.POSITIVE_INFINITY, x0.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
            other.blend(g, ok).intoArray(y, yo + i);
        }
    }

    /** |a|^b from the binary logarithm t of |a|, rounded: 0 and infinite where it should be. */
    static void power(int n, double[] t, int to, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            DoubleVector b0 = (DoubleVector) FloatVector.fromArray(F, b, bo + i).convertShape(VectorOperators.F2D, D, 0);
            DoubleVector g = DoubleVector.fromArray(D, t, to + i);
            // what is beyond all floats came from 0 or infinity
            g = g.sub(g.max(-LOGARITHM_MAX).min(LOGARITHM_MAX)).fma(broadcast(D, HUGE), g);
            DoubleVector e = b0.max(-HUGE).min(HUGE).mul(g).max(-EXPONENT_MAX).min(EXPONENT_MAX);
            DoubleVector k = e.add(MAGIC);
            DoubleVector r = e.sub(k.sub(MAGIC));
            DoubleVector p = broadcast(D, E7).fma(r, broadcast(D, E6)).fma(r, broadcast(D, E5)).fma(r, broadcast(D, E4)).fma(r, broadcast(D, E3)).fma(r, broadcast(D, E2)).fma(r, broadcast(D, E1)).fma(r, broadcast(D, E0));
            LongVector scale = k.reinterpretAsLongs().add(1023).lanewise(VectorOperators.LSHL, 52);
            ((FloatVector) p.mul(scale.reinterpretAsDoubles()).convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + i);
        }
    }

    /**
     * a^b from y = |a|^b, as C has it: 1 for base 1 or exponent 0, NaN otherwise for NaN and for a finite negative base with an exponent
     * that is no integer; a square as the product. y is overwritten.
     */
    static void mendPower(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += S.length()) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            FloatVector p = FloatVector.fromArray(S, y, yo + i);
            FloatVector c = b0.abs().min(2 * WHOLE);
            FloatVector h = c.mul(0.5f);
            VectorMask<Float> whole = c.add(WHOLE).sub(WHOLE).compare(VectorOperators.EQ, c).or(c.compare(VectorOperators.GE, WHOLE));
            VectorMask<Float> odd = whole.and(h.add(WHOLE).sub(WHOLE).compare(VectorOperators.NE, h));
            FloatVector signed = p.reinterpretAsInts().or(a0.reinterpretAsInts().and(0x80000000)).reinterpretAsFloats();
            VectorMask<Float> bad = a0.compare(VectorOperators.LT, 0f).and(a0.compare(VectorOperators.GE, -Float.MAX_VALUE)).and(whole.not());
            VectorMask<Float> nan = a0.compare(VectorOperators.NE, a0).or(b0.compare(VectorOperators.NE, b0));
            p = p.blend(signed, odd).blend(Float.NaN, bad.or(nan)).blend(a0.mul(a0), b0.compare(VectorOperators.EQ, 2f));
            p.blend(1f, a0.compare(VectorOperators.EQ, 1f).or(b0.compare(VectorOperators.EQ, 0f))).intoArray(y, yo + i);
        }
    }
}
