package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.ConvShape;

/**
 * Convolution as a matrix product that never builds its matrix. Each image is copied once into padded planes with the channels
 * innermost; then the elements that a filter row meets are neighbours, and a row of the matrix is named by an offset. Rows are output
 * positions, columns are output channels; tiles are turned to [channel, position] at the end.
 */
final class SimdConv {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Longest block of products between two additions to a tile. */
    private static final int KC = 256;
    /** Runs shorter than this go element by element through a table of offsets. */
    static final int SHORT_RUN = 32;
    /** Output positions that a unit of work aims at. */
    private static final int UNIT_POSITIONS = 400;
    /** With fewer units than this they get smaller, down to about this many positions. */
    private static final int FEW_UNITS = 4;
    private static final int LEAST_POSITIONS = 96;

    private final Tiling tiling;
    private final ConvShape s;
    private final Window window;
    private final boolean gather;
    /** Output channels of a group. */
    private final int outputs;
    private final int[] panels;
    private final int[] offsets;
    private final float[] packed;

    /** Weights of group g: output o, source channel c and filter position t at {@code wo + g * groupStride + o * os + c * cs + t}. */
    private SimdConv(Tiling tiling, ConvShape s, Window window, int outputs, float[] w, int wo, int os, int cs) {
        this.s = s;
        this.window = window;
        this.gather = window.run() < SHORT_RUN;
        this.tiling = gather ? tiling.forGather() : tiling;
        this.outputs = outputs;
        this.panels = this.tiling.panels((outputs + L - 1) / L);
        this.offsets = gather ? window.termOffsets() : window.runOffsets();
        this.packed = pack(w, wo, os, cs);
    }

    static void forward(Tiling tiling, ConvShape s, float[] x, int xo, float[] w, int wo, float[] bias, int bo, Activation act, float[] y, int yo) {
        int taps = s.kh() * s.kw();
        SimdConv c = new SimdConv(tiling, s, Window.forward(s), s.co() / s.groups(), w, wo, s.ci() / s.groups() * taps, taps);
        c.run(x, xo, bias, bo, act, y, yo, s.outH() * s.outW(), 0, s.outW(), 1);
    }

    static void inputGrad(Tiling tiling, ConvShape s, float[] dy, int dyo, float[] w, int wo, float[] dx, int dxo) {
        int taps = s.kh() * s.kw();
        for (int py = 0; py < Math.min(s.strideH(), s.h()); py++) {
            for (int px = 0; px < Math.min(s.strideW(), s.w()); px++) {
                Window window = Window.gradient(s, py, px);
                int first = py * s.w() + px;
                if (window.terms() == 0) {
                    zero(s, window, dx, dxo + first);
                    continue;
                }
                SimdConv c = new SimdConv(tiling, s, window, s.ci() / s.groups(), w, wo, taps, s.ci() / s.groups() * taps);
                c.run(dy, dyo, null, 0, Activation.NONE, dx, dxo, s.h() * s.w(), first, s.strideH() * s.w(), s.strideW());
            }
        }
    }

    /** Positions that no window meets. */
    private static void zero(ConvShape s, Window window, float[] dx, int dxo) {
        for (int plane = 0; plane < s.n() * s.ci(); plane++) {
            for (int t = 0; t < window.rows; t++) {
                for (int u = 0; u < window.cols; u++) {
                    dx[dxo + (plane * s.h() + t * s.strideH()) * s.w() + u * s.strideW()] = 0;
                }
            }
        }
    }

    /** Panels of each group: rows in the order filter row, filter column, channel; missing outputs zero. */
    private float[] pack(float[] w, int wo, int os, int cs) {
        int terms = window.terms();
        int padded = panels[panels.length - 1] * L;
        float[] to = Scratch.get().floats(Scratch.CONV_WEIGHTS, s.groups() * terms * padded);
        int groupStride = s.co() / s.groups() * (s.ci() / s.groups()) * s.kh() * s.kw();
        int count = panels.length - 1;
        Parallel.forRange(s.groups() * count, unit -> {
            int group = unit / count;
            int p = unit % count;
            int width = (panels[p + 1] - panels[p]) * L;
            int nn = Math.min(width, outputs - panels[p] * L);
            packPanel(width, nn, w, wo + group * groupStride + panels[p] * L * os, os, cs, to, group * terms * padded + panels[p] * L * terms);
        });
        return to;
    }

    private void packPanel(int width, int nn, float[] w, int wo, int os, int cs, float[] to, int at) {
        float[] from = w;
        int first = wo;
        int term = 1;
        int output = os;
        if (cs == s.kh() * s.kw()) {
            // an output's weights are contiguous: turned in blocks first
            from = Scratch.get().floats(Scratch.CONV_TEMP, window.channels * cs * width);
            Transposer.run(nn, window.channels * cs, w, wo, os, from, 0, width);
            first = 0;
            term = width;
            output = 1;
        }
        for (int ky : window.ky) {
            for (int kx : window.kx) {
                int q = first + (ky * s.kw() + kx) * term;
                for (int c = 0; c < window.channels; c++, at += width) {
                    if (output == 1) {
                        System.arraycopy(from, q + c * cs * term, to, at, nn);
                    } else {
                        for (int j = 0; j < nn; j++) {
                            to[at + j] = from[q + c * cs + j * output];
                        }
                    }
                    Arrays.fill(to, at + nn, at + width, 0f);
                }
            }
        }
    }

    /** Output rows of a unit, when there are {@code images} windows: a few images are cut smaller, so that threads can share them. */
    static int unitRows(Window window, int images) {
        int positions = window.rows * window.cols;
        int blocks = Math.max(1, Math.round(positions / (float) UNIT_POSITIONS));
        while (images * blocks < FEW_UNITS && positions / (2 * blocks) >= LEAST_POSITIONS) {
            blocks *= 2;
        }
        return Math.max(1, (window.rows + blocks - 1) / blocks);
    }

    /** Position (t, u) of channel c goes to {@code c * plane + first + t * rowStep + u * colStep} of its image and group. */
    private void run(float[] src, int so, float[] bias, int bo, Activation act, float[] out, int oo, int plane, int first, int rowStep, int colStep) {
        int unitRows = unitRows(window, s.n() * s.groups());
        int blocks = (window.rows + unitRows - 1) / unitRows;
        int padded = panels[panels.length - 1] * L;
        Parallel.forRange(s.n() * s.groups() * blocks, unit -> {
            int t0 = unit % blocks * unitRows;
            int t1 = Math.min(window.rows, t0 + unitRows);
            int group = unit / blocks % s.groups();
            int image = unit / blocks / s.groups();
            int positions = (t1 - t0) * window.cols;
            Scratch scratch = Scratch.get();
            float[] planes = scratch.floats(Scratch.CONV_PLANES, window.planeFloats(t1 - t0));
            window.fill(t0, t1, src, so + (image * s.groups() + group) * window.channels * window.height * window.width, planes);
            int[] rows = scratch.ints(Scratch.CONV_PLANES, positions + 8);
            window.positions(t0, t1, 7, rows);
            float[] tile = scratch.floats(Scratch.CONV_TILE, (positions + 8) * tiling.vectors * L);
            for (int p = 0; p < panels.length - 1; p++) {
                int nv = panels[p + 1] - panels[p];
                int j0 = panels[p] * L;
                int nn = Math.min(nv * L, outputs - j0);
                multiply(positions, nv, planes, rows, group * window.terms() * padded + j0 * window.terms(), tile);
                finish(positions, nv, nn, tile, bias, bo + group * outputs + j0, act);
                int to = oo + ((image * s.groups() + group) * outputs + j0) * plane + first + t0 * rowStep;
                write(t1 - t0, nn, nv * L, tile, out, to, plane, rowStep, colStep);
            }
        });
    }

    private void multiply(int positions, int nv, float[] planes, int[] rows, int at, float[] tile) {
        int mr = tiling.rows(nv);
        int width = nv * L;
        if (gather) {
            int terms = window.terms();
            int count = (terms + KC - 1) / KC;
            int kc = (terms + count - 1) / count;
            for (int k = 0; k < terms; k += kc) {
                for (int i = 0; i < positions; i += mr) {
                    GatherKernels.run(mr, nv, Math.min(kc, terms - k), planes, 0, rows, i, offsets, k, packed, at + k * width, tile, i * width, width, k > 0);
                }
            }
            return;
        }
        int run = window.run();
        int count = (run + KC - 1) / KC;
        int kc = (run + count - 1) / count;
        for (int r = 0; r < offsets.length; r++) {
            for (int k = 0; k < run; k += kc) {
                int b = at + (r * run + k) * width;
                for (int i = 0; i < positions; i += mr) {
                    RowKernels.run(mr, nv, Math.min(kc, run - k), planes, offsets[r] + k, rows, i, packed, b, tile, i * width, width, r + k > 0);
                }
            }
        }
    }

    private static void finish(int positions, int nv, int nn, float[] tile, float[] bias, int bo, Activation act) {
        if (bias == null && act == Activation.NONE) {
            return;
        }
        float[] b = Scratch.get().floats(Scratch.ROW, nv * L);
        Arrays.fill(b, 0, nv * L, 0f);
        if (bias != null) {
            System.arraycopy(bias, bo, b, 0, nn);
        }
        float floor = act == Activation.RELU ? 0f : Float.NEGATIVE_INFINITY;
        for (int j = 0; j < nv * L; j += L) {
            FloatVector add = FloatVector.fromArray(S, b, j);
            for (int i = j; i < positions * nv * L; i += nv * L) {
                Bounds.atLeast(FloatVector.fromArray(S, tile, i).add(add), floor).intoArray(tile, i);
            }
        }
    }

    private void write(int rows, int nn, int width, float[] tile, float[] out, int to, int plane, int rowStep, int colStep) {
        if (colStep == 1 && rowStep == window.cols) {
            Transposer.run(rows * window.cols, nn, tile, 0, width, out, to, plane);
            return;
        }
        for (int c = 0; c < nn; c++) {
            for (int t = 0; t < rows; t++) {
                int p = to + c * plane + t * rowStep;
                int q = t * window.cols * width + c;
                for (int u = 0; u < window.cols; u++) {
                    out[p + u * colStep] = tile[q + u * width];
                }
            }
        }
    }
}
