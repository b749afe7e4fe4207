package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.DTypeException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.internal.Philox;
import loam.tensor.internal.PortableMath;
import loam.tensor.internal.parallel.Parallel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: a wrong Philox round, children that depend on what was drawn before, draws that cannot be resumed from (key, counter),
 * a biased bound, and distributions whose moments are off.
 */
@Tag("fast")
class RngTest {
    private static final int N = 200_000;

    @Test
    void philoxGivesThePublishedAnswers() {
        assertBlock(new int[] {0, 0, 0, 0}, new int[] {0, 0}, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertBlock(new int[] {-1, -1, -1, -1}, new int[] {-1, -1}, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertBlock(new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, new int[] {0xa4093822, 0x299f31d0},
                0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    private static void assertBlock(int[] c, int[] k, int... expected) {
        int[] out = new int[4];
        Philox.block(c[0], c[1], c[2], c[3], k[0], k[1], out, 0);
        assertArrayEquals(expected, out);
    }

    @Test
    void wordsOfSeedZeroAreTheBlocksOfCounterZero() {
        Rng rng = Rng.seed(0);
        assertEquals(0x6627e8d5, rng.nextInt());
        assertEquals(0xe169c58d, rng.nextInt());
        assertEquals(0x9b00dbd8_bc57ac4cL, rng.nextLong());
        assertEquals(4, rng.counter());
        assertEquals((0x6627e8d5 >>> 8) * 0x1p-24f, Rng.seed(0).nextFloat());
    }

    @Test
    void portableMathAgreesWithTheStrictLibrary() {
        Rng rng = Rng.seed(5);
        for (int i = 0; i < 20_000; i++) {
            double u = rng.nextDouble();
            double x = Math.max(u, 0x1p-60) * (i % 3 == 0 ? 1e-9 : i % 3 == 1 ? 1 : 1e9);
            assertEquals(StrictMath.log(x), PortableMath.log(x), 2 * Math.ulp(StrictMath.log(x)));
            assertEquals(StrictMath.cos(2 * Math.PI * u), PortableMath.cosTurn(u), 1e-15);
            assertEquals(StrictMath.sin(2 * Math.PI * u), PortableMath.sinTurn(u), 1e-15);
        }
        double[] exact = {0, 0.25, 0.5, 0.75};
        for (double u : exact) {
            assertEquals(Math.round(Math.cos(2 * Math.PI * u)), PortableMath.cosTurn(u), 1e-300);
            assertEquals(Math.round(Math.sin(2 * Math.PI * u)), PortableMath.sinTurn(u), 1e-300);
        }
        assertEquals(0, PortableMath.log(1));
    }

    @Test
    void childrenDependOnKeyAndNameAlone() {
        Rng fresh = Rng.seed(7);
        Rng used = Rng.seed(7);
        used.nextGaussian();
        used.uniform(new float[1000], 0, 1000);
        assertEquals(fresh.split("data").key(), used.split("data").key());
        assertEquals(fresh.split(3).key(), used.split(3).key());
        assertEquals(0, used.split("data").counter());
        Set<Long> keys = new HashSet<>();
        keys.add(7L);
        String[] names = {"", "a", "b", "ab", "ba", "\0", "a\0", "layer.weight", "layer.weight1", "abcdefgh", "abcdefghi", "\u00e9"};
        for (String name : names) {
            assertTrue(keys.add(fresh.split(name).key()), name);
        }
        for (long i = 0; i < 100; i++) {
            assertTrue(keys.add(fresh.split(i).key()));
        }
        assertNotEquals(fresh.split("a").split("b").key(), fresh.split("b").split("a").key());
        assertNotEquals(Rng.seed(8).split("data").key(), fresh.split("data").key());
    }

    @Test
    void keyAndCounterAreAllThereIsToResume() {
        for (int drawn = 0; drawn < 9; drawn++) {
            Rng rng = Rng.seed(11);
            for (int i = 0; i < drawn; i++) {
                rng.nextInt();
            }
            rng.nextGaussian();
            rng.gamma(0.3);
            Rng resumed = Rng.at(rng.key(), rng.counter());
            assertEquals(rng.nextGaussian(), resumed.nextGaussian());
            assertEquals(rng.nextInt(10), resumed.nextInt(10));
            float[] a = new float[5];
            float[] b = new float[5];
            rng.normal(a, 0, 5);
            resumed.normal(b, 0, 5);
            assertArrayEquals(a, b);
            assertEquals(rng.nextLong(), resumed.nextLong());
            assertEquals(rng.counter(), resumed.counter());
        }
    }

    @Test
    void bulkDependsOnPlaceAlone() {
        float[] longer = new float[3001];
        float[] shorter = new float[1000];
        Rng.seed(3).normal(longer, 0, 3001);
        Rng.seed(3).normal(shorter, 0, 997);
        assertArrayEquals(Arrays.copyOf(longer, 997), Arrays.copyOf(shorter, 997));
        assertEquals(0, shorter[998]);
        float[] tail = new float[2001];
        Rng.at(3, 999).normal(tail, 0, 2001);
        assertArrayEquals(Arrays.copyOfRange(longer, 1000, 3001), tail);
        double[] d = new double[1025];
        double[] e = new double[1024];
        Rng.seed(3).uniform(d, 1, 1024, -2, 5);
        Rng.seed(3).uniform(e, 0, 1024, -2, 5);
        assertArrayEquals(e, Arrays.copyOfRange(d, 1, 1025));
        Rng none = Rng.at(1, 3);
        none.uniform(d, 0, 0);
        assertEquals(3, none.counter());
    }

    @Test
    void threadsChangeNothing() {
        int n = 100_003;
        float[] one = new float[n];
        float[] four = new float[n];
        Parallel.withThreads(1, () -> Rng.seed(3).normal(one, 0, n));
        Parallel.withThreads(4, () -> Rng.seed(3).normal(four, 0, n));
        assertArrayEquals(one, four);
        Parallel.withThreads(1, () -> Rng.at(3, 5).uniform(one, 0, n));
        Parallel.withThreads(4, () -> Rng.at(3, 5).uniform(four, 0, n));
        assertArrayEquals(one, four);
    }

    @Test
    void tensorsAreDrawnFromTheGenerator() {
        Rng rng = Rng.seed(4);
        float[] a = new float[6];
        rng.normal(a, 0, 6);
        assertArrayEquals(a, Tensor.randn(Shape.of(2, 3), Rng.seed(4)).toFloats());
        assertEquals(8, rng.counter());
        assertEquals(DType.F64, Tensor.randn(DType.F64, Shape.of(2), rng).dtype());
        assertEquals(DType.F64, Tensor.rand(DType.F64, Shape.of(2), rng).dtype());
        Tensor i = Tensor.randint(-2, 3, Shape.of(1000), rng);
        assertEquals(DType.I64, i.dtype());
        assertEquals(5, Arrays.stream(i.toLongs()).distinct().filter(v -> v >= -2 && v < 3).count());
        for (float v : Tensor.uniform(Shape.of(100), 5, 6, rng).toFloats()) {
            assertTrue(v >= 5 && v < 6);
        }
        assertEquals(Set.of(0f, 1f), Set.of(Tensor.bernoulli(Shape.of(), 0, rng).toFloats()[0], Tensor.bernoulli(Shape.of(), 1, rng).toFloats()[0]));
        assertEquals(10, Arrays.stream(Tensor.randperm(10, rng).toLongs()).distinct().count());
        assertThrows(DTypeException.class, () -> Tensor.randn(DType.I32, Shape.of(2), rng));
    }

    @Test
    void boundsAreUnbiased() {
        Rng rng = Rng.seed(21);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[rng.nextInt(7)]++;
        }
        double chi = 0;
        for (int c : counts) {
            chi += (c - 10_000.0) * (c - 10_000.0) / 10_000;
        }
        assertTrue(chi < 22.5, "chi square of 6 degrees " + chi);
        int bound = 3 << 29;                     // plain multiplication would favour residues: 2^32 is no multiple of it
        long thirds = 0;
        for (int i = 0; i < N; i++) {
            int v = rng.nextInt(bound);
            assertTrue(v >= 0 && v < bound);
            thirds += v < bound / 2 ? 1 : 0;
        }
        assertEquals(0.5, thirds / (double) N, 0.006);
        for (int i = 0; i < 1000; i++) {
            int v = rng.nextInt(-5, 3);
            assertTrue(v >= -5 && v < 3);
            assertEquals(0, rng.nextInt(1));
        }
    }

    @Test
    void momentsOfTheScalarDraws() {
        Rng rng = Rng.seed(31);
        assertMoments("float", rng::nextFloat, 0.5, 1.0 / 12);
        assertMoments("double", rng::nextDouble, 0.5, 1.0 / 12);
        assertMoments("gaussian", rng::nextGaussian, 0, 1);
        assertMoments("exponential", rng::exponential, 1, 1);
        assertMoments("gamma 0.4", () -> rng.gamma(0.4), 0.4, 0.4);
        assertMoments("gamma 5", () -> rng.gamma(5), 5, 5);
        assertMoments("beta", () -> rng.beta(2, 3), 0.4, 0.04);
        assertMoments("beta small", () -> rng.beta(0.001, 0.001), 0.5, 0.25 / 1.002);
        assertMoments("bernoulli", () -> rng.bernoulli(0.3) ? 1 : 0, 0.3, 0.21);
        assertMoments("boolean", () -> rng.nextBoolean() ? 1 : 0, 0.5, 0.25);
        assertMoments("truncated", rng::nextTruncatedNormal, 0, 0.7737413);
        assertMoments("categorical", () -> rng.categorical(1, 0, 2, 1), 1.75, 1.1875);
        assertMoments("dirichlet", () -> rng.dirichlet(1, 2, 5)[1], 0.25, 0.25 * 0.75 / 9);
    }

    private static void assertMoments(String what, DoubleSupplier draw, double mean, double variance) {
        double[] a = new double[N / 2];
        Arrays.setAll(a, i -> draw.getAsDouble());
        assertMoments(what, a, mean, variance);
    }

    private static void assertMoments(String what, double[] a, double mean, double variance) {
        double m = Arrays.stream(a).average().orElseThrow();
        double v = Arrays.stream(a).map(x -> (x - m) * (x - m)).average().orElseThrow();
        double fourth = Arrays.stream(a).map(x -> Math.pow(x - m, 4)).average().orElseThrow();
        assertEquals(mean, m, 5 * Math.sqrt(variance / a.length), what + " mean");
        assertEquals(variance, v, 6 * Math.sqrt(Math.max(fourth - v * v, 1e-6) / a.length), what + " variance");
    }

    @Test
    void momentsOfTheBulkDraws() {
        Rng rng = Rng.seed(41);
        float[] f = new float[N];
        double[] d = new double[N];
        rng.uniform(f, 0, N, -1, 3);
        assertMoments("uniform F32", widen(f), 1, 16.0 / 12);
        rng.uniform(d, 0, N, -1, 3);
        assertMoments("uniform F64", d, 1, 16.0 / 12);
        rng.normal(f, 0, N, 2, 3);
        assertMoments("normal F32", widen(f), 2, 9);
        assertNormal(widen(f), 2, 3);
        rng.normal(d, 0, N, 2, 3);
        assertMoments("normal F64", d, 2, 9);
        assertNormal(d, 2, 3);
        rng.truncatedNormal(f, 0, N, 1, 0.5);
        assertMoments("truncated F32", widen(f), 1, 0.25 * 0.7737413);
        for (float x : f) {
            assertTrue(x >= 0 && x <= 2);
        }
        rng.bernoulli(f, 0, N, 0.9);
        assertMoments("bernoulli F32", widen(f), 0.9, 0.09);
        byte[] b = new byte[N];
        rng.bernoulli(b, 0, N, 1);
        for (byte x : b) {
            assertEquals(1, x);
        }
    }

    private static double[] widen(float[] f) {
        double[] d = new double[f.length];
        Arrays.setAll(d, i -> f[i]);
        return d;
    }

    /** Shares within 1, 2 and 3 standard deviations, and no correlation of neighbours (the two halves of one pair). */
    private static void assertNormal(double[] a, double mean, double std) {
        double[] share = {0.6826895, 0.9544997, 0.9973002};
        for (int k = 1; k <= 3; k++) {
            double limit = k * std;
            double inside = Arrays.stream(a).filter(x -> Math.abs(x - mean) < limit).count() / (double) a.length;
            assertEquals(share[k - 1], inside, 0.005);
        }
        double correlation = 0;
        for (int i = 0; i < a.length; i += 2) {
            correlation += (a[i] - mean) * (a[i + 1] - mean) / (std * std);
        }
        assertEquals(0, correlation / (a.length / 2.0), 0.015);
    }

    @Test
    void uniformNeverReachesItsUpperEnd() {
        float[] f = new float[N];
        Rng.seed(1).uniform(f, 0, N, 1, Math.nextUp(1f));
        for (float x : f) {
            assertEquals(1f, x);
        }
    }

    @Test
    void ordersHoldEveryNumberOnce() {
        Rng rng = Rng.seed(51);
        int[] p = rng.permutation(1000);
        assertFalse(Arrays.equals(p, Rng.seed(52).permutation(1000)));
        assertArrayEquals(p, Rng.seed(51).permutation(1000));
        Arrays.sort(p);
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, p[i]);
        }
        int[] counts = new int[6];
        for (int i = 0; i < 12_000; i++) {
            int[] q = rng.permutation(3);
            counts[q[0] * 2 + (q[1] > q[2] ? 1 : 0)]++;
        }
        for (int c : counts) {
            assertEquals(2000, c, 220);
        }
        int[] s = rng.sample(50, 20);
        assertEquals(20, Arrays.stream(s).distinct().filter(i -> i >= 0 && i < 50).count());
        assertEquals(0, rng.permutation(0).length);
    }

    @Test
    void mistakesAreNamed() {
        Rng rng = Rng.seed(0);
        float[] a = new float[4];
        assertBad("bound", () -> rng.nextInt(0));
        assertBad("low", () -> rng.nextInt(3, 3));
        assertBad("probability", () -> rng.bernoulli(1.5));
        assertBad("probability", () -> rng.bernoulli(Double.NaN));
        assertBad("shape", () -> rng.gamma(0));
        assertBad("shape", () -> rng.beta(1, Double.NaN));
        assertBad("weight", () -> rng.categorical(1, -1));
        assertBad("weights", () -> rng.categorical(0, 0));
        assertBad("standard deviation", () -> rng.normal(a, 0, 4, 0, -1));
        assertBad("low", () -> rng.uniform(a, 0, 4, 2, 1));
        assertBad("counter", () -> Rng.at(0, -1));
        assertBad("take", () -> rng.sample(3, 4));
        assertEquals(0, rng.counter());
    }

    private static void assertBad(String part, org.junit.jupiter.api.function.Executable body) {
        RuntimeException e = assertThrows(ArgumentException.class, body);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
