package loam.tensor.internal.simd;

import java.util.Arrays;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.ConvShape;

/**
 * How a convolution reads its source planes: output position (t, u) and tap (i, j) meet at source row {@code t * stepY + dy[i]} and
 * column {@code u * stepX + dx[j]}. The forward pass is one window; the gradient of the input is one window for each phase of the
 * strides (a single one for stride 1), whose source is the gradient of the output.
 */
final class Window {
    final int channels;
    final int height;
    final int width;
    final int rows;
    final int cols;
    private final int stepY;
    private final int stepX;
    private final int[] dy;
    private final int[] dx;
    /** Positions in the filter of the taps. */
    final int[] ky;
    final int[] kx;
    /** Columns of the padded planes. */
    private final int padded;

    private Window(int channels, int height, int width, int rows, int cols, int stepY, int stepX, int[][] y, int[][] x) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.rows = rows;
        this.cols = cols;
        this.stepY = stepY;
        this.stepX = stepX;
        this.ky = y[0];
        this.dy = y[1];
        this.kx = x[0];
        this.dx = x[1];
        this.padded = dx.length == 0 ? 0 : (cols - 1) * stepX + dx[dx.length - 1] - dx[0] + 1;
    }

    static Window forward(ConvShape s) {
        return new Window(s.ci() / s.groups(), s.h(), s.w(), s.outH(), s.outW(), s.strideH(), s.strideW(),
                taps(s.kh(), s.dilationH(), s.padTop()), taps(s.kw(), s.dilationW(), s.padLeft()));
    }

    private static int[][] taps(int k, int dilation, int pad) {
        int[][] t = new int[2][k];
        for (int i = 0; i < k; i++) {
            t[0][i] = i;
            t[1][i] = i * dilation - pad;
        }
        return t;
    }

    /** Input rows {@code phaseY + strideH * t} and columns {@code phaseX + strideW * u}. */
    static Window gradient(ConvShape s, int phaseY, int phaseX) {
        return new Window(s.co() / s.groups(), s.outH(), s.outW(), (s.h() - phaseY + s.strideH() - 1) / s.strideH(),
                (s.w() - phaseX + s.strideW() - 1) / s.strideW(), 1, 1,
                phaseTaps(s.kh(), s.dilationH(), s.padTop(), s.strideH(), phaseY), phaseTaps(s.kw(), s.dilationW(), s.padLeft(), s.strideW(), phaseX));
    }

    /** The taps that meet a row of this phase, in the order of their source rows. */
    private static int[][] phaseTaps(int k, int dilation, int pad, int stride, int phase) {
        int[][] t = new int[2][k];
        int count = 0;
        for (int i = k - 1; i >= 0; i--) {
            int shift = phase + pad - i * dilation;
            if (Math.floorMod(shift, stride) == 0) {
                t[0][count] = i;
                t[1][count++] = Math.floorDiv(shift, stride);
            }
        }
        return new int[][] {Arrays.copyOf(t[0], count), Arrays.copyOf(t[1], count)};
    }

    /** Products for an output element. */
    int terms() {
        return dy.length * dx.length * channels;
    }

    /** Whether the taps of a filter row are neighbours, so that with channels innermost they form one run. */
    boolean contiguous() {
        for (int j = 1; j < dx.length; j++) {
            if (dx[j] != dx[j - 1] + 1) {
                return false;
            }
        }
        return true;
    }

    /** Length of a run of neighbouring elements. */
    int run() {
        return contiguous() ? dx.length * channels : channels;
    }

    /** Offset of each run from a position's first element. */
    int[] runOffsets() {
        boolean whole = contiguous();
        int n = whole ? 1 : dx.length;
        int[] offsets = new int[dy.length * n];
        for (int i = 0; i < dy.length; i++) {
            for (int j = 0; j < n; j++) {
                offsets[i * n + j] = ((dy[i] - dy[0]) * padded + dx[j] - dx[0]) * channels;
            }
        }
        return offsets;
    }

    /** Offset of each product's source element from a position's first element, in the order filter row, filter column, channel. */
    int[] termOffsets() {
        int[] offsets = new int[terms()];
        int k = 0;
        for (int i : dy) {
            for (int j : dx) {
                for (int c = 0; c < channels; c++) {
                    offsets[k++] = ((i - dy[0]) * padded + j - dx[0]) * channels + c;
                }
            }
        }
        return offsets;
    }

    /** First elements of output rows t0 .. t1 - 1, the last one repeated {@code extra} times. */
    void positions(int t0, int t1, int extra, int[] to) {
        int p = 0;
        for (int t = 0; t < t1 - t0; t++) {
            for (int u = 0; u < cols; u++) {
                to[p++] = (t * stepY * padded + u * stepX) * channels;
            }
        }
        for (int i = 0; i < extra; i++) {
            to[p] = to[p - 1];
            p++;
        }
    }

    /** Floats of the padded planes for this many output rows. */
    int planeFloats(int outputRows) {
        return ((outputRows - 1) * stepY + dy[dy.length - 1] - dy[0] + 1) * padded * channels;
    }

    /** Copies the source rows that output rows t0 .. t1 - 1 read, channels innermost, zeros around. */
    void fill(int t0, int t1, float[] src, int so, float[] to) {
        int first = t0 * stepY + dy[0];
        int end = (t1 - 1) * stepY + dy[dy.length - 1] + 1;
        int from = Math.max(first, 0);
        int until = Math.min(end, height);
        int line = padded * channels;
        int left = Math.min(padded, Math.max(0, -dx[0]));
        int skip = Math.max(0, dx[0]);
        int inside = Math.max(0, Math.min(width - skip, padded - left));
        if (from >= until || inside == 0) {
            Arrays.fill(to, 0, (end - first) * line, 0f);
            return;
        }
        Arrays.fill(to, 0, (from - first) * line, 0f);
        Arrays.fill(to, (until - first) * line, (end - first) * line, 0f);
        if (padded == width && left == 0 && skip == 0) {
            Transposer.run(channels, (until - from) * width, src, so + from * width, height * width, to, (from - first) * line, channels);
            return;
        }
        float[] turned = src;
        int at = so + from * width;
        if (channels > 1) {
            turned = Scratch.get().floats(Scratch.CONV_TEMP, (until - from) * width * channels);
            at = 0;
            Transposer.run(channels, (until - from) * width, src, so + from * width, height * width, turned, 0, channels);
        }
        for (int r = from; r < until; r++) {
            int p = (r - first) * line;
            Arrays.fill(to, p, p + left * channels, 0f);
            System.arraycopy(turned, at + ((r - from) * width + skip) * channels, to, p + left * channels, inside * channels);
            Arrays.fill(to, p + (left + inside) * channels, p + line, 0f);
        }
    }
}
