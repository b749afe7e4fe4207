package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Micro-kernels of {@link SimdConvRows}: vectors lie along output positions, weights are broadcast. One flat method a shape, for the
 * reasons given at {@link GatherKernels}. An element's products are added in the order of the taps in every shape.
 */
final class RowConvKernels {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Output channels of a forward tile. */
    static final int OUTPUTS = 4;
    /** Columns of the filter, and rows, in a weight tile. */
    static final int COLUMNS = 3, ROWS = 3;

    private RowConvKernels() { }

    /**
     * Four output channels of {@code count} positions, at least one vector. A tap of position p reads at {@code planes[p + steps[tap]]};
     * the result goes to {@code yo + p}, channel i a {@code plane} further. Weights stand as [tap, 4]. The last vector ends with the last
     * position and may repeat some.
     */
    static void forward(int vectors, int count, float[] planes, int[] steps, int taps, float[] w, int wo, float[] bias,
                        float floor, float[] y, int yo, int plane, int outputs) {
        int p = 0;
        if (vectors >= 4) {
            for (; p + 4 * L <= count; p += 4 * L) {
                k4x4(p, planes, steps, taps, w, wo, bias, y, yo + p, plane, outputs);
            }
        } else {
            for (; p + 2 * L <= count; p += 2 * L) {
                k4x2(p, planes, steps, taps, w, wo, bias, y, yo + p, plane, outputs);
            }
        }
        for (; p < count; p += L) {
            int q = Math.min(p, count - L);
            k4x1(q, planes, steps, taps, w, wo, bias, y, yo + q, plane, outputs);
        }
        if (floor != Float.NEGATIVE_INFINITY) {
            for (int i = 0; i < outputs; i++) {
                atLeast(floor, count, y, yo + i * plane);
            }
        }
    }

    /** A pass of its own over results in the first-level cache: in the kernels it would go beyond what the compiler inlines. */
    private static void atLeast(float floor, int count, float[] y, int yo) {
        for (int p = 0; p < count; p += L) {
            int q = yo + Math.min(p, count - L);
            Bounds.atLeast(FloatVector.fromArray(S, y, q), floor).intoArray(y, q);
        }
    }

    private static void k4x4(int p, float[] planes, int[] steps, int taps, float[] w, int wo, float[] bias,
                             float[] y, int yo, int plane, int outputs) {
        FloatVector c00 = FloatVector.zero(S), c01 = FloatVector.zero(S), c02 = FloatVector.zero(S), c03 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S), c11 = FloatVector.zero(S), c12 = FloatVector.zero(S), c13 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S), c21 = FloatVector.zero(S), c22 = FloatVector.zero(S), c23 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S), c31 = FloatVector.zero(S), c32 = FloatVector.zero(S), c33 = FloatVector.zero(S);
        for (int k = 0; k < taps; k++) {
            int q = p + steps[k];
            int at = wo + 4 * k;
            FloatVector b0 = FloatVector.fromArray(S, planes, q);
            FloatVector b1 = FloatVector.fromArray(S, planes, q + L);
            FloatVector b2 = FloatVector.fromArray(S, planes, q + 2 * L);
            FloatVector b3 = FloatVector.fromArray(S, planes, q + 3 * L);
            FloatVector a0 = FloatVector.broadcast(S, w[at]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            c02 = a0.fma(b2, c02);
            c03 = a0.fma(b3, c03);
            FloatVector a1 = FloatVector.broadcast(S, w[at + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            c12 = a1.fma(b2, c12);
            c13 = a1.fma(b3, c13);
            FloatVector a2 = FloatVector.broadcast(S, w[at + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            c22 = a2.fma(b2, c22);
            c23 = a2.fma(b3, c23);
            FloatVector a3 = FloatVector.broadcast(S, w[at + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
            c32 = a3.fma(b2, c32);
            c33 = a3.fma(b3, c33);
        }
        c00.add(bias[0]).intoArray(y, yo);
        c01.add(bias[0]).intoArray(y, yo + L);
        c02.add(bias[0]).intoArray(y, yo + 2 * L);
        c03.add(bias[0]).intoArray(y, yo + 3 * L);
        if (outputs > 1) {
            c10.add(bias[1]).intoArray(y, yo + plane);
            c11.add(bias[1]).intoArray(y, yo + plane + L);
            c12.add(bias[1]).intoArray(y, yo + plane + 2 * L);
            c13.add(bias[1]).intoArray(y, yo + plane + 3 * L);
        }
        if (outputs > 2) {
            c20.add(bias[2]).intoArray(y, yo + 2 * plane);
            c21.add(bias[2]).intoArray(y, yo + 2 * plane + L);
            c22.add(bias[2]).intoArray(y, yo + 2 * plane + 2 * L);
            c23.add(bias[2]).intoArray(y, yo + 2 * plane + 3 * L);
        }
        if (outputs > 3) {
            c30.add(bias[3]).intoArray(y, yo + 3 * plane);
            c31.add(bias[3]).intoArray(y, yo + 3 * plane + L);
            c32.add(bias[3]).intoArray(y, yo + 3 * plane + 2 * L);
            c33.add(bias[3]).intoArray(y, yo + 3 * plane + 3 * L);
        }
    }

    private static void k4x2(int p, float[] planes, int[] steps, int taps, float[] w, int wo, float[] bias,
                             float[] y, int yo, int plane, int outputs) {
        FloatVector c00 = FloatVector.zero(S), c01 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S), c11 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S), c21 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S), c31 = FloatVector.zero(S);
        for (int k = 0; k < taps; k++) {
            int q = p + steps[k];
            int at = wo + 4 * k;
            FloatVector b0 = FloatVector.fromArray(S, planes, q);
            FloatVector b1 = FloatVector.fromArray(S, planes, q + L);
            FloatVector a0 = FloatVector.broadcast(S, w[at]);
            c00 = a0.fma(b0, c00);
            c01 = a0.fma(b1, c01);
            FloatVector a1 = FloatVector.broadcast(S, w[at + 1]);
            c10 = a1.fma(b0, c10);
            c11 = a1.fma(b1, c11);
            FloatVector a2 = FloatVector.broadcast(S, w[at + 2]);
            c20 = a2.fma(b0, c20);
            c21 = a2.fma(b1, c21);
            FloatVector a3 = FloatVector.broadcast(S, w[at + 3]);
            c30 = a3.fma(b0, c30);
            c31 = a3.fma(b1, c31);
        }
        c00.add(bias[0]).intoArray(y, yo);
        c01.add(bias[0]).intoArray(y, yo + L);
        if (outputs > 1) {
            c10.add(bias[1]).intoArray(y, yo + plane);
            c11.add(bias[1]).intoArray(y, yo + plane + L);
        }
        if (outputs > 2) {
            c20.add(bias[2]).intoArray(y, yo + 2 * plane);
            c21.add(bias[2]).intoArray(y, yo + 2 * plane + L);
        }
        if (outputs > 3) {
            c30.add(bias[3]).intoArray(y, yo + 3 * plane);
            c31.add(bias[3]).intoArray(y, yo + 3 * plane + L);
        }
    }

    private static void k4x1(int p, float[] planes, int[] steps, int taps, float[] w, int wo, float[] bias,
                             float[] y, int yo, int plane, int outputs) {
        FloatVector c00 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c20 = FloatVector.zero(S);
        FloatVector c30 = FloatVector.zero(S);
        for (int k = 0; k < taps; k++) {
            int q = p + steps[k];
            int at = wo + 4 * k;
            FloatVector b0 = FloatVector.fromArray(S, planes, q);
            FloatVector a0 = FloatVector.broadcast(S, w[at]);
            c00 = a0.fma(b0, c00);
            FloatVector a1 = FloatVector.broadcast(S, w[at + 1]);
            c10 = a1.fma(b0, c10);
            FloatVector a2 = FloatVector.broadcast(S, w[at + 2]);
            c20 = a2.fma(b0, c20);
            FloatVector a3 = FloatVector.broadcast(S, w[at + 3]);
            c30 = a3.fma(b0, c30);
        }
        c00.add(bias[0]).intoArray(y, yo);
        if (outputs > 1) {
            c10.add(bias[1]).intoArray(y, yo + plane);
        }
        if (outputs > 2) {
            c20.add(bias[2]).intoArray(y, yo + 2 * plane);
        }
        if (outputs > 3) {
            c30.add(bias[3]).intoArray(y, yo + 3 * plane);
        }
    }

    /**
     * Adds to the sums [output, 9, lane] of two output channels, and behind them to the gradient's own sums [output, lane]: {@code count} vectors of the output's gradient, from d0 and d1 on, times
     * those of the source from q0, q1 and q2 (columns of the filter) plus 0, r and 2 r (its rows) on.
     */
    static void weights(int count, float[] planes, int q0, int q1, int q2, int r, float[] dy, int d0, int d1, float[] sums, int at) {
        FloatVector c00 = FloatVector.zero(S), c01 = FloatVector.zero(S), c02 = FloatVector.zero(S);
        FloatVector c03 = FloatVector.zero(S), c04 = FloatVector.zero(S), c05 = FloatVector.zero(S);
        FloatVector c06 = FloatVector.zero(S), c07 = FloatVector.zero(S), c08 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S), c11 = FloatVector.zero(S), c12 = FloatVector.zero(S);
        FloatVector c13 = FloatVector.zero(S), c14 = FloatVector.zero(S), c15 = FloatVector.zero(S);
        FloatVector c16 = FloatVector.zero(S), c17 = FloatVector.zero(S), c18 = FloatVector.zero(S);
        FloatVector s0 = FloatVector.zero(S), s1 = FloatVector.zero(S);
        for (int p = 0; p < count * L; p += L) {
            FloatVector g0 = FloatVector.fromArray(S, dy, d0 + p);
            FloatVector g1 = FloatVector.fromArray(S, dy, d1 + p);
            s0 = s0.add(g0);
            s1 = s1.add(g1);
            FloatVector x0 = FloatVector.fromArray(S, planes, q0 + p);
            c00 = g0.fma(x0, c00);
            c10 = g1.fma(x0, c10);
            FloatVector x1 = FloatVector.fromArray(S, planes, q0 + p + r);
            c01 = g0.fma(x1, c01);
            c11 = g1.fma(x1, c11);
            FloatVector x2 = FloatVector.fromArray(S, planes, q0 + p + 2 * r);
            c02 = g0.fma(x2, c02);
            c12 = g1.fma(x2, c12);
            FloatVector x3 = FloatVector.fromArray(S, planes, q1 + p);
            c03 = g0.fma(x3, c03);
            c13 = g1.fma(x3, c13);
            FloatVector x4 = FloatVector.fromArray(S, planes, q1 + p + r);
            c04 = g0.fma(x4, c04);
            c14 = g1.fma(x4, c14);
            FloatVector x5 = FloatVector.fromArray(S, planes, q1 + p + 2 * r);
            c05 = g0.fma(x5, c05);
            c15 = g1.fma(x5, c15);
            FloatVector x6 = FloatVector.fromArray(S, planes, q2 + p);
            c06 = g0.fma(x6, c06);
            c16 = g1.fma(x6, c16);
            FloatVector x7 = FloatVector.fromArray(S, planes, q2 + p + r);
            c07 = g0.fma(x7, c07);
            c17 = g1.fma(x7, c17);
            FloatVector x8 = FloatVector.fromArray(S, planes, q2 + p + 2 * r);
            c08 = g0.fma(x8, c08);
            c18 = g1.fma(x8, c18);
        }
        c00.add(FloatVector.fromArray(S, sums, at)).intoArray(sums, at);
        c01.add(FloatVector.fromArray(S, sums, at + L)).intoArray(sums, at + L);
        c02.add(FloatVector.fromArray(S, sums, at + 2 * L)).intoArray(sums, at + 2 * L);
        c03.add(FloatVector.fromArray(S, sums, at + 3 * L)).intoArray(sums, at + 3 * L);
        c04.add(FloatVector.fromArray(S, sums, at + 4 * L)).intoArray(sums, at + 4 * L);
        c05.add(FloatVector.fromArray(S, sums, at + 5 * L)).intoArray(sums, at + 5 * L);
        c06.add(FloatVector.fromArray(S, sums, at + 6 * L)).intoArray(sums, at + 6 * L);
        c07.add(FloatVector.fromArray(S, sums, at + 7 * L)).intoArray(sums, at + 7 * L);
        c08.add(FloatVector.fromArray(S, sums, at + 8 * L)).intoArray(sums, at + 8 * L);
        c10.add(FloatVector.fromArray(S, sums, at + 9 * L)).intoArray(sums, at + 9 * L);
        c11.add(FloatVector.fromArray(S, sums, at + 10 * L)).intoArray(sums, at + 10 * L);
        c12.add(FloatVector.fromArray(S, sums, at + 11 * L)).intoArray(sums, at + 11 * L);
        c13.add(FloatVector.fromArray(S, sums, at + 12 * L)).intoArray(sums, at + 12 * L);
        c14.add(FloatVector.fromArray(S, sums, at + 13 * L)).intoArray(sums, at + 13 * L);
        c15.add(FloatVector.fromArray(S, sums, at + 14 * L)).intoArray(sums, at + 14 * L);
        c16.add(FloatVector.fromArray(S, sums, at + 15 * L)).intoArray(sums, at + 15 * L);
        c17.add(FloatVector.fromArray(S, sums, at + 16 * L)).intoArray(sums, at + 16 * L);
        c18.add(FloatVector.fromArray(S, sums, at + 17 * L)).intoArray(sums, at + 17 * L);
        s0.add(FloatVector.fromArray(S, sums, at + 18 * L)).intoArray(sums, at + 18 * L);
        s1.add(FloatVector.fromArray(S, sums, at + 19 * L)).intoArray(sums, at + 19 * L);
    }
}
