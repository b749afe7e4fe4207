package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
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
                for (int i = chunk * step; i < i1; i++) {
                    float s = dot(k, a, ao + i * rs, in, io);
                    y[yo + i * ys] = add ? y[yo + i * ys] + s : s;
                }
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

    private static float dot(int n, float[] x, int xo, float[] y, int yo) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        int i = 0;
        for (; i + 4 * L <= n; i += 4 * L) {
            s0 = FloatVector.fromArray(S, x, xo + i).fma(FloatVector.fromArray(S, y, yo + i), s0);
            s1 = FloatVector.fromArray(S, x, xo + i + L).fma(FloatVector.fromArray(S, y, yo + i + L), s1);
            s2 = FloatVector.fromArray(S, x, xo + i + 2 * L).fma(FloatVector.fromArray(S, y, yo + i + 2 * L), s2);
            s3 = FloatVector.fromArray(S, x, xo + i + 3 * L).fma(FloatVector.fromArray(S, y, yo + i + 3 * L), s3);
        }
        for (; i + L <= n; i += L) {
            s0 = FloatVector.fromArray(S, x, xo + i).fma(FloatVector.fromArray(S, y, yo + i), s0);
        }
        float s = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            s = Math.fma(x[xo + i], y[yo + i], s);
        }
        return s;
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
