package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Elementwise loops of few instructions. n is a multiple of the vector length. */
final class BasicLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final int SIGN = 0x80000000;
    private static final int ONE_BITS = 0x3f800000;
    /** 2^23: from here on every float is an integer. */
    private static final float WHOLE = 8388608f;

    private BasicLoops() { }

    static void neg(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.neg().intoArray(y, yo + i);
        }
    }

    static void abs(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.abs().intoArray(y, yo + i);
        }
    }

    static void square(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.mul(x0).intoArray(y, yo + i);
        }
    }

    static void sqrt(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.sqrt().intoArray(y, yo + i);
        }
    }

    static void rsqrt(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector.broadcast(S, 1f).div(x0.sqrt()).intoArray(y, yo + i);
        }
    }

    static void reciprocal(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector.broadcast(S, 1f).div(x0).intoArray(y, yo + i);
        }
    }

    static void sign(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector one = x0.reinterpretAsInts().and(SIGN).or(ONE_BITS).reinterpretAsFloats();
            x0.blend(one, x0.abs().compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
        }
    }

    /** To the nearest integer, halves to even: adding 2^23 leaves no room for a fraction. Larger numbers have none. */
    static void round(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector a = x0.abs();
            FloatVector r = a.add(WHOLE).sub(WHOLE).reinterpretAsInts().or(x0.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
            x0.blend(r, a.compare(VectorOperators.LT, WHOLE)).intoArray(y, yo + i);
        }
    }

    static void floor(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector a = x0.abs();
            FloatVector r = a.add(WHOLE).sub(WHOLE).reinterpretAsInts().or(x0.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
            r = r.blend(r.sub(1f), r.compare(VectorOperators.GT, x0));
            x0.blend(r, a.compare(VectorOperators.LT, WHOLE)).intoArray(y, yo + i);
        }
    }

    /** The sign is put back last, since numbers above -1 become minus zero. */
    static void ceil(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector a = x0.abs();
            IntVector sign = x0.reinterpretAsInts().and(SIGN);
            FloatVector r = a.add(WHOLE).sub(WHOLE).reinterpretAsInts().or(sign).reinterpretAsFloats();
            r = r.blend(r.add(1f), r.compare(VectorOperators.LT, x0)).reinterpretAsInts().or(sign).reinterpretAsFloats();
            x0.blend(r, a.compare(VectorOperators.LT, WHOLE)).intoArray(y, yo + i);
        }
    }

    /** Towards zero. */
    static void trunc(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            FloatVector a = x0.abs();
            FloatVector r = a.add(WHOLE).sub(WHOLE);
            r = r.blend(r.sub(1f), r.compare(VectorOperators.GT, a));
            r = r.reinterpretAsInts().or(x0.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
            x0.blend(r, a.compare(VectorOperators.LT, WHOLE)).intoArray(y, yo + i);
        }
    }

    static void relu(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            Bounds.atLeast(x0, 0f).intoArray(y, yo + i);
        }
    }

    static void leakyRelu(int n, float[] x, int xo, float[] y, int yo, float slope) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.mul(slope).blend(x0, x0.compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
        }
    }

    static void clamp(int n, float[] x, int xo, float[] y, int yo, float lo, float hi) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.max(lo).min(hi).intoArray(y, yo + i);
        }
    }

    static void add(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.add(b0).intoArray(y, yo + i);
        }
    }

    static void sub(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.sub(b0).intoArray(y, yo + i);
        }
    }

    static void mul(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.mul(b0).intoArray(y, yo + i);
        }
    }

    static void div(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.div(b0).intoArray(y, yo + i);
        }
    }

    static void maximum(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.max(b0).intoArray(y, yo + i);
        }
    }

    static void minimum(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.min(b0).intoArray(y, yo + i);
        }
    }

    static void reluGrad(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S).blend(a0, b0.compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
        }
    }

    static void tanhGrad(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.mul(FloatVector.broadcast(S, 1f).sub(b0.mul(b0))).intoArray(y, yo + i);
        }
    }

    static void sigmoidGrad(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            a0.mul(b0).mul(FloatVector.broadcast(S, 1f).sub(b0)).intoArray(y, yo + i);
        }
    }
}
