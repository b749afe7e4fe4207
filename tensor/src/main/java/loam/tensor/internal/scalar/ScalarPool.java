package loam.tensor.internal.scalar;

import java.util.Arrays;
import java.util.function.IntConsumer;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.PoolShape;

/** Pooling, one plane after the other; planes are spread over the pool in groups of about equal work. */
public final class ScalarPool {
    /** Window elements that are worth a chunk of their own. */
    private static final int CHUNK = 1 << 14;

    private ScalarPool() { }

    /** Planes from one number to before another. */
    public interface Group {
        void run(int from, int to);
    }

    /** Runs the body for all planes, a group of neighbours at a time; the grouping depends on the shape alone. */
    public static void groups(PoolShape s, Group body) {
        int planes = s.n() * s.c();
        long work = Math.max(1, (long) s.outH() * s.outW() * s.kh() * s.kw());
        int group = (int) Math.max(1, Math.min(planes, CHUNK / work));
        Parallel.forRange((planes + group - 1) / group, chunk -> body.run(chunk * group, Math.min(planes, (chunk + 1) * group)));
    }

    private static void planes(PoolShape s, IntConsumer body) {
        groups(s, (from, to) -> {
            for (int p = from; p < to; p++) {
                body.accept(p);
            }
        });
    }

    public static void max(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        int out = s.outH() * s.outW();
        boolean plain = s.padTop() == 0 && s.padLeft() == 0 && s.kh() == 2 && s.kw() == 2 && s.dilationH() == 1 && s.dilationW() == 1
                && (s.outH() - 1) * s.strideH() + 2 <= s.h() && (s.outW() - 1) * s.strideW() + 2 <= s.w();
        planes(s, p -> {
            if (plain) {
                maxTwo(s, x, xo + p * s.h() * s.w(), y, yo + p * out, index, io + p * out);
            } else {
                maxPlane(s, x, xo + p * s.h() * s.w(), y, yo + p * out, index, io + p * out);
            }
        });
    }

    /** Windows of two by two that all lie inside: no branches on the data. */
    private static void maxTwo(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        int ow = s.outW();
        for (int oy = 0; oy < s.outH(); oy++) {
            int row = oy * s.strideH() * s.w();
            for (int ox = 0; ox < ow; ox++) {
                int at = row + ox * s.strideW();
                float a = x[xo + at];
                float b = x[xo + at + 1];
                float c = x[xo + at + s.w()];
                float d = x[xo + at + s.w() + 1];
                float m = Math.max(Math.max(a, b), Math.max(c, d));
                y[yo + oy * ow + ox] = m;
                if (index != null) {
                    // a NaN is the maximum and unequal to all: the first element that is not itself
                    int first = first(a, m) ? 0 : first(b, m) ? 1 : first(c, m) ? s.w() : s.w() + 1;
                    index[io + oy * ow + ox] = at + first;
                }
            }
        }
    }

    private static boolean first(float v, float m) {
        return v == m || v != v;
    }

    private static void maxPlane(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        int o = 0;
        for (int oy = 0; oy < s.outH(); oy++) {
            int top = oy * s.strideH() - s.padTop();
            for (int ox = 0; ox < s.outW(); ox++, o++) {
                int left = ox * s.strideW() - s.padLeft();
                float best = Float.NEGATIVE_INFINITY;
                int at = -1;
                for (int ky = 0; ky < s.kh(); ky++) {
                    int iy = top + ky * s.dilationH();
                    if (iy < 0 || iy >= s.h()) {
                        continue;
                    }
                    for (int kx = 0; kx < s.kw(); kx++) {
                        int ix = left + kx * s.dilationW();
                        if (ix < 0 || ix >= s.w()) {
                            continue;
                        }
                        float v = x[xo + iy * s.w() + ix];
                        if (at < 0 || v > best || v != v && best == best) {
                            best = v;
                            at = iy * s.w() + ix;
                        }
                    }
                }
                y[yo + o] = best;
                if (index != null) {
                    index[io + o] = Math.max(at, 0);
                }
            }
        }
    }

    public static void maxGrad(PoolShape s, float[] dy, int dyo, int[] index, int io, float[] dx, int dxo) {
        int out = s.outH() * s.outW();
        int plane = s.h() * s.w();
        planes(s, p -> {
            int to = dxo + p * plane;
            Arrays.fill(dx, to, to + plane, 0f);
            for (int i = p * out; i < (p + 1) * out; i++) {
                dx[to + index[io + i]] += dy[dyo + i];
            }
        });
    }

    /** Elements that the window at this output position divides by. */
    private static int divisor(PoolShape s, boolean countPadding, int oy, int ox) {
        int top = oy * s.strideH() - s.padTop();
        int left = ox * s.strideW() - s.padLeft();
        int rows = 0;
        int cols = 0;
        for (int ky = 0; ky < s.kh(); ky++) {
            int iy = top + ky * s.dilationH();
            boolean counts = countPadding ? iy < s.h() + s.padBottom() : iy >= 0 && iy < s.h();
            rows += counts ? 1 : 0;
        }
        for (int kx = 0; kx < s.kw(); kx++) {
            int ix = left + kx * s.dilationW();
            boolean counts = countPadding ? ix < s.w() + s.padRight() : ix >= 0 && ix < s.w();
            cols += counts ? 1 : 0;
        }
        return rows * cols;
    }

    /** Whether every window lies in the plane. */
    private static boolean inside(PoolShape s) {
        return s.padTop() == 0 && s.padLeft() == 0 && (s.outH() - 1) * s.strideH() + (s.kh() - 1) * s.dilationH() < s.h()
                && (s.outW() - 1) * s.strideW() + (s.kw() - 1) * s.dilationW() < s.w();
    }

    /** Windows that all lie inside: one tap after the other over a row of outputs. */
    private static void avgInside(PoolShape s, float[] x, int xo, float[] y, int yo) {
        double scale = 1.0 / (s.kh() * s.kw());
        int ow = s.outW();
        for (int oy = 0; oy < s.outH(); oy++) {
            for (int ox = 0; ox < ow; ox++) {
                double sum = 0;
                int at = xo + oy * s.strideH() * s.w() + ox * s.strideW();
                for (int ky = 0; ky < s.kh(); ky++, at += s.dilationH() * s.w()) {
                    for (int kx = 0; kx < s.kw(); kx++) {
                        sum += x[at + kx * s.dilationW()];
                    }
                }
                y[yo + oy * ow + ox] = (float) (sum * scale);
            }
        }
    }

    private static void avgGradInside(PoolShape s, float[] dy, int dyo, float[] dx, int dxo) {
        float scale = 1f / (s.kh() * s.kw());
        int ow = s.outW();
        for (int oy = 0; oy < s.outH(); oy++) {
            for (int ox = 0; ox < ow; ox++) {
                float share = dy[dyo + oy * ow + ox] * scale;
                int at = dxo + oy * s.strideH() * s.w() + ox * s.strideW();
                for (int ky = 0; ky < s.kh(); ky++, at += s.dilationH() * s.w()) {
                    for (int kx = 0; kx < s.kw(); kx++) {
                        dx[at + kx * s.dilationW()] += share;
                    }
                }
            }
        }
    }

    public static void avg(PoolShape s, boolean countPadding, float[] x, int xo, float[] y, int yo) {
        int out = s.outH() * s.outW();
        if (inside(s)) {
            planes(s, p -> avgInside(s, x, xo + p * s.h() * s.w(), y, yo + p * out));
            return;
        }
        planes(s, p -> {
            int from = xo + p * s.h() * s.w();
            for (int o = 0; o < out; o++) {
                int oy = o / s.outW();
                int ox = o % s.outW();
                double sum = 0;
                for (int ky = 0; ky < s.kh(); ky++) {
                    int iy = oy * s.strideH() - s.padTop() + ky * s.dilationH();
                    for (int kx = 0; kx < s.kw(); kx++) {
                        int ix = ox * s.strideW() - s.padLeft() + kx * s.dilationW();
                        if (iy >= 0 && iy < s.h() && ix >= 0 && ix < s.w()) {
                            sum += x[from + iy * s.w() + ix];
                        }
                    }
                }
                y[yo + p * out + o] = (float) (sum / divisor(s, countPadding, oy, ox));
            }
        });
    }

    public static void avgGrad(PoolShape s, boolean countPadding, float[] dy, int dyo, float[] dx, int dxo) {
        int out = s.outH() * s.outW();
        int plane = s.h() * s.w();
        boolean inside = inside(s);
        planes(s, p -> {
            int to = dxo + p * plane;
            Arrays.fill(dx, to, to + plane, 0f);
            if (inside) {
                avgGradInside(s, dy, dyo + p * out, dx, to);
                return;
            }
            for (int o = 0; o < out; o++) {
                int oy = o / s.outW();
                int ox = o % s.outW();
                float share = dy[dyo + p * out + o] / divisor(s, countPadding, oy, ox);
                for (int ky = 0; ky < s.kh(); ky++) {
                    int iy = oy * s.strideH() - s.padTop() + ky * s.dilationH();
                    for (int kx = 0; kx < s.kw(); kx++) {
                        int ix = ox * s.strideW() - s.padLeft() + kx * s.dilationW();
                        if (iy >= 0 && iy < s.h() && ix >= 0 && ix < s.w()) {
                            dx[to + iy * s.w() + ix] += share;
                        }
                    }
                }
            }
        });
    }
}
