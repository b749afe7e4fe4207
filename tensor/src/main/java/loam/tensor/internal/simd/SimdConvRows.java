package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.ConvShape;

/**
 * Convolution with few input channels, such as a network's first layer, and its weight gradient: vectors lie along output positions,
 * straight in the dense output. For each channel and column of the filter the source rows are copied once, shifted, without padding
 * between them; then every tap is a constant distance from a position, over the ends of rows too.
 */
final class SimdConvRows {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final int OUTPUTS = RowConvKernels.OUTPUTS;
    private static final int ROWS = RowConvKernels.ROWS;
    private static final int COLUMNS = RowConvKernels.COLUMNS;
    private static final int TAPS = ROWS * COLUMNS;
    /** Sums of a weight tile: the taps of two outputs and two sums of the gradient, a vector each. */
    private static final int TILE = (2 * TAPS + 2) * L;
    /** Output positions that a unit of work aims at: the copies stay in the first-level cache. */
    private static final int UNIT_POSITIONS = 1024;

    private final ConvShape s;
    private final int channels;
    private final int outputs;
    private final int cols;
    private final int rows;
    private final int unitRows;
    private final int blocks;

    private SimdConvRows(ConvShape s) {
        this.s = s;
        this.channels = s.ci() / s.groups();
        this.outputs = s.co() / s.groups();
        this.cols = s.outW();
        this.rows = s.outH();
        int count = Math.max(1, Math.round(rows * (float) cols / UNIT_POSITIONS));
        this.unitRows = (rows + count - 1) / count;
        this.blocks = (rows + unitRows - 1) / unitRows;
    }

    /** Whether the channels are too few for products along them. */
    static boolean fits(ConvShape s) {
        return s.strideH() == 1 && s.ci() / s.groups() * s.kw() < SimdConv.SHORT_RUN;
    }

    static void forward(Tiling tiling, ConvShape s, float[] x, int xo, float[] w, int wo, float[] bias, int bo, Activation act, float[] y, int yo) {
        SimdConvRows c = new SimdConvRows(s);
        int taps = c.channels * s.kh() * s.kw();
        int tiles = (c.outputs + OUTPUTS - 1) / OUTPUTS;
        float[] packed = c.pack(taps, tiles, w, wo);
        float floor = act == Activation.RELU ? 0f : Float.NEGATIVE_INFINITY;
        int plane = c.rows * c.cols;
        Parallel.forRange(s.n() * s.groups() * c.blocks, unit -> {
            int t0 = unit % c.blocks * c.unitRows;
            int t1 = Math.min(c.rows, t0 + c.unitRows);
            int group = unit / c.blocks % s.groups();
            int image = unit / c.blocks / s.groups();
            Scratch scratch = Scratch.get();
            float[] planes = c.planes(image, group, t0, t1, x, xo);
            int[] steps = c.steps(t1 - t0, taps);
            float[] b = scratch.floats(Scratch.ROW, OUTPUTS);
            int count = (t1 - t0) * c.cols;
            // fewer positions than lanes: the whole vectors go to a tile first
            float[] tile = count < L ? scratch.floats(Scratch.CONV_TILE, OUTPUTS * L) : null;
            for (int o = 0; o < c.outputs; o += OUTPUTS) {
                int here = Math.min(OUTPUTS, c.outputs - o);
                Arrays.fill(b, 0, OUTPUTS, 0f);
                if (bias != null) {
                    System.arraycopy(bias, bo + group * c.outputs + o, b, 0, here);
                }
                int from = (group * tiles + o / OUTPUTS) * taps * OUTPUTS;
                int at = yo + (image * s.co() + group * c.outputs + o) * plane + t0 * c.cols;
                if (tile == null) {
                    RowConvKernels.forward(tiling.vectors, count, planes, steps, taps, packed, from, b, floor, y, at, plane, here);
                    continue;
                }
                RowConvKernels.forward(tiling.vectors, L, planes, steps, taps, packed, from, b, floor, tile, 0, L, here);
                for (int i = 0; i < here; i++) {
                    System.arraycopy(tile, i * L, y, at + i * plane, count);
                }
            }
        });
    }

    /** Weights as [group, tile, tap, output of the tile]; missing outputs are zero. */
    private float[] pack(int taps, int tiles, float[] w, int wo) {
        float[] to = Scratch.get().floats(Scratch.CONV_WEIGHTS, s.groups() * tiles * taps * OUTPUTS);
        int at = 0;
        for (int group = 0; group < s.groups(); group++) {
            for (int o = 0; o < tiles * OUTPUTS; o += OUTPUTS) {
                for (int k = 0; k < taps; k++) {
                    for (int i = o; i < o + OUTPUTS; i++) {
                        to[at++] = i < outputs ? w[wo + (group * outputs + i) * taps + k] : 0f;
                    }
                }
            }
        }
        return to;
    }

    /** Source rows that this many output rows read. */
    private int sourceRows(int count) {
        return count + (s.kh() - 1) * s.dilationH();
    }

    /** The source of output rows t0 .. t1 - 1 as [channel, filter column, source row, output column], zero outside of the image. */
    private float[] planes(int image, int group, int t0, int t1, float[] x, int xo) {
        int size = sourceRows(t1 - t0) * cols;
        // taps that fill up a tile and positions that fill up a vector read past the end
        float[] planes = Scratch.get().floats(Scratch.CONV_PLANES, channels * s.kw() * size + ROWS * s.dilationH() * cols + L);
        int from = xo + (image * s.groups() + group) * channels * s.h() * s.w();
        int at = 0;
        for (int c = 0; c < channels; c++, from += s.h() * s.w()) {
            for (int kx = 0; kx < s.kw(); kx++, at += size) {
                shifted(t0 - s.padTop(), sourceRows(t1 - t0), kx * s.dilationW() - s.padLeft(), x, from, planes, at);
            }
        }
        return planes;
    }

    /** Rows from {@code first} on; column u of each is the source's column {@code u * stride + shift}. */
    private void shifted(int first, int count, int shift, float[] x, int xo, float[] to, int at) {
        int stride = s.strideW();
        int u0 = shift >= 0 ? 0 : Math.min(cols, (-shift + stride - 1) / stride);
        int u1 = s.w() <= shift ? u0 : Math.max(u0, Math.min(cols, (s.w() - 1 - shift) / stride + 1));
        for (int r = first; r < first + count; r++, at += cols) {
            if (r < 0 || r >= s.h()) {
                Arrays.fill(to, at, at + cols, 0f);
                continue;
            }
            int from = xo + r * s.w() + shift;
            for (int u = 0; u < u0; u++) {
                to[at + u] = 0f;
            }
            if (stride > 1) {
                for (int u = u0; u < u1; u++) {
                    to[at + u] = x[from + u * stride];
                }
            } else if (u1 - u0 >= L) {
                for (int u = u0; u < u1; u += L) {
                    int v = Math.min(u, u1 - L);
                    FloatVector.fromArray(S, x, from + v).intoArray(to, at + v);
                }
            } else {
                System.arraycopy(x, from + u0, to, at + u0, u1 - u0);
            }
            for (int u = u1; u < cols; u++) {
                to[at + u] = 0f;
            }
        }
    }

    /** Distance of the taps from a position, in the order channel, filter row, filter column. */
    private int[] steps(int count, int taps) {
        int size = sourceRows(count) * cols;
        int[] steps = Scratch.get().ints(Scratch.CONV_WEIGHTS, taps);
        int k = 0;
        for (int c = 0; c < channels; c++) {
            for (int ky = 0; ky < s.kh(); ky++) {
                for (int kx = 0; kx < s.kw(); kx++) {
                    steps[k++] = (c * s.kw() + kx) * size + ky * s.dilationH() * cols;
                }
            }
        }
        return steps;
    }

    /** The gradient of the weights and, unless db is null, of the bias: fixed parts of the batch with sums of their own, in vectors, added in order. */
    static void weightGrad(ConvShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo, float[] db, int dbo) {
        SimdConvRows c = new SimdConvRows(s);
        int total = s.groups() * ((c.outputs + 1) / 2) * c.tiles() * TILE;
        int units = s.n() * c.blocks;
        int parts = SimdConvWeights.parts(units, total);
        float[] sums = Scratch.get().floats(Scratch.CONV_SUMS, parts * total);
        Parallel.forRange(parts, part -> {
            Arrays.fill(sums, part * total, (part + 1) * total, 0f);
            int end = (int) ((long) units * (part + 1) / parts);
            for (int unit = (int) ((long) units * part / parts); unit < end; unit++) {
                int t0 = unit % c.blocks * c.unitRows;
                c.add(unit / c.blocks, t0, Math.min(c.rows, t0 + c.unitRows), x, xo, dy, dyo, sums, part * total);
            }
        });
        SimdConvWeights.combine(parts, total, sums);
        c.write(sums, dw, dwo);
        for (int o = 0; db != null && o < s.co(); o++) {
            db[dbo + o] = lanes(sums, c.pair(o) * c.tiles() * TILE + (2 * TAPS + o % c.outputs % 2) * L);
        }
    }

    /** Tiles along the channels and columns of the filter, and along its rows. */
    private int columnTiles() {
        return (channels * s.kw() + COLUMNS - 1) / COLUMNS;
    }

    private int rowTiles() {
        return (s.kh() + ROWS - 1) / ROWS;
    }

    private int tiles() {
        return columnTiles() * rowTiles();
    }

    private void add(int image, int t0, int t1, float[] x, int xo, float[] dy, int dyo, float[] sums, int at) {
        int size = sourceRows(t1 - t0) * cols;
        int count = (t1 - t0) * cols / L;
        int rest = (t1 - t0) * cols - count * L;
        int step = s.dilationH() * cols;
        int plane = rows * cols;
        float[] ends = Scratch.get().floats(Scratch.CONV_GRAD, (TAPS + 2) * L);
        for (int group = 0; group < s.groups(); group++) {
            float[] planes = planes(image, group, t0, t1, x, xo);
            int d = dyo + (image * s.co() + group * outputs) * plane + t0 * cols;
            for (int tile = 0; tile < tiles(); tile++) {
                int row = tile % rowTiles() * ROWS * step;
                int column = tile / rowTiles() * COLUMNS;
                int q0 = column * size + row;
                int q1 = Math.min(column + 1, channels * s.kw() - 1) * size + row;
                int q2 = Math.min(column + 2, channels * s.kw() - 1) * size + row;
                if (rest > 0) {
                    ends(count * L, rest, planes, new int[] {q0, q1, q2}, step, ends);
                }
                for (int o = 0; o < outputs; o += 2) {
                    int d0 = d + o * plane;
                    int d1 = o + 1 < outputs ? d0 + plane : d0;
                    int to = at + ((group * ((outputs + 1) / 2) + o / 2) * tiles() + tile) * TILE;
                    if (count > 0) {
                        RowConvKernels.weights(count, planes, q0, q1, q2, step, dy, d0, d1, sums, to);
                    }
                    if (rest > 0) {
                        System.arraycopy(dy, d0 + count * L, ends, TAPS * L, rest);
                        System.arraycopy(dy, d1 + count * L, ends, (TAPS + 1) * L, rest);
                        RowConvKernels.weights(1, ends, 0, ROWS * L, 2 * ROWS * L, L, ends, TAPS * L, (TAPS + 1) * L, sums, to);
                    }
                }
            }
        }
    }

    /** The positions after the last whole vector, filled up with zeros: a vector for each tap, and room for two of the gradient. */
    private static void ends(int first, int rest, float[] planes, int[] columns, int step, float[] to) {
        Arrays.fill(to, 0, (TAPS + 2) * L, 0f);
        for (int i = 0; i < TAPS; i++) {
            System.arraycopy(planes, columns[i / ROWS] + i % ROWS * step + first, to, i * L, rest);
        }
    }

    /** The pair of outputs that an output belongs to. */
    private int pair(int output) {
        return output / outputs * ((outputs + 1) / 2) + output % outputs / 2;
    }

    private static float lanes(float[] sums, int from) {
        double sum = 0;
        for (int l = 0; l < L; l++) {
            sum += sums[from + l];
        }
        return (float) sum;
    }

    private void write(float[] sums, float[] dw, int dwo) {
        for (int o = 0; o < s.co(); o++) {
            for (int c = 0; c < channels; c++) {
                for (int ky = 0; ky < s.kh(); ky++) {
                    for (int kx = 0; kx < s.kw(); kx++) {
                        int column = c * s.kw() + kx;
                        int tile = column / COLUMNS * rowTiles() + ky / ROWS;
                        int tap = o % outputs % 2 * TAPS + column % COLUMNS * ROWS + ky % ROWS;
                        dw[dwo + ((o * channels + c) * s.kh() + ky) * s.kw() + kx] = lanes(sums, (pair(o) * tiles() + tile) * TILE + tap * L);
                    }
                }
            }
        }
    }
}
