package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Elementwise loops of few instructions. n is a multiple of the vector length. */
final class BasicLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

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

    static void relu(int n, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector x0 = FloatVector.fromArray(S, x, xo + i);
            x0.max(0f).intoArray(y, yo + i);
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
