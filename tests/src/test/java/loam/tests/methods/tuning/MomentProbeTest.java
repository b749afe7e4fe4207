package loam.tests.methods.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import loam.autograd.Grad;
import loam.autograd.GradCheck;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.methods.common.AdamWTraining;
import loam.methods.tuning.momentprobing.CrossMoments;
import loam.methods.tuning.momentprobing.MomentProbe;
import loam.methods.tuning.momentprobing.MomentProbe.Centering;
import loam.methods.tuning.momentprobing.MomentProbe.Crossing;
import loam.methods.tuning.momentprobing.MomentProbe.HeadLayout;
import loam.methods.tuning.momentprobing.TokenFeatures;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.IndexException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: auto- in place of cross-covariance, rows normalised in place of columns, heads dealt out in another way, concatenation in place
 * of averaged scores, padding that counts, a gradient that is not a number at a head of zeros.
 */
@Tag("fast")
class MomentProbeTest {
    private static final int D = 6;
    private static final MomentProbe.Config SMALL = MomentProbe.Config.of(D, 3).hidden(28, 4);

    private static MomentProbe probe(MomentProbe.Config config) {
        MomentProbe probe = new MomentProbe(config, Rng.seed(1));
        probe.to(DType.F64);
        return probe;
    }

    private static Tensor random(long seed, int... dims) {
        return Tensor.randn(DType.F64, Shape.of(dims), Rng.seed(seed));
    }

    private static double difference(Tensor a, Tensor b) {
        assertEquals(a.shape(), b.shape());
        return a.sub(b).abs().max().item();
    }

    /** The statistic by loops, from the probe's own projection and norm (at their initial, neutral values for the norm). */
    private static double[][] byHand(MomentProbe probe, Tensor tokens, int left, int right, boolean interleaved) {
        int m = probe.config().width();
        int heads = probe.config().heads();
        double[] z = ((Linear) probe.module("projection")).forward(tokens).value().toDoubles();
        int length = tokens.dim(1);
        double[][][] head = new double[2][length][m];
        for (int side = 0; side < 2; side++) {
            int h = side == 0 ? left : right;
            for (int t = 0; t < length; t++) {
                double mean = 0;
                for (int c = 0; c < m; c++) {
                    head[side][t][c] = z[t * m * heads + (interleaved ? c * heads + h : h * m + c)];
                    mean += head[side][t][c] / m;
                }
                double variance = 0;
                for (int c = 0; c < m; c++) {
                    variance += (head[side][t][c] - mean) * (head[side][t][c] - mean) / m;
                }
                for (int c = 0; c < m; c++) {
                    head[side][t][c] = (head[side][t][c] - mean) / Math.sqrt(variance + 1e-5);
                }
            }
        }
        double[][] r = new double[m][m];
        for (int j = 0; j < m; j++) {
            double norm = 0;
            for (int i = 0; i < m; i++) {
                for (int t = 0; t < length; t++) {
                    r[i][j] += head[0][t][i] * head[1][t][j] / length;
                }
                norm += r[i][j] * r[i][j];
            }
            for (int i = 0; i < m; i++) {
                r[i][j] /= Math.sqrt(norm);
            }
        }
        return r;
    }

    /** 1: tokens are rows. */
    @Test
    void productsByHand() {
        Variable heads = Variable.of(Tensor.of(Shape.of(1, 2, 2, 2), 1, 2, 3, 4, 1, 0, 0, 1));
        Variable r = CrossMoments.of(heads, new int[] {0}, new int[] {1}, null);
        assertArrayEquals(new float[] {0.5f, 1.5f, 1, 2}, r.value().toFloats());
        assertArrayEquals(new float[] {0.447214f, 0.6f, 0.894427f, 0.8f}, CrossMoments.normalizedColumns(r).value().toFloats(), 1e-6f);
    }

    /** The whole path, for every way to pair heads. */
    @Test
    void theStatisticIsItsDefinition() {
        Tensor tokens = random(2, 1, 5, D);
        int[][][] pairs = {{{0, 1}, {1, 2}, {2, 3}}, {{0, 1}, {0, 2}, {0, 3}}, {{0, 2}, {1, 3}},
            {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}, {{0, 0}, {1, 1}, {2, 2}}};
        for (Crossing crossing : Crossing.values()) {
            for (HeadLayout layout : HeadLayout.values()) {
                MomentProbe probe = probe(SMALL.crossing(crossing).layout(layout));
                Tensor r = probe.crossCovariance(tokens, null).value();
                int[][] expected = pairs[crossing.ordinal()];
                assertEquals(Shape.of(1, expected.length, 7, 7), r.shape());
                for (int p = 0; p < expected.length; p++) {
                    double[][] hand = byHand(probe, tokens, expected[p][0], expected[p][1], layout == HeadLayout.INTERLEAVED);
                    for (int i = 0; i < 7; i++) {
                        assertArrayEquals(hand[i], r.select(0, 0).select(0, p).select(0, i).toDoubles(), 1e-9, crossing + " " + layout);
                    }
                }
            }
        }
    }

    /** 2. */
    @Test
    void theOrderOfTokensDoesNotMatter() {
        MomentProbe probe = probe(SMALL);
        Tensor pooled = random(3, 4, D);
        Tensor tokens = random(4, 4, 5, D);
        Tensor other = tokens.indexSelect(1, 3, 0, 4, 1, 2);
        assertTrue(difference(probe.forward(pooled, tokens).value(), probe.forward(pooled, other).value()) < 1e-9);
    }

    /** 3, and the number of parameters of the reference's head and of the small one. */
    @Test
    void sizes() {
        assertEquals(2883, MomentProbe.Config.of(768, 1000).secondOrderDim());
        assertEquals(147, MomentProbe.Config.of(64, 10).hidden(128, 4).secondOrderDim());
        assertEquals(6 * 49, MomentProbe.Config.of(64, 10).hidden(128, 4).crossing(Crossing.ALL_PAIRS).secondOrderDim());
        assertEquals(2 * 49, MomentProbe.Config.of(64, 10).hidden(128, 4).crossing(Crossing.HALF).secondOrderDim());
        assertEquals(4_047_146, new MomentProbe(MomentProbe.Config.of(768, 1000), Rng.seed(0)).parameterCount());
        assertEquals(10_804, new MomentProbe(MomentProbe.Config.of(64, 10).hidden(128, 4).withNorm(), Rng.seed(0)).parameterCount());
    }

    /** 4: scores are averaged, not joined. */
    @Test
    void withoutASecondBranchTheScoresAreHalved() {
        MomentProbe probe = probe(SMALL);
        Parameter weight = probe.namedParameters().get("second.weight");
        weight.update(Tensor.zeros(DType.F64, weight.shape()));
        Parameter bias = probe.namedParameters().get("second.bias");
        bias.update(Tensor.zeros(DType.F64, bias.shape()));
        MomentProbe linear = probe(SMALL.branches(true, false));
        TokenFeatures features = new TokenFeatures(random(5, 9, D), random(6, 9, 5, D));
        Tensor s1 = linear.scores(features);
        assertEquals(0, difference(s1.mul(0.5), probe.scores(features)));
        assertArrayEquals(linear.predict(features), probe.predict(features));
        MomentProbe alone = probe(SMALL.branches(false, true));
        MomentProbe both = probe(SMALL);
        assertTrue(difference(both.scores(features), s1.add(alone.scores(features)).mul(0.5)) < 1e-12);
    }

    /** 5. */
    @Test
    void centring() {
        Tensor tokens = random(7, 3, 5, D);
        Tensor scalar = probe(SMALL).crossCovariance(tokens, null).value();
        double[][] raw = byHand(probe(SMALL), tokens.narrow(0, 0, 1), 0, 1, false);
        for (int i = 0; i < 7; i++) {
            assertArrayEquals(raw[i], scalar.select(0, 0).select(0, 0).select(0, i).toDoubles(), 1e-5);
        }
        Tensor equal = random(8, 1, 1, D).expand(Shape.of(1, 2, D)).contiguous();
        assertTrue(probe(SMALL).crossCovariance(equal, null).value().abs().max().item() > 0.1);
        assertEquals(0, probe(SMALL.centering(Centering.PER_CHANNEL)).crossCovariance(equal, null).value().abs().max().item());
    }

    /** 6. */
    @Test
    void theScaleOfTheProjectionDoesNotMatter() {
        MomentProbe probe = probe(SMALL);
        Tensor tokens = random(9, 3, 5, D).mul(10);
        Tensor before = probe.crossCovariance(tokens, null).value();
        for (String name : new String[] {"projection.weight", "projection.bias"}) {
            Parameter p = probe.namedParameters().get(name);
            p.update(p.value().mul(10));
        }
        assertTrue(difference(before, probe.crossCovariance(tokens, null).value()) < 1e-4);
    }

    /** 7: through all steps to the tokens, and to the projection's weight. */
    @Test
    void gradients() {
        for (Centering centering : Centering.values()) {
            MomentProbe probe = probe(SMALL.centering(centering).withNorm());
            Tensor mask = Tensor.ofBooleans(Shape.of(2, 4), true, true, true, true, true, true, true, false);
            double error = GradCheck.jacobian(v -> probe.forward(v[0], v[1], mask), random(10, 2, D), random(11, 2, 4, D));
            assertTrue(error < 1e-5, centering + " " + error);
            Parameter w = probe.namedParameters().get("projection.weight");
            Tensor start = w.value();
            Tensor direction = random(12, 28, D);
            Tensor pooled = random(10, 2, D);
            Tensor tokens = random(11, 2, 4, D);
            Grad.backward(Losses.crossEntropy(probe.forward(pooled, tokens, mask), new int[] {0, 2}));
            double slope = w.grad().mul(direction).sum().item();
            double step = 1e-6;
            w.update(start.add(direction.mul(step)));
            double up = Losses.crossEntropy(probe.forward(pooled, tokens, mask), new int[] {0, 2}).item();
            w.update(start.sub(direction.mul(step)));
            double down = Losses.crossEntropy(probe.forward(pooled, tokens, mask), new int[] {0, 2}).item();
            assertEquals((up - down) / (2 * step), slope, 1e-6);
        }
    }

    /** A head of zeros has columns of zeros: scores and gradients stay numbers of a usual size. */
    @Test
    void aHeadOfZerosHasAGradient() {
        MomentProbe probe = probe(SMALL);
        Parameter w = probe.namedParameters().get("projection.weight");
        Parameter b = probe.namedParameters().get("projection.bias");
        w.update(Tensor.zeros(DType.F64, w.shape()));
        b.update(Tensor.zeros(DType.F64, b.shape()));
        Variable loss = Losses.crossEntropy(probe.forward(random(13, 2, D), random(14, 2, 4, D)), new int[] {0, 1});
        Grad.backward(loss);
        assertTrue(w.grad().isFinite().all().toBooleans()[0] && w.grad().abs().max().item() < 1e3);
    }

    /** 9: whatever stands in padding. */
    @Test
    void paddingChangesNothing() {
        Tensor pooled = random(15, 2, D);
        Tensor tokens = random(16, 2, 5, D);
        Tensor padding = Tensor.full(DType.F64, Shape.of(2, 3, D), Double.NaN);
        Tensor padded = Tensor.cat(1, tokens, padding);
        boolean[] valid = new boolean[16];
        IntStream.range(0, 16).forEach(i -> valid[i] = i % 8 < 5);
        Tensor mask = Tensor.ofBooleans(Shape.of(2, 8), valid);
        for (Centering centering : Centering.values()) {
            MomentProbe probe = probe(SMALL.centering(centering));
            assertTrue(difference(probe.forward(pooled, tokens).value(), probe.forward(pooled, padded, mask).value()) < 1e-9, centering.toString());
        }
        assertTrue(difference(TokenFeatures.ofMean(tokens, null).pooled(), TokenFeatures.ofMean(padded, mask).pooled()) < 1e-6);
    }

    /** Trained by the common loop: token sets of two classes with equal means and other second moments. */
    @Test
    void itLearnsWhatTheMeanDoesNotTell() {
        Tensor x = Tensor.randn(Shape.of(64, 12, D), Rng.seed(17));
        float[] v = x.toFloats();
        int[] y = IntStream.range(0, 64).map(i -> i % 2).toArray();
        for (int row = 0; row < 64 * 12; row++) {
            v[row * D + 1] = y[row / 12] == 0 ? v[row * D] : v[row * D + 1];
        }
        TokenFeatures features = TokenFeatures.ofMean(Tensor.of(Shape.of(64, 12, D), v), null);
        MomentProbe probe = new MomentProbe(SMALL.branches(true, true), Rng.seed(18));
        MomentProbe same = (MomentProbe) probe.copy();
        AdamWTraining training = new AdamWTraining(1e-2, 0.05, 16, 20, 0.1);
        int[] predicted = probe.fit(features, y, training, Rng.seed(19), done -> { }).predict(features);
        assertTrue(IntStream.range(0, 64).filter(i -> predicted[i] == y[i]).count() >= 58);
        same.fit(features, y, training, Rng.seed(19), done -> { });
        assertEquals(0, difference(probe.scores(features), same.scores(features)));
    }

    @Test
    void mistakesAreNamed() {
        assertThrows(ArgumentException.class, () -> SMALL.hidden(30, 4), "heads do not divide");
        assertThrows(ArgumentException.class, () -> SMALL.hidden(28, 1));
        assertThrows(ArgumentException.class, () -> SMALL.hidden(24, 4), "m = 6");
        assertThrows(ArgumentException.class, () -> SMALL.hidden(27, 3).crossing(Crossing.HALF));
        assertThrows(ArgumentException.class, () -> SMALL.branches(false, false));
        MomentProbe probe = probe(SMALL);
        Tensor pooled = random(20, 2, D);
        assertThrows(ArgumentException.class, () -> probe.forward(pooled, random(21, 2, 1, D)), "one token");
        assertThrows(ShapeException.class, () -> probe.forward(pooled, random(21, 2, 4, D + 1)));
        assertThrows(ShapeException.class, () -> probe.forward(random(20, 2, D + 1), random(21, 2, 4, D)));
        Tensor one = Tensor.ofBooleans(Shape.of(2, 2), true, true, true, false);
        assertThrows(ArgumentException.class, () -> probe.forward(pooled, random(21, 2, 2, D), one), "one valid token");
        assertThrows(ShapeException.class, () -> probe.forward(pooled, random(21, 2, 4, D), one));
        Tensor bad = random(21, 2, 4, D).mul(Double.NaN);
        assertThrows(ArgumentException.class, () -> probe.forward(pooled, bad));
        assertThrows(ArgumentException.class, () -> new TokenFeatures(pooled, bad));
        assertThrows(ShapeException.class, () -> new TokenFeatures(random(20, 3, D), random(21, 2, 4, D)));
        TokenFeatures features = new TokenFeatures(pooled.to(DType.F32), random(21, 2, 4, D).to(DType.F32));
        AdamWTraining training = new AdamWTraining(1e-3, 0.05, 2, 1);
        assertThrows(IndexException.class, () -> new MomentProbe(SMALL, Rng.seed(0)).fit(features, new int[] {0, 3}, training, Rng.seed(0), done -> { }));
        assertThrows(ArgumentException.class, () -> new AdamWTraining(0, 0.05, 2, 1));
        assertThrows(ArgumentException.class, () -> new AdamWTraining(1e-3, 0.05, 2, 1, 1));
    }
}
