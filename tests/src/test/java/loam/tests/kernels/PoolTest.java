package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.PoolShape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches wrong windows at the edges, padding that wins or counts, a wrong choice among equals or NaN, and gradients sent astray. */
@Tag("fast")
class PoolTest {
    private static PoolShape shape(int n, int c, int h, int w, int kh, int kw, int sh, int sw, int[] pad, int dh, int dw, boolean ceil) {
        return new PoolShape(n, c, h, w, kh, kw, sh, sw, pad[0], pad[1], pad[2], pad[3], dh, dw, ceil);
    }

    private static final int[] NONE = {0, 0, 0, 0};
    private static final PoolShape[] SHAPES = {
        shape(2, 3, 8, 8, 2, 2, 2, 2, NONE, 1, 1, false),
        shape(3, 5, 14, 14, 2, 2, 2, 2, NONE, 1, 1, false),
        shape(2, 2, 28, 34, 2, 2, 2, 2, NONE, 1, 1, false),
        shape(1, 1, 70, 66, 2, 2, 2, 2, NONE, 1, 1, false),
        shape(2, 3, 9, 7, 2, 2, 2, 2, NONE, 1, 1, false),
        shape(2, 3, 9, 7, 2, 2, 2, 2, NONE, 1, 1, true),
        shape(2, 3, 9, 8, 2, 2, 1, 1, NONE, 1, 1, false),
        shape(1, 2, 11, 10, 3, 3, 2, 2, new int[] {1, 1, 1, 1}, 1, 1, false),
        shape(1, 2, 12, 13, 3, 2, 2, 3, new int[] {1, 0, 0, 1}, 2, 1, true),
        shape(2, 4, 5, 6, 5, 6, 1, 1, NONE, 1, 1, false),
        shape(300, 2, 2, 2, 2, 2, 2, 2, NONE, 1, 1, false)};

    static Stream<Loops> sets() {
        return LoopSets.sets();
    }

    private interface Window {
        void at(int in, int out);
    }

    /** Every pair of an input element and the output whose window holds it. */
    private static void windows(PoolShape s, Window window) {
        for (int p = 0; p < s.n() * s.c(); p++) {
            for (int oy = 0; oy < s.outH(); oy++) {
                for (int ox = 0; ox < s.outW(); ox++) {
                    for (int ky = 0; ky < s.kh(); ky++) {
                        for (int kx = 0; kx < s.kw(); kx++) {
                            int iy = oy * s.strideH() - s.padTop() + ky * s.dilationH();
                            int ix = ox * s.strideW() - s.padLeft() + kx * s.dilationW();
                            if (iy >= 0 && iy < s.h() && ix >= 0 && ix < s.w()) {
                                window.at((p * s.h() + iy) * s.w() + ix, (p * s.outH() + oy) * s.outW() + ox);
                            }
                        }
                    }
                }
            }
        }
    }

    private static int sizeX(PoolShape s) {
        return s.n() * s.c() * s.h() * s.w();
    }

    private static int sizeY(PoolShape s) {
        return s.n() * s.c() * s.outH() * s.outW();
    }

    /** Few different values, so that there are ties, and a NaN here and there. */
    private static float[] input(PoolShape s, boolean nan) {
        float[] x = LoopSets.random(3, sizeX(s), -4, 4);
        for (int i = 0; i < x.length; i++) {
            x[i] = nan && i % 29 < 2 ? Float.NaN : i % 31 == 5 ? Float.NEGATIVE_INFINITY : Math.round(x[i]);
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("sets")
    void maximum(Loops loops) {
        for (PoolShape s : SHAPES) {
            for (int variant = 0; variant < 2; variant++) {
                float[] x = input(s, variant == 1);
                float[] want = new float[sizeY(s)];
                int[] at = new int[sizeY(s)];
                Arrays.fill(want, Float.NEGATIVE_INFINITY);
                Arrays.fill(at, -1);
                windows(s, (in, out) -> {
                    if (at[out] < 0 || x[in] > want[out] || x[in] != x[in] && want[out] == want[out]) {
                        want[out] = x[in];
                        at[out] = in % (s.h() * s.w());
                    }
                });
                float[] dy = LoopSets.random(4, sizeY(s));
                float[] dx = new float[sizeX(s)];
                int plane = s.outH() * s.outW();
                for (int i = 0; i < dy.length; i++) {
                    dx[i / plane * s.h() * s.w() + at[i]] += dy[i];
                }
                float[] shifted = new float[x.length + 1];
                System.arraycopy(x, 0, shifted, 1, x.length);
                for (int threads = 1; threads <= 2; threads++) {
                    float[] y = LoopSets.poison(want.length);
                    float[] only = LoopSets.poison(want.length);
                    int[] index = new int[want.length + 2];
                    float[] got = LoopSets.poison(x.length);
                    Parallel.withThreads(threads, () -> {
                        loops.maxPool2d(s, shifted, 1, y, 0, index, 2);
                        loops.maxPool2d(s, x, 0, only, 0, null, 0);
                        loops.maxPool2dGrad(s, dy, 0, index, 2, got, 0);
                    });
                    assertArrayEquals(want, y, loops.name() + " " + s);
                    assertArrayEquals(want, only, loops.name() + " without index " + s);
                    assertArrayEquals(at, Arrays.copyOfRange(index, 2, index.length), loops.name() + " index " + s);
                    assertArrayEquals(dx, got, loops.name() + " gradient " + s);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void mean(Loops loops) {
        for (PoolShape s : SHAPES) {
            float[] x = LoopSets.random(1, sizeX(s));
            float[] dy = LoopSets.random(2, sizeY(s));
            double[] sum = new double[sizeY(s)];
            int[] count = new int[sizeY(s)];
            windows(s, (in, out) -> {
                sum[out] += x[in];
                count[out]++;
            });
            float[] y = LoopSets.poison(sum.length);
            loops.avgPool2d(s, false, x, 0, y, 0);
            for (int i = 0; i < y.length; i++) {
                assertEquals(sum[i] / count[i], y[i], 1e-6);
            }
            double[] want = new double[x.length];
            windows(s, (in, out) -> want[in] += dy[out] / (double) count[out]);
            float[] dx = LoopSets.poison(x.length);
            loops.avgPool2dGrad(s, false, dy, 0, dx, 0);
            for (int i = 0; i < dx.length; i++) {
                assertEquals(want[i], dx[i], 1e-6);
            }
            if (!s.ceil()) {
                loops.avgPool2d(s, true, x, 0, y, 0);
                for (int i = 0; i < y.length; i++) {
                    assertEquals(sum[i] / (s.kh() * s.kw()), y[i], 1e-6);
                }
            }
        }
    }
}
