package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.ConvShape;

/**
 * Gradient of a convolution's weights: a matrix product over output positions. With long runs (see {@link Window}) the vectors lie
 * along a filter row and the output's gradient is broadcast; with short ones the vectors lie along output channels. The batch is cut
 * into fixed parts with sums of their own, which are added in order.
 */
final class SimdConvWeights {
    private static final int L = FloatVector.SPECIES_PREFERRED.length();
    /** Longest block of positions between two additions to a tile. */
    private static final int KC = 256;
    private static final int PARTS = 16;
    /** Most floats that the parts' sums may take. */
    private static final int SUM_FLOATS = 1 << 23;
    /** Floats of the sums that one chunk combines. */
    private static final int SLICE = 1 << 14;

    private final Tiling tiling;
    private final ConvShape s;
    private final Window window;
    private final boolean runs;
    private final int outputs;
    /** Rows of tiles may reach past the outputs. */
    private final int paddedOutputs;
    private final int[] panels;
    private final int[] offsets;
    private final int groupFloats;

    private SimdConvWeights(Tiling tiling, ConvShape s) {
        this.s = s;
        this.window = Window.forward(s);
        this.runs = window.run() >= SimdConv.SHORT_RUN;
        this.tiling = runs ? tiling : tiling.forGather();
        this.outputs = s.co() / s.groups();
        this.paddedOutputs = (outputs + 15) / 8 * 8;
        this.panels = this.tiling.panels(((runs ? window.run() : outputs) + L - 1) / L);
        this.offsets = runs ? window.runOffsets() : Arrays.copyOf(window.termOffsets(), window.terms() + 8);
        this.groupFloats = (runs ? offsets.length * paddedOutputs : window.terms() + 8) * width();
    }

    /** Columns of all panels. */
    private int width() {
        return panels[panels.length - 1] * L;
    }

    static void run(Tiling tiling, ConvShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        SimdConvWeights g = new SimdConvWeights(tiling, s);
        int unitRows = SimdConv.unitRows(g.window, s.n());
        int blocks = (g.window.rows + unitRows - 1) / unitRows;
        int units = s.n() * blocks;
        int total = g.groupFloats * s.groups();
        int parts = parts(units, total);
        float[] sums = Scratch.get().floats(Scratch.CONV_SUMS, parts * total);
        Parallel.forRange(parts, part -> {
            Arrays.fill(sums, part * total, (part + 1) * total, 0f);
            int end = (int) ((long) units * (part + 1) / parts);
            for (int unit = (int) ((long) units * part / parts); unit < end; unit++) {
                int t0 = unit % blocks * unitRows;
                int t1 = Math.min(g.window.rows, t0 + unitRows);
                for (int group = 0; group < s.groups(); group++) {
                    g.add(unit / blocks, group, t0, t1, x, xo, dy, dyo, sums, part * total + group * g.groupFloats);
                }
            }
        });
        combine(parts, total, sums);
        g.write(sums, dw, dwo);
    }

    /** Parts of the batch that sum on their own: from the sizes alone. */
    static int parts(int units, int total) {
        return Math.max(1, Math.min(Math.min(units, PARTS), SUM_FLOATS / total));
    }

    /** Adds the parts' sums to the first part's, in order. */
    static void combine(int parts, int total, float[] sums) {
        Parallel.forRange((total + SLICE - 1) / SLICE, slice -> {
            int from = slice * SLICE;
            int n = Math.min(SLICE, total - from);
            for (int part = 1; part < parts; part++) {
                SimdReduce.axpy(n, 1f, sums, part * total + from, sums, from);
            }
        });
    }

    private void add(int image, int group, int t0, int t1, float[] x, int xo, float[] dy, int dyo, float[] sums, int at) {
        Scratch scratch = Scratch.get();
        int positions = (t1 - t0) * window.cols;
        // vectors may reach past the last run
        float[] planes = scratch.floats(Scratch.CONV_PLANES, window.planeFloats(t1 - t0) + 2 * L);
        window.fill(t0, t1, x, xo + (image * s.groups() + group) * window.channels * window.height * window.width, planes);
        int[] steps = scratch.ints(Scratch.CONV_PLANES, positions);
        window.positions(t0, t1, 0, steps);
        int plane = window.rows * window.cols;
        int from = dyo + (image * s.co() + group * outputs) * plane + t0 * window.cols;
        float[] turned = scratch.floats(Scratch.CONV_GRAD, positions * Math.max(paddedOutputs, width()));
        int count = (positions + KC - 1) / KC;
        int kc = (positions + count - 1) / count;
        if (runs) {
            Transposer.run(outputs, positions, dy, from, plane, turned, 0, paddedOutputs);
            for (int k = 0; k < positions; k += kc) {
                addRuns(k, Math.min(kc, positions - k), planes, steps, turned, sums, at);
            }
            return;
        }
        for (int p = 0; p < panels.length - 1; p++) {
            int nv = panels[p + 1] - panels[p];
            int nn = Math.min(nv * L, outputs - panels[p] * L);
            Transposer.run(nn, positions, dy, from + panels[p] * L * plane, plane, turned, 0, nv * L);
            int mr = tiling.rows(nv);
            int to = at + panels[p] * L * (window.terms() + 8);
            for (int k = 0; k < positions; k += kc) {
                for (int i = 0; i < window.terms(); i += mr) {
                    GatherKernels.run(mr, nv, Math.min(kc, positions - k), planes, 0, offsets, i, steps, k, turned, k * nv * L,
                            sums, to + i * nv * L, nv * L, true);
                }
            }
        }
    }

    /** Sums [run, output, element of the run]. */
    private void addRuns(int k, int kk, float[] planes, int[] steps, float[] turned, float[] sums, int at) {
        int width = width();
        for (int r = 0; r < offsets.length; r++) {
            for (int p = 0; p < panels.length - 1; p++) {
                int nv = panels[p + 1] - panels[p];
                int mr = tiling.rows(nv);
                int j0 = panels[p] * L;
                for (int i = 0; i < outputs; i += mr) {
                    OuterKernels.run(mr, nv, kk, turned, k * paddedOutputs + i, paddedOutputs, planes, offsets[r] + j0, steps, k,
                            sums, at + (r * paddedOutputs + i) * width + j0, width, true);
                }
            }
        }
    }

    /** From the layout of the sums to [co, ci, kh, kw]. */
    private void write(float[] sums, float[] dw, int dwo) {
        int taps = s.kh() * s.kw();
        int channels = window.channels;
        Parallel.forRange(s.groups(), group -> {
            for (int o = 0; o < outputs; o++) {
                int to = dwo + (group * outputs + o) * channels * taps;
                for (int tap = 0; tap < taps; tap++) {
                    for (int c = 0; c < channels; c++) {
                        dw[to + c * taps + tap] = sums[group * groupFloats + at(o, tap * channels + c)];
                    }
                }
            }
        });
    }

    /** Where the sum of an output and a term (filter row, filter column, channel) stands in its group. */
    private int at(int output, int term) {
        if (runs) {
            int run = window.run();
            return (term / run * paddedOutputs + output) * width() + term % run;
        }
        int v = output / L;
        int p = 0;
        while (panels[p + 1] <= v) {
            p++;
        }
        int nv = panels[p + 1] - panels[p];
        return panels[p] * L * (window.terms() + 8) + term * nv * L + output - panels[p] * L;
    }
}
