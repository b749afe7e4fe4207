package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.Activation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches a wrong tile edge, pack, stride, block of k, bias or activation of the matrix product, and bits that depend on threads. */
@Tag("fast")
class GemmTest {
    private static final int[][] SIZES = {{1, 1, 1}, {1, 40, 33}, {40, 1, 33}, {2, 3, 5}, {7, 10, 300}, {6, 64, 8}, {13, 65, 17}, {30, 100, 70},
        {97, 33, 129}, {128, 10, 256}, {61, 130, 257}, {5, 16, 520}, {200, 48, 24}, {49, 97, 50}, {3, 200, 1}, {9, 9, 0}};

    static Stream<Loops> sets() {
        return LoopSets.sets();
    }

    /** One call on arrays with offsets; layout 0..3 says which of A and B are stored transposed, 4: both with strides of their own. */
    private record Case(int m, int n, int k, int layout, boolean accumulate, boolean bias, Activation act) {
        private int ars() {
            return (layout & 1) == 1 ? 1 : layout == 4 ? 2 * k + 3 : k + 1;
        }

        private int acs() {
            return (layout & 1) == 1 ? m + 2 : layout == 4 ? 2 : 1;
        }

        private int brs() {
            return (layout & 2) == 2 ? 1 : layout == 4 ? 3 * n + 1 : n + 3;
        }

        private int bcs() {
            return (layout & 2) == 2 ? k + 2 : layout == 4 ? 3 : 1;
        }

        private int sizeA() {
            return 3 + (m - 1) * ars() + Math.max(0, k - 1) * acs() + 1;
        }

        private int sizeB() {
            return 5 + Math.max(0, k - 1) * brs() + (n - 1) * bcs() + 1;
        }

        private float[] run(Loops loops, float[] a, float[] b, float[] c0, float[] v, boolean parallel) {
            float[] c = c0.clone();
            loops.gemm(m, n, k, a, 3, ars(), acs(), b, 5, brs(), bcs(), c, 2, n + 1, accumulate, bias ? v : null, 1, act, parallel);
            return c;
        }
    }

    private static void check(Loops loops, Case s) {
        float[] a = LoopSets.random(1, s.sizeA());
        float[] b = LoopSets.random(2, s.sizeB());
        float[] v = LoopSets.random(3, s.n() + 1);
        float[] c0 = s.accumulate() ? LoopSets.random(4, 2 + s.m() * (s.n() + 1)) : LoopSets.poison(2 + s.m() * (s.n() + 1));
        float[] c = s.run(loops, a, b, c0, v, true);
        double[] want = new double[s.m() * s.n()];
        float[] got = new float[want.length];
        for (int i = 0; i < s.m(); i++) {
            for (int j = 0; j < s.n(); j++) {
                double sum = s.accumulate() ? c0[2 + i * (s.n() + 1) + j] : 0;
                for (int p = 0; p < s.k(); p++) {
                    sum += (double) a[3 + i * s.ars() + p * s.acs()] * b[5 + p * s.brs() + j * s.bcs()];
                }
                sum += s.bias() ? v[1 + j] : 0;
                want[i * s.n() + j] = s.act() == Activation.RELU ? Math.max(sum, 0) : sum;
                got[i * s.n() + j] = c[2 + i * (s.n() + 1) + j];
            }
            assertEquals(c0[2 + i * (s.n() + 1) + s.n()], c[2 + i * (s.n() + 1) + s.n()], loops.name() + " wrote behind row " + i + " of " + s);
        }
        double units = LoopSets.units(got, 0, want, s.k() + 1);
        assertTrue(units <= 8, loops.name() + " " + s + ": " + units + " units");
        Parallel.withThreads(1, () -> assertArrayEquals(c, s.run(loops, a, b, c0, v, true), () -> loops.name() + " one thread " + s));
        Parallel.withThreads(2, () -> assertArrayEquals(c, s.run(loops, a, b, c0, v, true), () -> loops.name() + " two threads " + s));
        assertArrayEquals(c, s.run(loops, a, b, c0, v, false), () -> loops.name() + " serial " + s);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void agreesWithTheSumInDouble(Loops loops) {
        for (int[] s : SIZES) {
            for (int layout = 0; layout < 5; layout++) {
                check(loops, new Case(s[0], s[1], s[2], layout, false, false, Activation.NONE));
            }
            check(loops, new Case(s[0], s[1], s[2], 0, true, false, Activation.NONE));
            check(loops, new Case(s[0], s[1], s[2], 2, false, true, Activation.RELU));
            check(loops, new Case(s[0], s[1], s[2], 1, true, true, Activation.RELU));
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void infinityAndNanStayInTheirRowsAndColumns(Loops loops) {
        int m = 20;
        int n = 37;
        int k = 19;
        float[] a = LoopSets.random(5, m * k);
        float[] b = LoopSets.random(6, k * n);
        a[4 * k + 3] = Float.NaN;
        b[7 * n + 36] = Float.POSITIVE_INFINITY;
        float[] c = new float[m * n];
        loops.gemm(m, n, k, a, 0, k, 1, b, 0, n, 1, c, 0, n, false, null, 0, Activation.RELU, true);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float v = c[i * n + j];
                if (i == 4) {
                    assertTrue(Float.isNaN(v), "relu keeps NaN");
                } else if (j == 36) {
                    assertEquals(a[i * k + 7] > 0 ? Float.POSITIVE_INFINITY : 0, v);
                } else {
                    assertTrue(Float.isFinite(v));
                }
            }
        }
    }

    /** The choice among micro-kernels must not show in the result. */
    @Test
    void allMicroKernelsGiveTheSameBits() {
        if (!LoopSets.hasSimd()) {
            return;
        }
        for (int[] s : SIZES) {
            for (int layout = 0; layout < 4; layout++) {
                Case one = new Case(s[0], s[1], s[2], layout, true, true, Activation.RELU);
                float[] a = LoopSets.random(1, one.sizeA());
                float[] b = LoopSets.random(2, one.sizeB());
                float[] v = LoopSets.random(3, one.n() + 1);
                float[] c = LoopSets.random(4, 2 + one.m() * (one.n() + 1));
                float[] want = one.run(LoopSets.simd("WIDE"), a, b, c, v, true);
                assertArrayEquals(want, one.run(LoopSets.simd("MIDDLE"), a, b, c, v, true), () -> "MIDDLE " + one);
                assertArrayEquals(want, one.run(LoopSets.simd("NARROW"), a, b, c, v, true), () -> "NARROW " + one);
            }
        }
    }
}
