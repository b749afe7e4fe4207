package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.PoolShape;

/** Max pooling over planes. */
final class Pooling {
    private Pooling() {
    }

    static void max(Loops loops, PoolShape s, Tensor x, Tensor out, Tensor index) {
        int planes = s.n() * s.c();
        int in = s.h() * s.w();
        int o = s.outH() * s.outW();
        int[] places = index.storage().ints();
        group(planes, in, (first, count) -> {
            for (int p = first; p < first + count; p++) {
                if (x.dtype() == DType.F32) {
                    plane(s, x.storage().floats(), x.offset() + p * in, out.storage().floats(), out.offset() + p * o, places, index.offset() + p * o);
                } else {
                    plane(s, x.storage().doubles(), x.offset() + p * in, out.storage().doubles(), out.offset() + p * o, places, index.offset() + p * o);
                }
            }
        });
    }

    interface Planes {
        void run(int first, int count);
    }

    static void group(int planes, int size, Planes body) {
        int g = Math.max(1, Walk.CHUNK / Math.max(1, size));
        Parallel.forRange((planes + g - 1) / g, c -> body.run(c * g, Math.min(g, planes - c * g)));
    }

    private static void plane(PoolShape s, float[] x, int xo, float[] y, int yo, int[] places, int po) {
        int ow = s.outW();
        for (int oy = 0; oy < s.outH(); oy++) {
            int y0 = oy * s.strideH() - s.padTop();
            int y1 = Math.min(s.h(), y0 + s.kh());
            for (int ox = 0; ox < ow; ox++) {
                int x0 = ox * s.strideW() - s.padLeft();
                int x1 = Math.min(s.w(), x0 + s.kw());
                int best = Math.max(0, y0) * s.w() + Math.max(0, x0);
                float top = x[xo + best];
                for (int r = Math.max(0, y0); r < y1; r++) {
                    for (int c = Math.max(0, x0); c < x1; c++) {
                        float v = x[xo + r * s.w() + c];
                        if (v > top || v != v && top == top) {
                            top = v;
                            best = r * s.w() + c;
                        }
                    }
                }
                y[yo + oy * ow + ox] = top;
                places[po + oy * ow + ox] = best;
            }
        }
    }

    private static void plane(PoolShape s, double[] x, int xo, double[] y, int yo, int[] places, int po) {
        int ow = s.outW();
        for (int oy = 0; oy < s.outH(); oy++) {
            int y0 = oy * s.strideH() - s.padTop();
            int y1 = Math.min(s.h(), y0 + s.kh());
            for (int ox = 0; ox < ow; ox++) {
                int x0 = ox * s.strideW() - s.padLeft();
                int x1 = Math.min(s.w(), x0 + s.kw());
                int best = Math.max(0, y0) * s.w() + Math.max(0, x0);
                double top = x[xo + best];
                for (int r = Math.max(0, y0); r < y1; r++) {
                    for (int c = Math.max(0, x0); c < x1; c++) {
                        double v = x[xo + r * s.w() + c];
                        if (v > top || v != v && top == top) {
                            top = v;
                            best = r * s.w() + c;
                        }
                    }
                }
                y[yo + oy * ow + ox] = top;
                places[po + oy * ow + ox] = best;
            }
        }
    }

    static void maxGrad(Loops loops, PoolShape s, Tensor dy, Tensor index, Tensor dx) {
        int planes = s.n() * s.c();
        int in = s.h() * s.w();
        int o = s.outH() * s.outW();
        int[] places = index.storage().ints();
        group(planes, in, (first, count) -> {
            for (int p = first; p < first + count; p++) {
                int from = dy.offset() + p * o;
                int at = index.offset() + p * o;
                int to = dx.offset() + p * in;
                if (dx.dtype() == DType.F32) {
                    float[] g = dy.storage().floats();
                    float[] d = dx.storage().floats();
                    Arrays.fill(d, to, to + in, 0);
                    for (int i = 0; i < o; i++) {
                        d[to + places[at + i]] += g[from + i];
                    }
                } else {
                    double[] g = dy.storage().doubles();
                    double[] d = dx.storage().doubles();
                    Arrays.fill(d, to, to + in, 0);
                    for (int i = 0; i < o; i++) {
                        d[to + places[at + i]] += g[from + i];
                    }
                }
            }
        });
    }
}
