package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.Tensor;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.ConvShape;

/** Convolution in double: for each weight, a strided row update; images (forward, input) or output channels (weight) run side by side. */
final class DoubleConvolution {
    private DoubleConvolution() {
    }

    /** First output position whose input position is inside, along one axis. */
    private static int first(int pad, int tap, int stride) {
        return Math.max(0, (pad - tap + stride - 1) / stride);
    }

    /** One past the last such position. */
    private static int last(int extent, int pad, int tap, int stride, int out) {
        int top = extent - 1 + pad - tap;
        return top < 0 ? 0 : Math.min(out, top / stride + 1);
    }

    private interface Row {
        void at(int y, int x, int count);
    }

    /** Visits the output rows that one tap reaches: dense start in the output plane, start in the input plane, length. */
    private static void rows(ConvShape s, int tap, Row body) {
        int ty = tap / s.kw() * s.dilationH();
        int tx = tap % s.kw() * s.dilationW();
        int ox0 = first(s.padLeft(), tx, s.strideW());
        int ox1 = last(s.w(), s.padLeft(), tx, s.strideW(), s.outW());
        for (int oy = first(s.padTop(), ty, s.strideH()); oy < last(s.h(), s.padTop(), ty, s.strideH(), s.outH()); oy++) {
            if (ox1 > ox0) {
                body.at(oy * s.outW() + ox0, (oy * s.strideH() - s.padTop() + ty) * s.w() + ox0 * s.strideW() - s.padLeft() + tx, ox1 - ox0);
            }
        }
    }

    static void forward(ConvShape s, Tensor x, Tensor w, Tensor bias, Activation act, Tensor out) {
        double[] a = x.storage().doubles();
        double[] k = w.storage().doubles();
        double[] o = out.storage().doubles();
        int plane = s.outH() * s.outW();
        int cig = s.ci() / s.groups();
        int taps = s.kh() * s.kw();
        Parallel.forRange(s.n(), n -> {
            for (int co = 0; co < s.co(); co++) {
                int yo = out.offset() + (n * s.co() + co) * plane;
                Arrays.fill(o, yo, yo + plane, bias == null ? 0 : bias.storage().doubles()[bias.offset() + co * bias.stride(0)]);
                for (int t = 0; t < cig * taps; t++) {
                    double v = k[w.offset() + co * cig * taps + t];
                    int xo = x.offset() + (n * s.ci() + co / (s.co() / s.groups()) * cig + t / taps) * s.h() * s.w();
                    rows(s, t % taps, (y, p, count) -> {
                        for (int i = 0; i < count; i++) {
                            o[yo + y + i] += v * a[xo + p + i * s.strideW()];
                        }
                    });
                }
                for (int i = yo; i < yo + plane && act == Activation.RELU; i++) {
                    o[i] = o[i] <= 0 ? 0 : o[i];
                }
            }
        });
    }

    static void inputGrad(ConvShape s, Tensor dy, Tensor w, Tensor dx) {
        double[] g = dy.storage().doubles();
        double[] k = w.storage().doubles();
        double[] d = dx.storage().doubles();
        int plane = s.outH() * s.outW();
        int cig = s.ci() / s.groups();
        int taps = s.kh() * s.kw();
        int image = s.ci() * s.h() * s.w();
        Parallel.forRange(s.n(), n -> {
            Arrays.fill(d, dx.offset() + n * image, dx.offset() + (n + 1) * image, 0);
            for (int co = 0; co < s.co(); co++) {
                int yo = dy.offset() + (n * s.co() + co) * plane;
                for (int t = 0; t < cig * taps; t++) {
                    double v = k[w.offset() + co * cig * taps + t];
                    int xo = dx.offset() + (n * s.ci() + co / (s.co() / s.groups()) * cig + t / taps) * s.h() * s.w();
                    rows(s, t % taps, (y, p, count) -> {
                        for (int i = 0; i < count; i++) {
                            d[xo + p + i * s.strideW()] += v * g[yo + y + i];
                        }
                    });
                }
            }
        });
    }

    /** db may be null. */
    static void weightGrad(ConvShape s, Tensor x, Tensor dy, Tensor dw, Tensor db) {
        double[] a = x.storage().doubles();
        double[] g = dy.storage().doubles();
        double[] d = dw.storage().doubles();
        int plane = s.outH() * s.outW();
        int cig = s.ci() / s.groups();
        int taps = s.kh() * s.kw();
        Parallel.forRange(s.co(), co -> {
            double[] sum = new double[1];
            for (int t = 0; t < cig * taps; t++) {
                sum[0] = 0;
                for (int n = 0; n < s.n(); n++) {
                    int yo = dy.offset() + (n * s.co() + co) * plane;
                    int xo = x.offset() + (n * s.ci() + co / (s.co() / s.groups()) * cig + t / taps) * s.h() * s.w();
                    rows(s, t % taps, (y, p, count) -> {
                        for (int i = 0; i < count; i++) {
                            sum[0] += g[yo + y + i] * a[xo + p + i * s.strideW()];
                        }
                    });
                }
                d[dw.offset() + co * cig * taps + t] = sum[0];
            }
            if (db != null) {
                double total = 0;
                for (int n = 0; n < s.n(); n++) {
                    int yo = dy.offset() + (n * s.co() + co) * plane;
                    for (int i = 0; i < plane; i++) {
                        total += g[yo + i];
                    }
                }
                db.storage().doubles()[db.offset() + co] = total;
            }
        });
    }
}
