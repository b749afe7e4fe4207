package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import loam.tensor.kernel.ConvShape;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.Activation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches wrong padding, stride, dilation, groups or edges of the three convolution kernels, and bits that depend on threads. */
@Tag("fast")
class ConvTest {
    private static ConvShape shape(int n, int ci, int h, int w, int co, int kh, int kw, int sh, int sw, int[] pad, int dh, int dw, int groups) {
        return new ConvShape(n, ci, h, w, co, kh, kw, sh, sw, pad[0], pad[1], pad[2], pad[3], dh, dw, groups);
    }

    private static final ConvShape[] SHAPES = {
        shape(2, 3, 7, 9, 5, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1),
        shape(3, 1, 14, 14, 32, 5, 5, 1, 1, new int[] {2, 2, 2, 2}, 1, 1, 1),
        shape(5, 1, 8, 8, 16, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1),
        shape(2, 16, 8, 8, 32, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1),
        shape(1, 32, 10, 11, 48, 5, 5, 1, 1, new int[] {2, 2, 2, 2}, 1, 1, 1),
        shape(2, 6, 11, 10, 20, 3, 2, 2, 3, new int[] {0, 1, 2, 0}, 1, 1, 1),
        shape(2, 4, 12, 13, 18, 3, 3, 1, 1, new int[] {2, 2, 3, 3}, 2, 3, 1),
        shape(2, 8, 9, 9, 12, 3, 3, 2, 2, new int[] {1, 1, 1, 1}, 2, 1, 4),
        shape(2, 6, 8, 7, 6, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 6),
        shape(2, 6, 8, 7, 12, 3, 3, 2, 2, new int[] {1, 0, 1, 0}, 1, 1, 6),
        shape(3, 17, 5, 6, 33, 1, 1, 1, 1, new int[] {0, 0, 0, 0}, 1, 1, 1),
        shape(2, 9, 6, 6, 40, 1, 1, 2, 2, new int[] {0, 0, 0, 0}, 1, 1, 1),
        shape(1, 3, 1, 40, 70, 1, 7, 1, 2, new int[] {0, 0, 3, 3}, 1, 1, 1),
        shape(1, 2, 33, 31, 3, 4, 4, 3, 1, new int[] {3, 3, 3, 3}, 1, 1, 1),
        shape(1, 5, 5, 5, 7, 5, 5, 1, 1, new int[] {0, 0, 0, 0}, 1, 1, 1),
        shape(2, 3, 4, 4, 8, 2, 2, 5, 5, new int[] {0, 0, 0, 0}, 1, 1, 1),
        shape(19, 2, 3, 3, 4, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1),
        shape(1, 3, 40, 40, 4, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1),
        // few channels, rows of a vector or more: one whole vector, one element more, several, and rows that do not start at the edge
        shape(3, 1, 28, 28, 32, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1),
        shape(2, 2, 9, 17, 5, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1),
        shape(2, 1, 12, 16, 3, 5, 5, 1, 1, new int[] {2, 2, 2, 2}, 1, 1, 1),
        shape(2, 6, 20, 34, 6, 4, 2, 2, 1, new int[] {0, 2, 1, 3}, 2, 1, 2),
        shape(2, 3, 5, 50, 7, 2, 4, 1, 1, new int[] {0, 0, 0, 0}, 1, 1, 1),
        shape(1, 4, 30, 19, 3, 1, 1, 1, 1, new int[] {0, 0, 0, 0}, 1, 1, 1)};

    static Stream<Loops> sets() {
        return LoopSets.sets();
    }

    private interface Term {
        void at(int x, int w, int y);
    }

    /** Calls back for every product of the convolution with the three flat indices. */
    private static void terms(ConvShape s, Term term) {
        int cig = s.ci() / s.groups();
        int cog = s.co() / s.groups();
        for (int i = 0; i < s.n(); i++) {
            for (int o = 0; o < s.co(); o++) {
                for (int oy = 0; oy < s.outH(); oy++) {
                    for (int ox = 0; ox < s.outW(); ox++) {
                        for (int c = 0; c < cig; c++) {
                            for (int ky = 0; ky < s.kh(); ky++) {
                                for (int kx = 0; kx < s.kw(); kx++) {
                                    int iy = oy * s.strideH() - s.padTop() + ky * s.dilationH();
                                    int ix = ox * s.strideW() - s.padLeft() + kx * s.dilationW();
                                    if (iy >= 0 && iy < s.h() && ix >= 0 && ix < s.w()) {
                                        term.at(((i * s.ci() + o / cog * cig + c) * s.h() + iy) * s.w() + ix,
                                                ((o * cig + c) * s.kh() + ky) * s.kw() + kx,
                                                ((i * s.co() + o) * s.outH() + oy) * s.outW() + ox);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static int sizeX(ConvShape s) {
        return s.n() * s.ci() * s.h() * s.w();
    }

    private static int sizeW(ConvShape s) {
        return s.co() * (s.ci() / s.groups()) * s.kh() * s.kw();
    }

    private static int sizeY(ConvShape s) {
        return s.n() * s.co() * s.outH() * s.outW();
    }

    private interface Kernel {
        void run(float[] out);
    }

    private static void check(String what, Kernel kernel, double[] want, double terms) {
        float[] got = LoopSets.poison(want.length + 3);
        kernel.run(got);
        double units = LoopSets.units(got, 2, want, terms);
        assertTrue(units <= 8, what + ": " + units + " units");
        assertTrue(Float.isNaN(got[0]) && Float.isNaN(got[1]) && Float.isNaN(got[want.length + 2]), what + " wrote outside");
        for (int threads = 1; threads <= 2; threads++) {
            float[] again = LoopSets.poison(got.length);
            Parallel.withThreads(threads, () -> kernel.run(again));
            assertArrayEquals(got, again, what + " with " + threads + " threads");
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void forward(Loops loops) {
        for (ConvShape s : SHAPES) {
            float[] x = LoopSets.random(1, sizeX(s) + 1);
            float[] w = LoopSets.random(2, sizeW(s) + 2);
            float[] b = LoopSets.random(3, s.co() + 3);
            double[] plain = new double[sizeY(s)];
            terms(s, (xi, wi, yi) -> plain[yi] += (double) x[1 + xi] * w[2 + wi]);
            double terms = sizeW(s) / s.co();
            check(loops.name() + " forward " + s, y -> loops.conv2d(s, x, 1, w, 2, null, 0, Activation.NONE, y, 2), plain, terms);
            double[] full = plain.clone();
            int plane = s.outH() * s.outW();
            for (int i = 0; i < full.length; i++) {
                full[i] = Math.max(0, full[i] + b[3 + i / plane % s.co()]);
            }
            check(loops.name() + " forward with bias and relu " + s, y -> loops.conv2d(s, x, 1, w, 2, b, 3, Activation.RELU, y, 2), full, terms + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void inputGradient(Loops loops) {
        for (ConvShape s : SHAPES) {
            float[] dy = LoopSets.random(1, sizeY(s) + 1);
            float[] w = LoopSets.random(2, sizeW(s) + 2);
            double[] want = new double[sizeX(s)];
            terms(s, (xi, wi, yi) -> want[xi] += (double) dy[1 + yi] * w[2 + wi]);
            check(loops.name() + " input gradient " + s, dx -> loops.conv2dInputGrad(s, dy, 1, w, 2, dx, 2), want, sizeW(s) / (double) s.ci() * s.groups());
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void weightGradient(Loops loops) {
        for (ConvShape s : SHAPES) {
            float[] x = LoopSets.random(1, sizeX(s) + 1);
            float[] dy = LoopSets.random(2, sizeY(s) + 2);
            double[] want = new double[sizeW(s)];
            terms(s, (xi, wi, yi) -> want[wi] += (double) x[1 + xi] * dy[2 + yi]);
            check(loops.name() + " weight gradient " + s, dw -> loops.conv2dWeightGrad(s, x, 1, dy, 2, dw, 2, null, 0), want, s.n() * s.outH() * s.outW());
            double[] sums = new double[s.co()];
            for (int i = 0; i < sizeY(s); i++) {
                sums[i / (s.outH() * s.outW()) % s.co()] += dy[2 + i];
            }
            float[] dw = new float[sizeW(s)];
            check(loops.name() + " bias gradient " + s, db -> loops.conv2dWeightGrad(s, x, 1, dy, 2, dw, 0, db, 2), sums, s.n() * s.outH() * s.outW());
        }
    }

    /** Padding is not a factor: an infinite input shows only where a window reaches it. */
    @ParameterizedTest
    @MethodSource("sets")
    void infinityStaysLocal(Loops loops) {
        ConvShape s = shape(2, 3, 8, 8, 17, 3, 3, 1, 1, new int[] {1, 1, 1, 1}, 1, 1, 1);
        float[] x = LoopSets.random(1, sizeX(s));
        x[3 * 64 - 1] = Float.POSITIVE_INFINITY;
        float[] w = LoopSets.random(2, sizeW(s));
        float[] y = new float[sizeY(s)];
        loops.conv2d(s, x, 0, w, 0, null, 0, Activation.NONE, y, 0);
        for (int i = 0; i < y.length; i++) {
            boolean near = i < y.length / 2 && i % 64 / 8 >= 6 && i % 8 >= 6;
            assertTrue(near != Float.isFinite(y[i]), "element " + i + " is " + y[i]);
        }
    }

    /** The choice among micro-kernels must not show in the result. */
    @Test
    void allMicroKernelsGiveTheSameBits() {
        if (!LoopSets.hasSimd()) {
            return;
        }
        for (ConvShape s : SHAPES) {
            float[] x = LoopSets.random(1, sizeX(s));
            float[] w = LoopSets.random(2, sizeW(s));
            float[] dy = LoopSets.random(3, sizeY(s));
            float[][] want = null;
            for (String tiling : new String[] {"WIDE", "MIDDLE", "NARROW"}) {
                Loops loops = LoopSets.simd(tiling);
                float[][] got = {new float[sizeY(s)], new float[sizeX(s)], new float[sizeW(s)]};
                loops.conv2d(s, x, 0, w, 0, null, 0, Activation.NONE, got[0], 0);
                loops.conv2dInputGrad(s, dy, 0, w, 0, got[1], 0);
                loops.conv2dWeightGrad(s, x, 0, dy, 0, got[2], 0, null, 0);
                want = want == null ? got : want;
                for (int i = 0; i < 3; i++) {
                    assertArrayEquals(want[i], got[i], tiling + " " + s);
                }
            }
        }
    }
}
