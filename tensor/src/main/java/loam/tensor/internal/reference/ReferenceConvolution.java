package loam.tensor.internal.reference;

import loam.tensor.kernel.Activation;
import loam.tensor.kernel.ConvShape;
import loam.tensor.kernel.PoolShape;

/** Convolution as its sum reads; the three directions visit the same (output, weight, input) triples. */
public final class ReferenceConvolution {
    private ReferenceConvolution() {
    }

    private interface Triple {
        void visit(int y, int w, int x);
    }

    private static void each(ConvShape s, Triple body) {
        int oh = s.outH();
        int ow = s.outW();
        int cig = s.ci() / s.groups();
        int cog = s.co() / s.groups();
        for (int y = 0; y < s.n() * s.co() * oh * ow; y++) {
            int n = y / (s.co() * oh * ow);
            int co = y / (oh * ow) % s.co();
            for (int k = 0; k < cig * s.kh() * s.kw(); k++) {
                int ci = co / cog * cig + k / (s.kh() * s.kw());
                int row = y / ow % oh * s.strideH() - s.padTop() + k / s.kw() % s.kh() * s.dilationH();
                int col = y % ow * s.strideW() - s.padLeft() + k % s.kw() * s.dilationW();
                if (row >= 0 && row < s.h() && col >= 0 && col < s.w()) {
                    body.visit(y, co * cig * s.kh() * s.kw() + k, ((n * s.ci() + ci) * s.h() + row) * s.w() + col);
                }
            }
        }
    }

    public static double[] forward(ConvShape s, double[] x, double[] w, double[] bias, Activation act) {
        int plane = s.outH() * s.outW();
        double[] out = new double[s.n() * s.co() * plane];
        for (int i = 0; i < out.length && bias != null; i++) {
            out[i] = bias[i / plane % s.co()];
        }
        each(s, (a, b, c) -> out[a] += w[b] * x[c]);
        for (int i = 0; i < out.length && act == Activation.RELU; i++) {
            out[i] = out[i] <= 0 ? 0 : out[i];
        }
        return out;
    }

    public static double[] inputGrad(ConvShape s, double[] dy, double[] w) {
        double[] dx = new double[s.n() * s.ci() * s.h() * s.w()];
        each(s, (a, b, c) -> dx[c] += dy[a] * w[b]);
        return dx;
    }

    public static double[] weightGrad(ConvShape s, double[] x, double[] dy) {
        double[] dw = new double[s.co() * (s.ci() / s.groups()) * s.kh() * s.kw()];
        each(s, (a, b, c) -> dw[b] += dy[a] * x[c]);
        return dw;
    }

    public static double[] biasGrad(ConvShape s, double[] dy) {
        double[] db = new double[s.co()];
        for (int i = 0; i < dy.length; i++) {
            db[i / (s.outH() * s.outW()) % s.co()] += dy[i];
        }
        return db;
    }

    private interface Cell {
        void visit(int y, int x, int count);
    }

    /** Visits (output, input, divisor) of every element of every pooling window. */
    private static void windows(PoolShape s, boolean countPadding, Cell body) {
        int oh = s.outH();
        int ow = s.outW();
        for (int y = 0; y < s.n() * s.c() * oh * ow; y++) {
            int plane = y / (oh * ow) * s.h() * s.w();
            int count = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (int t = 0; t < s.kh() * s.kw(); t++) {
                    int row = y / ow % oh * s.strideH() - s.padTop() + t / s.kw() * s.dilationH();
                    int col = y % ow * s.strideW() - s.padLeft() + t % s.kw() * s.dilationW();
                    boolean inside = row >= 0 && row < s.h() && col >= 0 && col < s.w();
                    boolean padded = row < s.h() + s.padBottom() && col < s.w() + s.padRight();
                    if (pass == 0) {
                        count += inside || countPadding && padded ? 1 : 0;
                    } else if (inside) {
                        body.visit(y, plane + row * s.w() + col, count);
                    }
                }
            }
        }
    }

    public static double[] average(PoolShape s, boolean countPadding, double[] x) {
        double[] out = new double[s.n() * s.c() * s.outH() * s.outW()];
        windows(s, countPadding, (a, b, n) -> out[a] += x[b] / n);
        return out;
    }

    public static double[] averageGrad(PoolShape s, boolean countPadding, double[] dy) {
        double[] dx = new double[s.n() * s.c() * s.h() * s.w()];
        windows(s, countPadding, (a, b, n) -> dx[b] += dy[a] / n);
        return dx;
    }
}
