package loam.tensor.internal.scalar;

import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.Activation;

/**
 * Matrix product in plain Java. Rows of B are copied to arrays of their own, so that in the inner loop every array has the same
 * index: only that form does the compiler vectorise (offsets that it cannot compare keep it from doing so).
 */
final class ScalarGemm {
    /** Rows of B in a block. */
    private static final int KC = 128;
    /** Columns of B in a block. */
    private static final int NC = 512;
    /** Rows of C in a chunk. */
    private static final int MC = 64;
    /** Below this many multiplications a plain loop is faster. */
    private static final long TINY = 512;

    private static final ThreadLocal<Block> BLOCK = ThreadLocal.withInitial(Block::new);

    private ScalarGemm() { }

    /** The copied rows of B and two rows of C. */
    private static final class Block {
        private final float[][] b = new float[KC][NC];
        private final float[] c0 = new float[NC];
        private final float[] c1 = new float[NC];
    }

    static void gemm(int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
                     float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset, Activation act, boolean parallel) {
        if (m <= 0 || n <= 0) {
            return;
        }
        if ((long) m * n * k <= TINY || n < 4) {
            dots(m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, bias, biasOffset, act);
            return;
        }
        int rowBlocks = (m + MC - 1) / MC;
        int colBlocks = (n + NC - 1) / NC;
        int chunks = rowBlocks * colBlocks;
        java.util.function.IntConsumer body = chunk -> {
            int i0 = chunk / colBlocks * MC;
            int j0 = chunk % colBlocks * NC;
            block(i0, Math.min(m, i0 + MC), j0, Math.min(NC, n - j0), k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate);
            finish(i0, Math.min(m, i0 + MC), j0, Math.min(n, j0 + NC), c, co, ldc, bias, biasOffset, act);
        };
        if (parallel) {
            Parallel.forRange(chunks, body);
        } else {
            for (int i = 0; i < chunks; i++) {
                body.accept(i);
            }
        }
    }

    private static void dots(int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
                             float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset, Activation act) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float s = accumulate ? c[co + i * ldc + j] : 0;
                for (int p = 0; p < k; p++) {
                    s += a[ao + i * ars + p * acs] * b[bo + p * brs + j * bcs];
                }
                c[co + i * ldc + j] = s;
            }
        }
        finish(0, m, 0, n, c, co, ldc, bias, biasOffset, act);
    }

    private static void block(int i0, int i1, int j0, int nn, int k, float[] a, int ao, int ars, int acs,
                              float[] b, int bo, int brs, int bcs, float[] c, int co, int ldc, boolean accumulate) {
        Block w = BLOCK.get();
        if (k == 0 && !accumulate) {
            for (int i = i0; i < i1; i++) {
                java.util.Arrays.fill(c, co + i * ldc + j0, co + i * ldc + j0 + nn, 0f);
            }
        }
        for (int p0 = 0; p0 < k; p0 += KC) {
            int kk = Math.min(KC, k - p0);
            pack(kk, nn, b, bo + p0 * brs + j0 * bcs, brs, bcs, w.b);
            boolean add = accumulate || p0 > 0;
            int i = i0;
            for (; i + 2 <= i1; i += 2) {
                load(add, c, co + i * ldc + j0, nn, w.c0);
                load(add, c, co + (i + 1) * ldc + j0, nn, w.c1);
                int r0 = ao + i * ars + p0 * acs;
                twoRows(kk, nn, a, r0, r0 + ars, acs, w.b, w.c0, w.c1);
                System.arraycopy(w.c0, 0, c, co + i * ldc + j0, nn);
                System.arraycopy(w.c1, 0, c, co + (i + 1) * ldc + j0, nn);
            }
            if (i < i1) {
                load(add, c, co + i * ldc + j0, nn, w.c0);
                int r0 = ao + i * ars + p0 * acs;
                twoRows(kk, nn, a, r0, r0, acs, w.b, w.c0, w.c1);
                System.arraycopy(w.c0, 0, c, co + i * ldc + j0, nn);
            }
        }
    }

    private static void load(boolean add, float[] c, int co, int n, float[] row) {
        if (add) {
            System.arraycopy(c, co, row, 0, n);
        } else {
            java.util.Arrays.fill(row, 0, n, 0f);
        }
    }

    private static void pack(int kk, int nn, float[] b, int bo, int brs, int bcs, float[][] rows) {
        if (bcs == 1) {
            for (int p = 0; p < kk; p++) {
                System.arraycopy(b, bo + p * brs, rows[p], 0, nn);
            }
            return;
        }
        for (int j = 0; j < nn; j++) {
            int from = bo + j * bcs;
            for (int p = 0; p < kk; p++) {
                rows[p][j] = b[from + p * brs];
            }
        }
    }

    private static void twoRows(int kk, int n, float[] a, int r0, int r1, int acs, float[][] b, float[] c0, float[] c1) {
        int p = 0;
        for (; p + 4 <= kk; p += 4) {
            int q0 = r0 + p * acs;
            int q1 = r1 + p * acs;
            four(n, a[q0], a[q0 + acs], a[q0 + 2 * acs], a[q0 + 3 * acs], b[p], b[p + 1], b[p + 2], b[p + 3], c0);
            four(n, a[q1], a[q1 + acs], a[q1 + 2 * acs], a[q1 + 3 * acs], b[p], b[p + 1], b[p + 2], b[p + 3], c1);
        }
        for (; p < kk; p++) {
            one(n, a[r0 + p * acs], b[p], c0);
            one(n, a[r1 + p * acs], b[p], c1);
        }
    }

    private static void four(int n, float x0, float x1, float x2, float x3, float[] b0, float[] b1, float[] b2, float[] b3, float[] c) {
        for (int j = 0; j < n; j++) {
            c[j] = c[j] + x0 * b0[j] + x1 * b1[j] + x2 * b2[j] + x3 * b3[j];
        }
    }

    private static void one(int n, float x, float[] b, float[] c) {
        for (int j = 0; j < n; j++) {
            c[j] += x * b[j];
        }
    }

    static void finish(int i0, int i1, int j0, int j1, float[] c, int co, int ldc, float[] bias, int biasOffset, Activation act) {
        if (bias == null && act == Activation.NONE) {
            return;
        }
        for (int i = i0; i < i1; i++) {
            int row = co + i * ldc;
            if (bias != null) {
                for (int j = j0; j < j1; j++) {
                    c[row + j] += bias[biasOffset + j];
                }
            }
            if (act == Activation.RELU) {
                for (int j = j0; j < j1; j++) {
                    c[row + j] = Math.max(c[row + j], 0f);
                }
            }
        }
    }
}
