package loam.tensor.internal.simd;

import java.util.Arrays;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.Activation;

/**
 * One matrix product. B is packed once into panels of up to four vectors; A is read in place when its rows are contiguous, otherwise
 * a chunk copies its block into contiguous rows. Chunks are rectangles of C of a size that follows from the product's; inside one the
 * order is block of k, panel, tile. A panel's block of k fits into the first-level cache. The blocks of k depend on k alone, so the bits
 * depend neither on the tile shapes nor on the number of threads.
 */
final class SimdGemm {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Longest block of k. */
    static final int KC = 128;
    /** Most and least rows of C in a chunk: multiples of all tile heights and of the transposer's blocks. */
    private static final int MC = 96;
    private static final int LEAST_MC = 48;
    /** Most and least vectors of columns in a chunk: multiples of all panel widths. */
    private static final int NC = 32;
    private static final int LEAST_NC = 4;
    /** Chunks that make a fairly even share for a few threads. */
    private static final int ENOUGH_CHUNKS = 6;
    /** Floats of packed operands held at a time. */
    private static final int PACKED = 1 << 22;
    /** Below this many products the plain loops are faster, warm or cold. */
    static final long TINY = 1024;
    /** Products that are worth a second thread. */
    private static final long PARALLEL_FROM = 1 << 17;
    /** Distances between rows that map many rows to one set of the cache: such an A is copied. */
    private static final int ALIASING_STRIDE = 4096;

    private final Tiling tiling;
    private final int m;
    private final int n;
    private final float[] c;
    private final int co;
    private final int ldc;
    private final float[] bias;
    private final int bo;
    private final Activation act;
    private final int[] panels;
    private final float[] a;
    private final int ars;
    private final int acs;
    private final boolean copyA;
    private float[] packed;
    /** Rows and vectors of columns of a chunk. */
    private int mc = MC;
    private int nc = NC;

    private SimdGemm(Tiling tiling, int m, int n, float[] a, int ars, int acs, float[] c, int co, int ldc, float[] bias, int bo, Activation act) {
        this.tiling = tiling;
        this.m = m;
        this.n = n;
        this.a = a;
        this.ars = ars;
        this.acs = acs;
        this.copyA = acs != 1 || m > 4 * MC && ars % ALIASING_STRIDE == 0;
        this.c = c;
        this.co = co;
        this.ldc = ldc;
        this.bias = bias;
        this.bo = bo;
        this.act = act;
        this.panels = tiling.panels((n + L - 1) / L);
    }

    /** See {@link loam.tensor.internal.Loops#gemm}; m, n and k positive. */
    static void run(Tiling tiling, int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
                    float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset, Activation act, boolean parallel) {
        SimdGemm g = new SimdGemm(tiling, m, n, a, ars, acs, c, co, ldc, bias, biasOffset, act);
        int blocks = (k + KC - 1) / KC;
        int kc = (k + blocks - 1) / blocks;
        int padded = g.panels[g.panels.length - 1] * L;
        int span = (int) Math.max(1, Math.min(blocks, PACKED / ((long) padded * kc))) * kc;
        boolean spread = parallel && (long) m * n * k >= PARALLEL_FROM;
        g.divide(padded / L);
        int colChunks = (padded / L + g.nc - 1) / g.nc;
        int rowChunks = (m + g.mc - 1) / g.mc;
        g.packed = Scratch.get().floats(Scratch.GEMM_B, padded * Math.min(span, k));
        for (int k0 = 0; k0 < k; k0 += span) {
            int ks = Math.min(span, k - k0);
            boolean last = k0 + ks >= k;
            boolean add = accumulate || k0 > 0;
            g.packB(ks, kc, b, bo + k0 * brs, brs, bcs, spread);
            int first = ao + k0 * acs;
            each(rowChunks * colChunks, spread, chunk -> g.chunk(chunk % rowChunks, chunk / rowChunks, first, ks, kc, add, last));
        }
    }

    /**
     * Makes the chunks smaller where there would be few. Columns are cut in two first: a thread's own stretch of chunks is then one half
     * of B, and the last, shorter chunk of rows is in each half.
     */
    private void divide(int vectors) {
        while (nc >= vectors && nc > LEAST_NC) {
            nc /= 2;
        }
        while ((m + mc - 1) / mc * ((vectors + nc - 1) / nc) < ENOUGH_CHUNKS && (mc > LEAST_MC || nc > LEAST_NC)) {
            if (mc > LEAST_MC && m > LEAST_MC) {
                mc /= 2;
            } else if (nc > LEAST_NC) {
                nc /= 2;
            } else {
                return;
            }
        }
    }

    private static void each(int chunks, boolean parallel, IntConsumer body) {
        if (parallel) {
            Parallel.forRange(chunks, body);
        } else {
            for (int i = 0; i < chunks; i++) {
                body.accept(i);
            }
        }
    }

    /** Panel p of block q starts at {@code panels[p] * L * ks + q * width}: kc rows of the panel's width, missing columns zero. */
    private void packB(int ks, int kc, float[] b, int bo, int brs, int bcs, boolean parallel) {
        each(panels.length - 1, parallel, p -> {
            int width = (panels[p + 1] - panels[p]) * L;
            int j0 = panels[p] * L;
            int nn = Math.min(width, n - j0);
            for (int k0 = 0; k0 < ks; k0 += kc) {
                pack(Math.min(kc, ks - k0), nn, width, b, bo + k0 * brs + j0 * bcs, brs, bcs, packed, j0 * ks + k0 * width);
            }
        });
    }

    private static void pack(int kk, int nn, int width, float[] b, int bo, int brs, int bcs, float[] to, int at) {
        if (bcs == 1 && nn == width) {
            for (int k = 0; k < kk; k++) {
                int from = bo + k * brs;
                int p = at + k * width;
                for (int j = 0; j < width; j += L) {
                    FloatVector.fromArray(S, b, from + j).intoArray(to, p + j);
                }
            }
            return;
        }
        if (nn < width) {
            for (int k = 0; k < kk; k++) {
                Arrays.fill(to, at + k * width + nn, at + (k + 1) * width, 0f);
            }
        }
        if (bcs == 1) {
            for (int k = 0; k < kk; k++) {
                System.arraycopy(b, bo + k * brs, to, at + k * width, nn);
            }
        } else if (brs == 1) {
            Transposer.run(nn, kk, b, bo, bcs, to, at, width);
        } else {
            for (int k = 0; k < kk; k++) {
                for (int j = 0; j < nn; j++) {
                    to[at + k * width + j] = b[bo + k * brs + j * bcs];
                }
            }
        }
    }

    /** Rows i0 .. i0 + mm - 1 and kk columns of A, from {@code from} on, as rows of {@code ld} in {@code to}. */
    private void copyBlock(int mm, int kk, int from, float[] to, int ld) {
        if (ars == 1) {
            Transposer.run(kk, mm, a, from, acs, to, 0, ld);
            return;
        }
        for (int i = 0; i < mm; i++) {
            if (acs == 1) {
                System.arraycopy(a, from + i * ars, to, i * ld, kk);
                continue;
            }
            for (int k = 0; k < kk; k++) {
                to[i * ld + k] = a[from + i * ars + k * acs];
            }
        }
    }

    private void chunk(int rowChunk, int colChunk, int first, int ks, int kc, boolean add, boolean last) {
        Scratch scratch = Scratch.get();
        int i0 = rowChunk * mc;
        int v0 = colChunk * nc;
        int mm = Math.min(mc, m - i0);
        // an odd number of cache lines between rows
        int ld = copyA ? ((kc + 15) / 16 | 1) * 16 : ars;
        float[] left = copyA ? scratch.floats(Scratch.GEMM_A, mm * ld) : a;
        int[] rows = scratch.ints(Scratch.GEMM_TILE, MC + 8);
        for (int i = 0; i < mm + 7; i++) {
            rows[i] = Math.min(i, mm - 1) * ld;
        }
        float[] tile = scratch.floats(Scratch.GEMM_TILE, 8 * 4 * L);
        int v1 = Math.min(v0 + nc, panels[panels.length - 1]);
        for (int k0 = 0; k0 < ks; k0 += kc) {
            int kk = Math.min(kc, ks - k0);
            int from = first + i0 * ars + k0 * acs;
            if (copyA) {
                copyBlock(mm, kk, from, left, ld);
                from = 0;
            }
            boolean addTile = add || k0 > 0;
            boolean finish = last && k0 + kk >= ks && (bias != null || act != Activation.NONE);
            for (int p = 0; p < panels.length - 1; p++) {
                // a panel belongs to the chunk in which it starts
                if (panels[p] < v0 || panels[p] >= v1) {
                    continue;
                }
                int nv = panels[p + 1] - panels[p];
                int j0 = panels[p] * L;
                int nn = Math.min(nv * L, n - j0);
                int mr = tiling.rows(nv);
                int bAt = j0 * ks + k0 * nv * L;
                for (int i = 0; i < mm; i += mr) {
                    int rowsHere = Math.min(mr, mm - i);
                    int at = co + (i0 + i) * ldc + j0;
                    if (rowsHere == mr && nn == nv * L) {
                        RowKernels.run(mr, nv, kk, left, from, rows, i, packed, bAt, c, at, ldc, addTile);
                    } else {
                        RowKernels.run(mr, nv, kk, left, from, rows, i, packed, bAt, tile, 0, nv * L, false);
                        merge(rowsHere, nn, tile, nv * L, at, addTile);
                    }
                    if (finish) {
                        finish(rowsHere, nn, at, j0);
                    }
                }
            }
        }
    }

    private void merge(int rows, int nn, float[] tile, int ld, int at, boolean add) {
        for (int i = 0; i < rows; i++) {
            int to = at + i * ldc;
            if (!add) {
                System.arraycopy(tile, i * ld, c, to, nn);
                continue;
            }
            for (int j = 0; j < nn; j++) {
                c[to + j] += tile[i * ld + j];
            }
        }
    }

    private void finish(int rows, int nn, int at, int j0) {
        float floor = act == Activation.RELU ? 0f : Float.NEGATIVE_INFINITY;
        for (int i = 0; i < rows; i++) {
            int to = at + i * ldc;
            int j = 0;
            if (bias == null) {
                for (; j + L <= nn; j += L) {
                    Bounds.atLeast(FloatVector.fromArray(S, c, to + j), floor).intoArray(c, to + j);
                }
                for (; j < nn; j++) {
                    c[to + j] = Math.max(c[to + j], floor);
                }
                continue;
            }
            for (; j + L <= nn; j += L) {
                Bounds.atLeast(FloatVector.fromArray(S, c, to + j).add(FloatVector.fromArray(S, bias, bo + j0 + j)), floor).intoArray(c, to + j);
            }
            for (; j < nn; j++) {
                c[to + j] = Math.max(c[to + j] + bias[bo + j0 + j], floor);
            }
        }
    }
}
