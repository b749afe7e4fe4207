package loam.tensor.internal.scalar;

import java.util.Arrays;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.ConvShape;

/**
 * Convolutions in plain Java. With several input channels a group: columns of a few output rows at a time and a matrix product;
 * the full column matrix is never built. With few channels a group (depthwise): rows shifted and added.
 */
public final class ScalarConv {
    /** Most floats of a block of columns. */
    private static final int COLUMN_FLOATS = 1 << 16;
    /** Groups with fewer products than this per output element and fewer output channels go row by row. */
    private static final int DIRECT_CHANNELS = 2;
    /** Parts of a batch that sum their own weight gradient; combined in order. */
    private static final int WEIGHT_PARTS = 16;
    private static final int PART_FLOATS = 1 << 23;

    private ScalarConv() { }

    /** Whether a group has so few channels that a matrix product would not pay. */
    public static boolean direct(ConvShape s) {
        return s.co() / s.groups() <= DIRECT_CHANNELS && s.ci() / s.groups() <= DIRECT_CHANNELS;
    }

    /** Output rows whose columns fit into one block. */
    private static int rowsPerBlock(ConvShape s) {
        long columns = (long) (s.ci() / s.groups()) * s.kh() * s.kw() * s.outW();
        return (int) Math.max(1, Math.min(s.outH(), COLUMN_FLOATS / Math.max(1, columns)));
    }

    static void forward(ConvShape s, float[] x, int xo, float[] w, int wo, float[] bias, int bo, Activation act, float[] y, int yo) {
        if (direct(s)) {
            directForward(s, x, xo, w, wo, bias, bo, act, y, yo);
            return;
        }
        int cig = s.ci() / s.groups();
        int cog = s.co() / s.groups();
        int oh = s.outH();
        int ow = s.outW();
        int kk = cig * s.kh() * s.kw();
        int rows = rowsPerBlock(s);
        Parallel.forRange(s.n() * s.groups(), unit -> {
            int image = unit / s.groups();
            int group = unit % s.groups();
            int out = yo + (image * s.co() + group * cog) * oh * ow;
            for (int y0 = 0; y0 < oh; y0 += rows) {
                int y1 = Math.min(oh, y0 + rows);
                int cols = (y1 - y0) * ow;
                float[] columns = Scratch.get().floats(Scratch.CONV_PLANES, kk * cols);
                gather(s, x, xo + (image * s.ci() + group * cig) * s.h() * s.w(), y0, y1, columns);
                ScalarGemm.gemm(cog, cols, kk, w, wo + group * cog * kk, kk, 1, columns, 0, cols, 1,
                        y, out + y0 * ow, oh * ow, false, null, 0, Activation.NONE, false);
            }
            finish(cog, oh * ow, y, out, bias, bo + group * cog, act);
        });
    }

    private static void finish(int channels, int plane, float[] y, int yo, float[] bias, int bo, Activation act) {
        for (int c = 0; c < channels; c++) {
            int from = yo + c * plane;
            if (bias != null) {
                float v = bias[bo + c];
                for (int i = from; i < from + plane; i++) {
                    y[i] += v;
                }
            }
            if (act == Activation.RELU) {
                for (int i = from; i < from + plane; i++) {
                    y[i] = Math.max(y[i], 0f);
                }
            }
        }
    }

    static void inputGrad(ConvShape s, float[] dy, int dyo, float[] w, int wo, float[] dx, int dxo) {
        if (direct(s)) {
            directInputGrad(s, dy, dyo, w, wo, dx, dxo);
            return;
        }
        int cig = s.ci() / s.groups();
        int cog = s.co() / s.groups();
        int oh = s.outH();
        int ow = s.outW();
        int kk = cig * s.kh() * s.kw();
        int rows = rowsPerBlock(s);
        Parallel.forRange(s.n() * s.groups(), unit -> {
            int image = unit / s.groups();
            int group = unit % s.groups();
            int in = dxo + (image * s.ci() + group * cig) * s.h() * s.w();
            Arrays.fill(dx, in, in + cig * s.h() * s.w(), 0f);
            for (int y0 = 0; y0 < oh; y0 += rows) {
                int y1 = Math.min(oh, y0 + rows);
                int cols = (y1 - y0) * ow;
                float[] columns = Scratch.get().floats(Scratch.CONV_PLANES, kk * cols);
                int from = dyo + (image * s.co() + group * cog) * oh * ow + y0 * ow;
                ScalarGemm.gemm(kk, cols, cog, w, wo + group * cog * kk, 1, kk, dy, from, oh * ow, 1,
                        columns, 0, cols, false, null, 0, Activation.NONE, false);
                scatter(s, columns, y0, y1, dx, in);
            }
        });
    }

    static void weightGrad(ConvShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        if (direct(s)) {
            directWeightGrad(s, x, xo, dy, dyo, dw, dwo);
            return;
        }
        int total = s.co() * (s.ci() / s.groups()) * s.kh() * s.kw();
        int parts = Math.max(1, Math.min(Math.min(s.n(), WEIGHT_PARTS), PART_FLOATS / total));
        float[] sums = parts == 1 ? dw : Scratch.get().floats(Scratch.CONV_SUMS, parts * total);
        int base = parts == 1 ? dwo : 0;
        Arrays.fill(sums, base, base + parts * total, 0f);
        Parallel.forRange(parts, part -> {
            int i1 = (int) ((long) s.n() * (part + 1) / parts);
            for (int image = (int) ((long) s.n() * part / parts); image < i1; image++) {
                weightGradImage(s, image, x, xo, dy, dyo, sums, base + part * total);
            }
        });
        if (parts > 1) {
            System.arraycopy(sums, 0, dw, dwo, total);
            for (int part = 1; part < parts; part++) {
                for (int i = 0; i < total; i++) {
                    dw[dwo + i] += sums[part * total + i];
                }
            }
        }
    }

    private static void weightGradImage(ConvShape s, int image, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        int cig = s.ci() / s.groups();
        int cog = s.co() / s.groups();
        int oh = s.outH();
        int ow = s.outW();
        int kk = cig * s.kh() * s.kw();
        int rows = rowsPerBlock(s);
        for (int group = 0; group < s.groups(); group++) {
            for (int y0 = 0; y0 < oh; y0 += rows) {
                int y1 = Math.min(oh, y0 + rows);
                int cols = (y1 - y0) * ow;
                float[] columns = Scratch.get().floats(Scratch.CONV_PLANES, kk * cols);
                gather(s, x, xo + (image * s.ci() + group * cig) * s.h() * s.w(), y0, y1, columns);
                int from = dyo + (image * s.co() + group * cog) * oh * ow + y0 * ow;
                ScalarGemm.gemm(cog, kk, cols, dy, from, oh * ow, 1, columns, 0, 1, cols,
                        dw, dwo + group * cog * kk, kk, true, null, 0, Activation.NONE, false);
            }
        }
    }

    /** Columns [ci * kh * kw, rows * ow] of output rows y0 .. y1 - 1 of one image and group. */
    private static void gather(ConvShape s, float[] x, int xo, int y0, int y1, float[] columns) {
        int ow = s.outW();
        int cols = (y1 - y0) * ow;
        int row = 0;
        for (int c = 0; c < s.ci() / s.groups(); c++) {
            for (int ky = 0; ky < s.kh(); ky++) {
                for (int kx = 0; kx < s.kw(); kx++, row++) {
                    int shift = kx * s.dilationW() - s.padLeft();
                    int lo = firstInside(shift, s.strideW(), ow);
                    int hi = endInside(shift, s.strideW(), s.w(), ow);
                    for (int oy = y0; oy < y1; oy++) {
                        int to = row * cols + (oy - y0) * ow;
                        int iy = oy * s.strideH() + ky * s.dilationH() - s.padTop();
                        if (iy < 0 || iy >= s.h() || lo >= hi) {
                            Arrays.fill(columns, to, to + ow, 0f);
                            continue;
                        }
                        int from = xo + (c * s.h() + iy) * s.w() + shift;
                        Arrays.fill(columns, to, to + lo, 0f);
                        if (s.strideW() == 1) {
                            System.arraycopy(x, from + lo, columns, to + lo, hi - lo);
                        } else {
                            for (int ox = lo; ox < hi; ox++) {
                                columns[to + ox] = x[from + ox * s.strideW()];
                            }
                        }
                        Arrays.fill(columns, to + hi, to + ow, 0f);
                    }
                }
            }
        }
    }

    /** Adds columns back to where {@link #gather} took them from. */
    private static void scatter(ConvShape s, float[] columns, int y0, int y1, float[] dx, int dxo) {
        int ow = s.outW();
        int cols = (y1 - y0) * ow;
        int row = 0;
        for (int c = 0; c < s.ci() / s.groups(); c++) {
            for (int ky = 0; ky < s.kh(); ky++) {
                for (int kx = 0; kx < s.kw(); kx++, row++) {
                    int shift = kx * s.dilationW() - s.padLeft();
                    int lo = firstInside(shift, s.strideW(), ow);
                    int hi = endInside(shift, s.strideW(), s.w(), ow);
                    for (int oy = y0; oy < y1; oy++) {
                        int iy = oy * s.strideH() + ky * s.dilationH() - s.padTop();
                        if (iy < 0 || iy >= s.h()) {
                            continue;
                        }
                        int from = row * cols + (oy - y0) * ow;
                        int to = dxo + (c * s.h() + iy) * s.w() + shift;
                        for (int ox = lo; ox < hi; ox++) {
                            dx[to + ox * s.strideW()] += columns[from + ox];
                        }
                    }
                }
            }
        }
    }

    /** First output column whose input column {@code ox * stride + shift} is not left of the plane; at most ow. */
    private static int firstInside(int shift, int stride, int ow) {
        return shift >= 0 ? 0 : Math.min(ow, (-shift + stride - 1) / stride);
    }

    /** One past the last output column whose input column is not right of the plane; at least 0. */
    private static int endInside(int shift, int stride, int width, int ow) {
        int last = width - 1 - shift;
        return last < 0 ? 0 : Math.min(ow, last / stride + 1);
    }

    /** Row by row, for groups of few channels; used by every kernel set. */
    public static void directForward(ConvShape s, float[] x, int xo, float[] w, int wo, float[] bias, int bo, Activation act, float[] y, int yo) {
        int plane = s.outH() * s.outW();
        int cog = s.co() / s.groups();
        Parallel.forRange(s.n() * s.co(), unit -> {
            int image = unit / s.co();
            int channel = unit % s.co();
            int out = yo + unit * plane;
            Arrays.fill(y, out, out + plane, 0f);
            taps(s, channel / cog, (c, ky, kx, shift, lo, hi) -> {
                float v = w[wo + ((channel * (s.ci() / s.groups()) + c) * s.kh() + ky) * s.kw() + kx];
                int in = xo + (image * s.ci() + channel / cog * (s.ci() / s.groups()) + c) * s.h() * s.w() + shift;
                for (int oy = 0; oy < s.outH(); oy++) {
                    int iy = oy * s.strideH() + ky * s.dilationH() - s.padTop();
                    if (iy >= 0 && iy < s.h()) {
                        addRow(hi - lo, v, x, in + iy * s.w() + lo * s.strideW(), s.strideW(), y, out + oy * s.outW() + lo, 1);
                    }
                }
            });
            finish(1, plane, y, out, bias, bo + channel, act);
        });
    }

    /** Row by row, for groups of few channels; used by every kernel set. */
    public static void directInputGrad(ConvShape s, float[] dy, int dyo, float[] w, int wo, float[] dx, int dxo) {
        int cig = s.ci() / s.groups();
        int cog = s.co() / s.groups();
        int plane = s.h() * s.w();
        Parallel.forRange(s.n() * s.ci(), unit -> {
            int image = unit / s.ci();
            int channel = unit % s.ci();
            int group = channel / cig;
            int in = dxo + unit * plane;
            Arrays.fill(dx, in, in + plane, 0f);
            for (int o = group * cog; o < (group + 1) * cog; o++) {
                int out = dyo + (image * s.co() + o) * s.outH() * s.outW();
                int filter = wo + (o * cig + channel % cig) * s.kh() * s.kw();
                taps(s, group, (c, ky, kx, shift, lo, hi) -> {
                    if (c != 0) {
                        return;
                    }
                    for (int oy = 0; oy < s.outH(); oy++) {
                        int iy = oy * s.strideH() + ky * s.dilationH() - s.padTop();
                        if (iy >= 0 && iy < s.h()) {
                            addRow(hi - lo, w[filter + ky * s.kw() + kx], dy, out + oy * s.outW() + lo, 1,
                                    dx, in + iy * s.w() + shift + lo * s.strideW(), s.strideW());
                        }
                    }
                });
            }
        });
    }

    /** Row by row, for groups of few channels; used by every kernel set. */
    public static void directWeightGrad(ConvShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        int cig = s.ci() / s.groups();
        int cog = s.co() / s.groups();
        Parallel.forRange(s.co(), channel -> taps(s, channel / cog, (c, ky, kx, shift, lo, hi) -> {
            double sum = 0;
            for (int image = 0; image < s.n(); image++) {
                int in = xo + (image * s.ci() + channel / cog * cig + c) * s.h() * s.w() + shift;
                int out = dyo + (image * s.co() + channel) * s.outH() * s.outW();
                for (int oy = 0; oy < s.outH(); oy++) {
                    int iy = oy * s.strideH() + ky * s.dilationH() - s.padTop();
                    if (iy >= 0 && iy < s.h()) {
                        sum += dotRow(hi - lo, x, in + iy * s.w() + lo * s.strideW(), s.strideW(), dy, out + oy * s.outW() + lo);
                    }
                }
            }
            dw[dwo + ((channel * cig + c) * s.kh() + ky) * s.kw() + kx] = (float) sum;
        }));
    }

    /** One input channel and filter position, with the range of output columns that meet the plane. */
    private interface Tap {
        void accept(int c, int ky, int kx, int shift, int lo, int hi);
    }

    private static void taps(ConvShape s, int group, Tap tap) {
        int ow = s.outW();
        for (int c = 0; c < s.ci() / s.groups(); c++) {
            for (int ky = 0; ky < s.kh(); ky++) {
                for (int kx = 0; kx < s.kw(); kx++) {
                    int shift = kx * s.dilationW() - s.padLeft();
                    int lo = firstInside(shift, s.strideW(), ow);
                    tap.accept(c, ky, kx, shift, lo, Math.max(lo, endInside(shift, s.strideW(), s.w(), ow)));
                }
            }
        }
    }

    private static void addRow(int n, float v, float[] x, int xo, int xs, float[] y, int yo, int ys) {
        for (int i = 0; i < n; i++) {
            y[yo + i * ys] += v * x[xo + i * xs];
        }
    }

    private static double dotRow(int n, float[] x, int xo, int xs, float[] y, int yo) {
        double s = 0;
        for (int i = 0; i < n; i++) {
            s += (double) x[xo + i * xs] * y[yo + i];
        }
        return s;
    }
}
