package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;

/** Matrix times vector, {@code y[i] = sum over k of A[i, k] v[k]}: bound by memory, so nothing is packed. */
final class SimdGemv {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Elements of A in a chunk. */
    private static final int CHUNK = 1 << 16;

    private SimdGemv() { }

    /** Whether A has contiguous rows or columns. */
    static boolean fits(int rs, int cs) {
        return rs == 1 || cs == 1;
    }

    /** {@code y[yo + i * ys] = A v (+ y)}; A's strides as in {@link #fits}. */
    static void run(int m, int k, float[] a, int ao, int rs, int cs, float[] v, int vo, int vs, float[] y, int yo, int ys,
                    boolean add, boolean parallel) {
        float[] x = v;
        int xo = vo;
        if (cs == 1 && vs != 1) {
            x = Scratch.get().floats(Scratch.GEMM_B, k);
            xo = 0;
            for (int p = 0; p < k; p++) {
                x[p] = v[vo + p * vs];
            }
        }
        float[] in = x;
        int io = xo;
        int step = Math.max(4 * L, CHUNK / k / L * L);
        int chunks = (m + step - 1) / step;
        java.util.function.IntConsumer body = chunk -> {
            int i1 = Math.min(m, (chunk + 1) * step);
            if (cs == 1) {
                rows(chunk * step, i1, k, a, ao, rs, in, io, y, yo, ys, add);
            } else {
                columns(chunk * step, i1, k, a, ao, cs, v, vo, vs, y, yo, ys, add);
            }
        };
        if (parallel && chunks > 1) {
            Parallel.forRange(chunks, body);
        } else {
            for (int i = 0; i < chunks; i++) {
                body.accept(i);
            }
        }
    }

    /** Rows i0 .. i1 - 1 when rows are contiguous: four share the loads of the vector. A row's sums are the same in both loops. */
    private static void rows(int i0, int i1, int k, float[] a, int ao, int rs, float[] v, int vo, float[] y, int yo, int ys, boolean add) {
        float[] t = Scratch.get().floats(Scratch.GEMM_TILE, L);
        int i = i0;
        for (; i + 4 <= i1; i += 4) {
            dot4(k, a, ao + i * rs, rs, v, vo, y, yo + i * ys, ys, add, t);
        }
        for (; i < i1; i++) {
            float s = dot(k, a, ao + i * rs, v, vo);
            y[yo + i * ys] = add ? y[yo + i * ys] + s : s;
        }
    }

    private static float dot(int n, float[] x, int xo, float[] v, int vo) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        int i = 0;
        for (; i + 2 * L <= n; i += 2 * L) {
            s0 = FloatVector.fromArray(S, x, xo + i).fma(FloatVector.fromArray(S, v, vo + i), s0);
            s1 = FloatVector.fromArray(S, x, xo + i + L).fma(FloatVector.fromArray(S, v, vo + i + L), s1);
        }
        if (i + L <= n) {
            s0 = FloatVector.fromArray(S, x, xo + i).fma(FloatVector.fromArray(S, v, vo + i), s0);
            i += L;
        }
        return rest(i, n, x, xo, v, vo, LaneSum.of(s0.add(s1)));
    }

    private static float rest(int from, int n, float[] x, int xo, float[] v, int vo, float sum) {
        float s = sum;
        for (int i = from; i < n; i++) {
            s = Math.fma(x[xo + i], v[vo + i], s);
        }
        return s;
    }

    private static void dot4(int n, float[] x, int xo, int rs, float[] v, int vo, float[] y, int yo, int ys, boolean add,
                             float[] t) {
        int x1 = xo + rs;
        int x2 = xo + 2 * rs;
        int x3 = xo + 3 * rs;
        FloatVector s00 = FloatVector.zero(S), s01 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S), s11 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S), s21 = FloatVector.zero(S);
        FloatVector s30 = FloatVector.zero(S), s31 = FloatVector.zero(S);
        int i = 0;
        for (; i + 2 * L <= n; i += 2 * L) {
            FloatVector v0 = FloatVector.fromArray(S, v, vo + i);
            FloatVector v1 = FloatVector.fromArray(S, v, vo + i + L);
            s00 = FloatVector.fromArray(S, x, xo + i).fma(v0, s00);
            s01 = FloatVector.fromArray(S, x, xo + i + L).fma(v1, s01);
            s10 = FloatVector.fromArray(S, x, x1 + i).fma(v0, s10);
            s11 = FloatVector.fromArray(S, x, x1 + i + L).fma(v1, s11);
            s20 = FloatVector.fromArray(S, x, x2 + i).fma(v0, s20);
            s21 = FloatVector.fromArray(S, x, x2 + i + L).fma(v1, s21);
            s30 = FloatVector.fromArray(S, x, x3 + i).fma(v0, s30);
            s31 = FloatVector.fromArray(S, x, x3 + i + L).fma(v1, s31);
        }
        if (i + L <= n) {
            FloatVector v0 = FloatVector.fromArray(S, v, vo + i);
            s00 = FloatVector.fromArray(S, x, xo + i).fma(v0, s00);
            s10 = FloatVector.fromArray(S, x, x1 + i).fma(v0, s10);
            s20 = FloatVector.fromArray(S, x, x2 + i).fma(v0, s20);
            s30 = FloatVector.fromArray(S, x, x3 + i).fma(v0, s30);
            i += L;
        }
        // one sum after the other would go beyond what the compiler inlines, and put a vector on the heap
        LaneSum.four(s00.add(s01), s10.add(s11), s20.add(s21), s30.add(s31)).intoArray(t, 0);
        float r0 = rest(i, n, x, xo, v, vo, t[0]);
        float r1 = rest(i, n, x, x1, v, vo, t[L / 2]);
        float r2 = rest(i, n, x, x2, v, vo, t[L / 4]);
        float r3 = rest(i, n, x, x3, v, vo, t[3 * L / 4]);
        y[yo] = add ? y[yo] + r0 : r0;
        y[yo + ys] = add ? y[yo + ys] + r1 : r1;
        y[yo + 2 * ys] = add ? y[yo + 2 * ys] + r2 : r2;
        y[yo + 3 * ys] = add ? y[yo + 3 * ys] + r3 : r3;
    }

    /** Rows i0 .. i1 - 1 when columns are contiguous: sums of several vectors of rows stay in registers. */
    private static void columns(int i0, int i1, int k, float[] a, int ao, int cs, float[] v, int vo, int vs,
                                float[] y, int yo, int ys, boolean add) {
        float[] t = Scratch.get().floats(Scratch.GEMM_TILE, 4 * L);
        int i = i0;
        for (; i + 4 * L <= i1; i += 4 * L) {
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            FloatVector s2 = FloatVector.zero(S);
            FloatVector s3 = FloatVector.zero(S);
            for (int p = 0; p < k; p++) {
                int q = ao + p * cs + i;
                FloatVector w = FloatVector.broadcast(S, v[vo + p * vs]);
                s0 = w.fma(FloatVector.fromArray(S, a, q), s0);
                s1 = w.fma(FloatVector.fromArray(S, a, q + L), s1);
                s2 = w.fma(FloatVector.fromArray(S, a, q + 2 * L), s2);
                s3 = w.fma(FloatVector.fromArray(S, a, q + 3 * L), s3);
            }
            s0.intoArray(t, 0);
            s1.intoArray(t, L);
            s2.intoArray(t, 2 * L);
            s3.intoArray(t, 3 * L);
            for (int j = 0; j < 4 * L; j++) {
                y[yo + (i + j) * ys] = add ? y[yo + (i + j) * ys] + t[j] : t[j];
            }
        }
        for (; i < i1; i++) {
            float s = 0;
            for (int p = 0; p < k; p++) {
                s = Math.fma(v[vo + p * vs], a[ao + p * cs + i], s);
            }
            y[yo + i * ys] = add ? y[yo + i * ys] + s : s;
        }
    }
}
