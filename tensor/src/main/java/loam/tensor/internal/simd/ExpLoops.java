package loam.tensor.internal.simd;

import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential function: e^x = 2^n e^r with |r| at most half of log 2, and a polynomial for e^r - 1. The factor 2^n is applied in
 * two steps, so that results near the ends of the range (subnormal ones too) are rounded once.
 * The bodies stand flat in the loops, with no method of ours that takes or gives a vector: the compiler inlines such a method only while what it
 * has inlined so far is short, and a vector that passes through one that is not inlined becomes an object ({@link Bounds} stands first, where there is
 * room). The API's own methods it inlines always.
 * n is a multiple of the vector length; tails come in padded blocks, so that every element goes through the same code.
 */
final class ExpLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final float EXP_MAX = 89f;
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
    /** e^x is above the smallest normal number from here on. */
    private static final float EXPM1_MIN = -87f;

    private ExpLoops() { }

    static void exp(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = Bounds.atLeast(Bounds.atMost(x0, EXP_MAX), EXP_MIN);
            FloatVector et = ex.fma(broadcast(S, LOG2E), broadcast(S, MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(broadcast(S, LN2_LO), en.fma(broadcast(S, LN2_HI), ex));
            FloatVector ep = broadcast(S, E5).fma(er, broadcast(S, E4)).fma(er, broadcast(S, E3)).fma(er, broadcast(S, E2)).fma(er, broadcast(S, E1)).fma(er, broadcast(S, E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            e.intoArray(y, yo + i);
        }
    }

    /**
     * {@code y = exp(x - shift)} for x up to shift or little more, and the sum of y; where the result has no normal form it is 0.
     * So the factor 2^n is applied in one step and nothing is bounded.
     */
    static float expSum(int n, float[] x, int xo, float shift, float[] y, int yo) {
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < n; i += L) {
            FloatVector ex = FloatVector.fromArray(S, x, xo + i).sub(shift);
            FloatVector et = ex.fma(broadcast(S, LOG2E), broadcast(S, MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(broadcast(S, LN2_LO), en.fma(broadcast(S, LN2_HI), ex));
            FloatVector ep = broadcast(S, E5).fma(er, broadcast(S, E4)).fma(er, broadcast(S, E3)).fma(er, broadcast(S, E2)).fma(er, broadcast(S, E1)).fma(er, broadcast(S, E0));
            ep = ep.fma(er.mul(er), er);
            FloatVector es = et.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.fma(es, es).blend(0f, ex.compare(VectorOperators.LT, EXPM1_MIN));
            sum = sum.add(e);
            e.intoArray(y, yo + i);
        }
        // as LaneSum.of
        sum = L > 8 ? sum.add(sum.rearrange(Swaps.X8)) : sum;
        sum = L > 4 ? sum.add(sum.rearrange(Swaps.X4)) : sum;
        sum = L > 2 ? sum.add(sum.rearrange(Swaps.X2)) : sum;
        sum = L > 1 ? sum.add(sum.rearrange(Swaps.X1)) : sum;
        return sum.lane(0);
    }

    static void expm1(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = Bounds.atLeast(Bounds.atMost(x0, EXP_MAX), EXPM1_MIN);
            FloatVector et = ex.fma(broadcast(S, LOG2E), broadcast(S, MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(broadcast(S, LN2_LO), en.fma(broadcast(S, LN2_HI), ex));
            FloatVector ep = broadcast(S, E5).fma(er, broadcast(S, E4)).fma(er, broadcast(S, E3)).fma(er, broadcast(S, E2)).fma(er, broadcast(S, E1)).fma(er, broadcast(S, E0));
            ep = ep.fma(er.mul(er), er);
            // half of 2^n, so that n = 128 does not overflow
            FloatVector es = et.reinterpretAsInts().sub(MAGIC_BITS).add(126).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.fma(es, es.sub(0.5f)).mul(2f);
            x0.blend(e, x0.compare(VectorOperators.NE, 0f)).intoArray(y, yo + i);
        }
    }
}
