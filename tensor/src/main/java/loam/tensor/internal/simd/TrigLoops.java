package loam.tensor.internal.simd;

import static jdk.incubator.vector.DoubleVector.broadcast;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sine, cosine and tangent, in double as {@link WideLoops}: x = k pi / 2 + r with |r| at most pi / 4, pi / 2 in two parts and a fused
 * multiply-add for each, which leaves r right to 2^-50 below {@link #LARGE}. Arguments from there on are rare: {@link #sinLarge} and
 * its like go over them one by one with the full reduction of Payne and Hanek that {@link StrictMath} has. Infinities give NaN.
 * n is a multiple of the vector length; tails come in padded blocks, so that every element goes through the same code.
 * Source: the polynomials are those of FreeBSD's single-precision functions (2008), on [-pi/4, pi/4] within 2^-34.
 */
final class TrigLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> D = WideLoops.D;
    private static final VectorSpecies<Float> F = WideLoops.F;
    private static final int L = WideLoops.L;
    private static final double MAGIC = WideLoops.MAGIC;
    /** The reduction in two parts holds below it. */
    private static final float LARGE = 268435456f;
    private static final double TWO_OVER_PI = 0.6366197723675814;
    private static final double PIO2_HI = 1.5707963267948966;
    private static final double PIO2_LO = 6.123233995736766e-17;
    private static final double S1 = -0.166666666416265235595;
    private static final double S2 = 0.0083333293858894631756;
    private static final double S3 = -0.000198393348360966317347;
    private static final double S4 = 0.0000027183114939898219064;
    private static final double C0 = -0.499999997251031003120;
    private static final double C1 = 0.0416666233237390631894;
    private static final double C2 = -0.00138867637746099294692;
    private static final double C3 = 0.0000243904487962774090654;

    private TrigLoops() { }

    static void sin(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            DoubleVector a = (DoubleVector) FloatVector.fromArray(F, x, xo + i).convertShape(VectorOperators.F2D, D, 0);
            DoubleVector t = a.fma(broadcast(D, TWO_OVER_PI), broadcast(D, MAGIC));
            DoubleVector k = t.sub(MAGIC);
            DoubleVector r = k.fma(broadcast(D, -PIO2_LO), k.fma(broadcast(D, -PIO2_HI), a));
            DoubleVector z = r.mul(r);
            DoubleVector s = broadcast(D, S4).fma(z, broadcast(D, S3)).fma(z, broadcast(D, S2)).fma(z, broadcast(D, S1)).fma(z, broadcast(D, 1.0)).mul(r);
            DoubleVector c = broadcast(D, C3).fma(z, broadcast(D, C2)).fma(z, broadcast(D, C1)).fma(z, broadcast(D, C0)).fma(z, broadcast(D, 1.0));
            LongVector q = t.reinterpretAsLongs();
            LongVector odd = q.and(1).neg();
            LongVector w = s.reinterpretAsLongs().and(odd.not()).or(c.reinterpretAsLongs().and(odd));
            w = w.lanewise(VectorOperators.XOR, q.and(2).lanewise(VectorOperators.LSHL, 62));
            ((FloatVector) w.reinterpretAsDoubles().convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + i);
        }
    }

    static void cos(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            DoubleVector a = (DoubleVector) FloatVector.fromArray(F, x, xo + i).convertShape(VectorOperators.F2D, D, 0);
            DoubleVector t = a.fma(broadcast(D, TWO_OVER_PI), broadcast(D, MAGIC));
            DoubleVector k = t.sub(MAGIC);
            DoubleVector r = k.fma(broadcast(D, -PIO2_LO), k.fma(broadcast(D, -PIO2_HI), a));
            DoubleVector z = r.mul(r);
            DoubleVector s = broadcast(D, S4).fma(z, broadcast(D, S3)).fma(z, broadcast(D, S2)).fma(z, broadcast(D, S1)).fma(z, broadcast(D, 1.0)).mul(r);
            DoubleVector c = broadcast(D, C3).fma(z, broadcast(D, C2)).fma(z, broadcast(D, C1)).fma(z, broadcast(D, C0)).fma(z, broadcast(D, 1.0));
            LongVector q = t.reinterpretAsLongs().add(1);
            LongVector even = q.and(1).neg();
            LongVector w = s.reinterpretAsLongs().and(even.not()).or(c.reinterpretAsLongs().and(even));
            w = w.lanewise(VectorOperators.XOR, q.and(2).lanewise(VectorOperators.LSHL, 62));
            ((FloatVector) w.reinterpretAsDoubles().convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + i);
        }
    }

    static void tan(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            DoubleVector a = (DoubleVector) FloatVector.fromArray(F, x, xo + i).convertShape(VectorOperators.F2D, D, 0);
            DoubleVector t = a.fma(broadcast(D, TWO_OVER_PI), broadcast(D, MAGIC));
            DoubleVector k = t.sub(MAGIC);
            DoubleVector r = k.fma(broadcast(D, -PIO2_LO), k.fma(broadcast(D, -PIO2_HI), a));
            DoubleVector z = r.mul(r);
            LongVector s = broadcast(D, S4).fma(z, broadcast(D, S3)).fma(z, broadcast(D, S2)).fma(z, broadcast(D, S1)).fma(z, broadcast(D, 1.0)).mul(r).reinterpretAsLongs();
            LongVector c = broadcast(D, C3).fma(z, broadcast(D, C2)).fma(z, broadcast(D, C1)).fma(z, broadcast(D, C0)).fma(z, broadcast(D, 1.0)).reinterpretAsLongs();
            LongVector odd = t.reinterpretAsLongs().and(1).neg();
            LongVector above = s.and(odd.not()).or(c.and(odd));
            LongVector below = c.and(odd.not()).or(s.and(odd));
            DoubleVector q = above.reinterpretAsDoubles().div(below.reinterpretAsDoubles());
            LongVector w = q.reinterpretAsLongs().lanewise(VectorOperators.XOR, odd.lanewise(VectorOperators.LSHL, 63));
            ((FloatVector) w.reinterpretAsDoubles().convertShape(VectorOperators.D2F, F, 0)).intoArray(y, yo + i);
        }
    }

    /** Whether an argument is beyond the reduction in two parts. */
    private static boolean anyLarge(int n, float[] x, int xo) {
        IntVector m = IntVector.zero(IntVector.SPECIES_PREFERRED);
        for (int i = 0; i < n; i += S.length()) {
            m = m.max(FloatVector.fromArray(S, x, xo + i).reinterpretAsInts().and(Integer.MAX_VALUE));
        }
        return m.reduceLanes(VectorOperators.MAX) >= Float.floatToRawIntBits(LARGE);
    }

    private static boolean large(float x) {
        return Math.abs(x) >= LARGE && Math.abs(x) <= Float.MAX_VALUE;
    }

    /** Sines of large arguments in place of what {@link #sin} has there. */
    static void sinLarge(int n, float[] x, int xo, float[] y, int yo) {
        if (anyLarge(n, x, xo)) {
            for (int i = 0; i < n; i++) {
                y[yo + i] = large(x[xo + i]) ? (float) StrictMath.sin(x[xo + i]) : y[yo + i];
            }
        }
    }

    /** Cosines of large arguments in place of what {@link #cos} has there. */
    static void cosLarge(int n, float[] x, int xo, float[] y, int yo) {
        if (anyLarge(n, x, xo)) {
            for (int i = 0; i < n; i++) {
                y[yo + i] = large(x[xo + i]) ? (float) StrictMath.cos(x[xo + i]) : y[yo + i];
            }
        }
    }

    /** Tangents of large arguments in place of what {@link #tan} has there. */
    static void tanLarge(int n, float[] x, int xo, float[] y, int yo) {
        if (anyLarge(n, x, xo)) {
            for (int i = 0; i < n; i++) {
                y[yo + i] = large(x[xo + i]) ? (float) StrictMath.tan(x[xo + i]) : y[yo + i];
            }
        }
    }
}
