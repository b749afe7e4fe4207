package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions made from the exponential function: e^x = 2^n e^r with |r| at most half of log 2, and a polynomial for e^r - 1. The factor
 * 2^n is applied in two steps, so that results near the ends of the range (subnormal ones too) are rounded once.
 * The bodies stand flat in the loops: a vector that passes through a method which is not inlined is kept in memory.
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
    private static final float EXPM1_MIN = -87f;
    private static final float TANH_MAX = 10f;
    /** Here the functions that go to zero on the left are zero. */
    private static final float TAIL = -150f;
    /** 2 sqrt(2 / pi) and its product with the cubic coefficient of the tanh form of GELU. */
    private static final float K1 = 1.5957691f;
    private static final float K3 = 0.071354814f;
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

    private ExpLoops() { }

    private static FloatVector v(float c) {
        return FloatVector.broadcast(S, c);
    }

    static void exp(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.min(EXP_MAX).max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            e.intoArray(y, yo + i);
        }
    }

    static void expm1(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.min(EXP_MAX).max(EXPM1_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er);
            // half of 2^n, so that n = 128 does not overflow
            FloatVector es = et.reinterpretAsInts().sub(MAGIC_BITS).add(126).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.fma(es, es.sub(0.5f)).mul(2f);
            x0.blend(e, x0.compare(VectorOperators.NE, 0f)).intoArray(y, yo + i);
        }
    }

    static void tanh(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.abs().min(TANH_MAX).mul(2f);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er);
            // half of 2^n, so that n = 128 does not overflow
            FloatVector es = et.reinterpretAsInts().sub(MAGIC_BITS).add(126).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.fma(es, es.sub(0.5f)).mul(2f);
            FloatVector q = e.div(e.add(2f));
            q.reinterpretAsInts().or(x0.reinterpretAsInts().and(0x80000000)).reinterpretAsFloats().intoArray(y, yo + i);
        }
    }

    static void sigmoid(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.abs().neg().max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector d = e.add(1f);
            FloatVector s = v(1f).blend(e, x0.compare(VectorOperators.LT, 0f)).div(d);
            s.intoArray(y, yo + i);
        }
    }

    static void silu(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.abs().neg().max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector d = e.add(1f);
            FloatVector s = v(1f).blend(e, x0.compare(VectorOperators.LT, 0f)).div(d);
            x0.max(TAIL).mul(s).intoArray(y, yo + i);
        }
    }

    static void elu(int n, float[] x, int xo, float[] y, int yo, float alpha) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.min(0f).max(EXPM1_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er);
            // half of 2^n, so that n = 128 does not overflow
            FloatVector es = et.reinterpretAsInts().sub(MAGIC_BITS).add(126).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.fma(es, es.sub(0.5f)).mul(2f);
            e.mul(alpha).blend(x0, x0.compare(VectorOperators.GT, 0f).or(x0.compare(VectorOperators.EQ, 0f))).intoArray(y, yo + i);
        }
    }

    static void softplus(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.abs().neg().max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector ly = e.add(1f);
            IntVector li = ly.reinterpretAsInts().sub(SQRT_HALF_BITS);
            FloatVector le = (FloatVector) li.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
            FloatVector lm = li.and(0x007fffff).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
            FloatVector lz = lm.mul(lm);
            FloatVector lp = v(G8).fma(lm, v(G7)).fma(lm, v(G6)).fma(lm, v(G5)).fma(lm, v(G4)).fma(lm, v(G3)).fma(lm, v(G2)).fma(lm, v(G1)).fma(lm, v(G0));
            lp = lz.fma(v(-0.5f), le.fma(v(LOG_LO), lp.mul(lm).mul(lz)));
            FloatVector lc = e.sub(ly.sub(1f)).div(ly);
            FloatVector g = le.fma(v(LOG_HI), lm.add(lp).add(lc));
            g.add(x0.max(0f)).intoArray(y, yo + i);
        }
    }

    static void logSigmoid(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector ex = x0.abs().neg().max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector ly = e.add(1f);
            IntVector li = ly.reinterpretAsInts().sub(SQRT_HALF_BITS);
            FloatVector le = (FloatVector) li.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
            FloatVector lm = li.and(0x007fffff).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(1f);
            FloatVector lz = lm.mul(lm);
            FloatVector lp = v(G8).fma(lm, v(G7)).fma(lm, v(G6)).fma(lm, v(G5)).fma(lm, v(G4)).fma(lm, v(G3)).fma(lm, v(G2)).fma(lm, v(G1)).fma(lm, v(G0));
            lp = lz.fma(v(-0.5f), le.fma(v(LOG_LO), lp.mul(lm).mul(lz)));
            FloatVector lc = e.sub(ly.sub(1f)).div(ly);
            FloatVector g = le.fma(v(LOG_HI), lm.add(lp).add(lc));
            x0.min(0f).sub(g).intoArray(y, yo + i);
        }
    }

    static void geluTanh(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector u = x0.mul(x0).fma(v(K3), v(K1)).mul(x0);
            FloatVector ex = u.abs().neg().max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector d = e.add(1f);
            FloatVector s = v(1f).blend(e, u.compare(VectorOperators.LT, 0f)).div(d);
            x0.max(TAIL).mul(s).intoArray(y, yo + i);
        }
    }

    static void siluGrad(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector x0 = FloatVector.fromArray(S, b, bo + i);
            FloatVector ex = x0.abs().neg().max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector d = e.add(1f);
            FloatVector s = v(1f).blend(e, x0.compare(VectorOperators.LT, 0f)).div(d);
            FloatVector g = e.div(d.mul(d)).fma(x0.max(TAIL).min(-TAIL), s);
            a0.mul(g).intoArray(y, yo + i);
        }
    }

    static void geluTanhGrad(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector x0 = FloatVector.fromArray(S, b, bo + i);
            FloatVector c0 = x0.max(-30f).min(30f);
            FloatVector u = c0.mul(c0).fma(v(K3), v(K1)).mul(c0);
            FloatVector ex = u.abs().neg().max(EXP_MIN);
            FloatVector et = ex.fma(v(LOG2E), v(MAGIC));
            FloatVector en = et.sub(MAGIC);
            FloatVector er = en.fma(v(LN2_LO), en.fma(v(LN2_HI), ex));
            FloatVector ep = v(E5).fma(er, v(E4)).fma(er, v(E3)).fma(er, v(E2)).fma(er, v(E1)).fma(er, v(E0));
            ep = ep.fma(er.mul(er), er).add(1f);
            IntVector ei = et.reinterpretAsInts().sub(MAGIC_BITS);
            IntVector eh = ei.lanewise(VectorOperators.ASHR, 1);
            FloatVector es = eh.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            FloatVector e = ep.mul(es).mul(ei.sub(eh).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector d = e.add(1f);
            FloatVector s = v(1f).blend(e, u.compare(VectorOperators.LT, 0f)).div(d);
            FloatVector slope = c0.mul(c0).fma(v(3 * K3), v(K1)).mul(c0);
            FloatVector g = e.div(d.mul(d)).fma(slope, s);
            a0.mul(g).intoArray(y, yo + i);
        }
    }
}
