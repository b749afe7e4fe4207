package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import loam.tensor.Context;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.internal.Loops;
import loam.tensor.internal.heap.HeapKernels;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.scalar.ScalarLoops;
import loam.tensor.kernel.Activation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches lost tails, float accumulation over long runs, lost NaN, and wrong row functions (softmax, layer norm, channels). */
@Tag("fast")
class ReductionLoopsTest {
    private static final int[] LENGTHS = {0, 1, 3, 15, 16, 17, 31, 33, 64, 100, 1000, 5000};

    static Stream<Loops> sets() {
        return LoopSets.sets();
    }

    /** The lanes of a vector are added in one order, by the interpreter and by the compiler: a run has the same bits from its first step on. */
    @ParameterizedTest
    @MethodSource("sets")
    void lanesAreAddedInOneOrder(Loops loops) {
        int n = loops.lanes();
        float[] x = LoopSets.random(7, n, -1, 3);
        float[] y = LoopSets.random(8, n);
        float[] sums = x.clone();
        float[] products = new float[n];
        for (int i = 0; i < n; i++) {
            products[i] = x[i] * y[i];
        }
        for (int half = n / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                sums[i] += sums[i + half];
                products[i] += products[i + half];
            }
        }
        for (int run = 0; run < 20_000; run++) {
            assertEquals(sums[0], (float) loops.sum(n, x, 0), "sum, run " + run);
            assertEquals(products[0], (float) loops.dot(n, x, 0, y, 0), "dot, run " + run);
        }
    }

    /** Catches a sum over everything that one thread makes alone: each thread's first part waits for another thread's. */
    @Test
    void aSumOverEverythingIsSharedByThreads() {
        Loops scalar = new ScalarLoops();
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        CyclicBarrier both = new CyclicBarrier(2);
        Loops watched = (Loops) Proxy.newProxyInstance(Loops.class.getClassLoader(), new Class<?>[] {Loops.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("sum") && seen.add(Thread.currentThread())) {
                both.await(10, TimeUnit.SECONDS);
            }
            return method.invoke(scalar, arguments);
        });
        for (Shape shape : List.of(Shape.of(1 << 18), Shape.of(1 << 9, 1 << 9))) {
            Tensor x = Tensor.of(shape, LoopSets.random(3, shape.numel()));
            seen.clear();
            double alone = total(new HeapKernels(scalar), 1, x);
            assertEquals(alone, total(new HeapKernels(watched), 2, x), "one thread and two");
            assertEquals(2, seen.size());
        }
    }

    private static double total(HeapKernels kernels, int threads, Tensor x) {
        double[] total = new double[1];
        Parallel.withThreads(threads, () -> total[0] = Context.withKernels(kernels, () -> x.sum().item()));
        return total[0];
    }

    @ParameterizedTest
    @MethodSource("sets")
    void sumsAndExtremes(Loops loops) {
        for (int n : LENGTHS) {
            float[] x = LoopSets.random(n, n + 2, -1, 3);
            float[] y = LoopSets.random(n + 1, n + 1);
            double sum = 0;
            double squares = 0;
            double abs = 0;
            double dot = 0;
            float max = Float.NEGATIVE_INFINITY;
            float min = Float.POSITIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                sum += x[2 + i];
                squares += (double) x[2 + i] * x[2 + i];
                abs += Math.abs(x[2 + i]);
                dot += (double) x[2 + i] * y[1 + i];
                max = Math.max(max, x[2 + i]);
                min = Math.min(min, x[2 + i]);
            }
            double tolerance = 6e-8 * (squares + abs + 1);
            assertEquals(sum, loops.sum(n, x, 2), tolerance);
            assertEquals(squares, loops.sumSquares(n, x, 2), tolerance);
            assertEquals(abs, loops.sumAbs(n, x, 2), tolerance);
            assertEquals(dot, loops.dot(n, x, 2, y, 1), tolerance);
            assertEquals(max, loops.max(n, x, 2));
            assertEquals(min, loops.min(n, x, 2));
            float[] acc = y.clone();
            loops.maxInto(n, x, 2, acc, 1);
            loops.minInto(n, y, 1, acc, 1);
            for (int i = 0; i < n; i++) {
                assertEquals(Math.min(Math.max(y[1 + i], x[2 + i]), y[1 + i]), acc[1 + i]);
            }
            for (int i = 0; i < n; i += 1 + n / 7) {
                float[] bad = x.clone();
                bad[2 + i] = Float.NaN;
                assertTrue(Float.isNaN(loops.max(n, bad, 2)) && Float.isNaN(loops.min(n, bad, 2)) && Double.isNaN(loops.sum(n, bad, 2)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void longSumsDoNotDrift(Loops loops) {
        int n = 3_000_001;
        float[] x = new float[n];
        java.util.Arrays.fill(x, 0.1f);
        assertEquals(n * (double) 0.1f, loops.sum(n, x, 0), n * 0.1 * 5e-7);
        assertEquals(n * (double) 0.1f * 0.1f, loops.sumSquares(n, x, 0), n * 0.01 * 5e-7);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void softmaxes(Loops loops) {
        for (int n : LENGTHS) {
            int rows = 3;
            float[] x = LoopSets.random(n, rows * n, -20, 20);
            float[] dy = LoopSets.random(n + 5, rows * n);
            if (n > 2) {
                x[1] = Float.NEGATIVE_INFINITY;
                x[n] = 1000;
            }
            float[] y = LoopSets.poison(rows * n);
            float[] log = LoopSets.poison(rows * n);
            float[] dx = LoopSets.poison(rows * n);
            loops.softmaxRows(rows, n, x, 0, y, 0);
            loops.logSoftmaxRows(rows, n, x, 0, log, 0);
            loops.softmaxRowsGrad(rows, n, dy, 0, y, 0, dx, 0);
            for (int r = 0; r < rows; r++) {
                double max = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < n; i++) {
                    max = Math.max(max, x[r * n + i]);
                }
                double sum = 0;
                double dot = 0;
                for (int i = 0; i < n; i++) {
                    sum += Math.exp(x[r * n + i] - max);
                    dot += (double) y[r * n + i] * dy[r * n + i];
                }
                for (int i = r * n; i < (r + 1) * n; i++) {
                    assertEquals(Math.exp(x[i] - max) / sum, y[i], 1e-6);
                    double l = x[i] - max - Math.log(sum);
                    assertEquals(l, log[i], 1e-6 * Math.max(1, Math.abs(l)));
                    assertEquals(y[i] * (dy[i] - dot), dx[i], 1e-6);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void layerNormWithGradient(Loops loops) {
        int rows = 4;
        for (int n : new int[] {1, 7, 16, 50, 300}) {
            float[] x = LoopSets.random(n, rows * n, 99, 103);
            float[] g = LoopSets.random(2, n);
            float[] b = LoopSets.random(3, n);
            float[] dy = LoopSets.random(4, rows * n);
            float[] y = LoopSets.poison(rows * n);
            float[] dx = LoopSets.poison(rows * n);
            float[] mean = new float[rows + 1];
            float[] rstd = new float[rows + 1];
            loops.layerNormRows(rows, n, 1e-5, x, 0, g, 0, b, 0, y, 0, mean, 1, rstd, 1);
            float[] dg = LoopSets.random(5, n + 1);
            float[] db = LoopSets.random(6, n + 2);
            float[] dgBefore = dg.clone();
            float[] dbBefore = db.clone();
            loops.layerNormRowsGrad(rows, n, dy, 0, x, 0, mean, 1, rstd, 1, g, 0, dx, 0, dg, 1, db, 2);
            float[] alone = LoopSets.poison(rows * n);
            loops.layerNormRowsGrad(rows, n, dy, 0, x, 0, mean, 1, rstd, 1, g, 0, alone, 0, null, 0, null, 0);
            assertArrayEquals(dx, alone);
            for (int r = 0; r < rows; r++) {
                double m = 0;
                double v = 0;
                for (int i = r * n; i < (r + 1) * n; i++) {
                    m += x[i] / (double) n;
                }
                for (int i = r * n; i < (r + 1) * n; i++) {
                    v += (x[i] - m) * (x[i] - m) / n;
                }
                double s = 1 / Math.sqrt(v + 1e-5);
                double mg = 0;
                double mgh = 0;
                for (int i = 0; i < n; i++) {
                    mg += dy[r * n + i] * g[i] / (double) n;
                    mgh += dy[r * n + i] * g[i] * (x[r * n + i] - m) * s / n;
                }
                for (int i = 0; i < n; i++) {
                    double h = (x[r * n + i] - m) * s;
                    assertEquals(h * g[i] + b[i], y[r * n + i], 2e-6);
                    double want = s * (dy[r * n + i] * (double) g[i] - mg - h * mgh);
                    assertEquals(want, dx[r * n + i], n == 1 ? 1e-2 : 3e-5);
                }
            }
            for (int i = 0; i < n; i++) {
                double a = dgBefore[i + 1];
                double c = dbBefore[i + 2];
                for (int r = 0; r < rows; r++) {
                    a += dy[r * n + i] * ((double) x[r * n + i] - mean[r + 1]) * rstd[r + 1];
                    c += dy[r * n + i];
                }
                assertEquals(a, dg[i + 1], 2e-6 * Math.max(1, Math.abs(a)));
                assertEquals(c, db[i + 2], 2e-6);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void channels(Loops loops) {
        int n = 3;
        int c = 4;
        int hw = 37;
        float[] x = LoopSets.random(1, n * c * hw, 1000, 1002);
        float[] z = LoopSets.random(2, n * c * hw);
        double[] mean = new double[c];
        double[] variance = new double[c];
        double[] sum = new double[c];
        double[] dot = new double[c];
        loops.channelMoments(n, c, hw, x, 0, mean, variance);
        loops.channelGradSums(n, c, hw, z, 0, x, 0, mean, sum, dot);
        float[] p = LoopSets.random(3, c);
        float[] q = LoopSets.random(4, c);
        float[] r = LoopSets.random(5, c);
        float[] y = LoopSets.poison(n * c * hw);
        float[] u = LoopSets.poison(n * c * hw);
        loops.channelAffine(n, c, hw, z, 0, p, q, Activation.RELU, y, 0);
        loops.channelAffine2(n, c, hw, z, 0, y, 0, p, q, r, u, 0);
        for (int k = 0; k < c; k++) {
            double m = 0;
            double v = 0;
            double s = 0;
            double d = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < x.length; i++) {
                    if (i / hw % c != k) {
                        continue;
                    }
                    if (pass == 0) {
                        m += x[i] / (double) (n * hw);
                        s += z[i];
                    } else {
                        v += (x[i] - m) * (x[i] - m) / (n * hw);
                        d += z[i] * (x[i] - mean[k]);
                        assertEquals(Math.max(0, z[i] * (double) p[k] + q[k]), y[i], 2e-7);
                        assertEquals(z[i] * (double) p[k] + y[i] * (double) q[k] + r[k], u[i], 3e-7);
                    }
                }
            }
            assertEquals(m, mean[k], 1e-4);
            assertEquals(v, variance[k], 1e-6);
            assertEquals(s, sum[k], 1e-5);
            assertEquals(d, dot[k], 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void transposes(Loops loops) {
        for (int rows : new int[] {1, 5, 16, 33, 50}) {
            for (int cols : new int[] {1, 7, 16, 32, 45}) {
                float[] x = LoopSets.random(rows, 2 + rows * (cols + 3));
                float[] y = LoopSets.poison(3 + cols * (rows + 2));
                loops.transpose(rows, cols, x, 2, cols + 3, y, 1, rows + 2);
                for (int c = 0; c < cols; c++) {
                    for (int r = 0; r < rows; r++) {
                        assertEquals(x[2 + r * (cols + 3) + c], y[1 + c * (rows + 2) + r]);
                    }
                    assertTrue(Float.isNaN(y[1 + c * (rows + 2) + rows]), "wrote between rows");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void axpy(Loops loops) {
        for (int n : LENGTHS) {
            float[] x = LoopSets.random(1, n + 1);
            float[] y = LoopSets.random(2, n + 2);
            float[] z = y.clone();
            loops.axpy(n, 0.7f, x, 1, z, 2);
            for (int i = 0; i < n; i++) {
                assertEquals(y[2 + i] + 0.7 * x[1 + i], z[2 + i], 3e-7);
            }
        }
    }
}
