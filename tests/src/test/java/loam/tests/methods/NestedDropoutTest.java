package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.methods.Progress;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.data.DataPlaces;
import loam.methods.labels.common.LabelNoise;
import loam.methods.labels.common.SmallLoss;
import loam.methods.labels.nesteddropout.CoTeaching;
import loam.methods.labels.nesteddropout.NestedDropout;
import loam.methods.labels.nesteddropout.NestedDropoutExperiment;
import loam.methods.labels.nesteddropout.NestedModel;
import loam.methods.labels.nesteddropout.NestedTrainer;
import loam.methods.labels.nesteddropout.Prefixes;
import loam.nn.BatchNorm1d;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.tensor.ArgumentException;
import loam.tensor.IndexException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: another distribution of the prefix, rescaled channels, gradients of dropped channels, a wrong K, networks that learn from
 * their own selection, batch norms that move in stage 2, noise that misses its rate.
 */
@Tag("fast")
class NestedDropoutTest {
    @Test
    void theDistributionIsTheSpecified() {
        NestedDropout layer = new NestedDropout(512, 10, Rng.seed(1000));
        double[] p = layer.distribution();
        assertEquals(1.030455, p[0] / p[1], 1e-6);
        assertEquals(20.0855, p[9] / p[19], 1e-4);
        assertEquals(1, Arrays.stream(p).sum(), 1e-12);
        assertTrue(Arrays.stream(p).skip(30).sum() < 1e-4);
        int draws = 100_000;
        int[] counts = new int[512];
        for (int i = 0; i < draws; i++) {
            counts[layer.sampleK() - 1]++;
        }
        for (int k : new int[] {1, 2, 5, 10, 15, 20}) {
            assertEquals(p[k - 1], counts[k - 1] / (double) draws, 3 * Math.sqrt(p[k - 1] / draws), "k = " + k);
        }
    }

    @Test
    void droppedChannelsHaveNoGradientAndKeptOnesNoScale() {
        NestedDropout layer = new NestedDropout(6, 3, Rng.seed(1000));
        Variable f = Variable.of(Tensor.randn(Shape.of(4, 6), Rng.seed(1001))).requiresGrad();
        Variable w = Variable.of(Tensor.randn(Shape.of(3, 6), Rng.seed(1002))).requiresGrad();
        Variable loss = layer.forward(f, 2).matmul(w.t()).square().sum();
        List<Variable> g = Grad.grad(loss, List.of(f, w), false);
        for (Variable v : g) {
            assertEquals(0, v.value().narrow(1, 2, 4).abs().max().item());
            assertTrue(v.value().narrow(1, 0, 2).abs().max().item() > 0);
        }
        assertArrayEquals(f.value().toFloats(), layer.forward(f, 6).value().toFloats());
        assertArrayEquals(f.value().narrow(1, 0, 2).toFloats(), layer.forward(f, 2).value().narrow(1, 0, 2).toFloats());
    }

    @Test
    void prefixesAgreeWithMasking() {
        NestedDropout layer = new NestedDropout(16, 3, Rng.seed(1000));
        Tensor f = Tensor.randn(Shape.of(30, 16), Rng.seed(1001));
        Tensor w = Tensor.randn(Shape.of(4, 16), Rng.seed(1002));
        int[] y = Tensor.randint(0, 4, Shape.of(30), Rng.seed(1003)).toInts();
        List<Prefixes.Part> part = List.of(new Prefixes.Part(f, w));
        double[] accuracy = Prefixes.accuracies(part, y);
        for (int k : new int[] {1, 7, 16}) {
            Tensor masked = layer.forward(Variable.of(f), k).value().matmul(w.t());
            assertTrue(masked.sub(Prefixes.logits(part, k)).abs().max().item() < 1e-5);
            int[] predicted = masked.argmax(1).toInts();
            int right = 0;
            for (int i = 0; i < y.length; i++) {
                right += predicted[i] == y[i] ? 1 : 0;
            }
            assertEquals(right / 30.0, accuracy[k - 1], 1e-12);
        }
        assertEquals(2, Prefixes.best(new double[] {0.80, 0.90, 0.90}));
        assertEquals(1, Prefixes.best(new double[] {0.90, 0.900005}));
    }

    @Test
    void smallLossesAreKept() {
        double[] losses = {0.5, 0.1, 2.0, 0.3};
        assertArrayEquals(new int[] {1, 3}, SmallLoss.select(losses, 0.5));
        assertArrayEquals(new int[] {0, 1, 2, 3}, SmallLoss.select(losses, 0));
        assertThrows(ArgumentException.class, () -> SmallLoss.select(new double[] {1}, 0.5));
    }

    @Test
    void symmetricNoiseHasItsRateAndSpread() {
        int[] y = new int[9_005];
        for (int i = 0; i < y.length; i++) {
            y[i] = i < 5 ? 4 : i % 3;
        }
        LabelNoise.Noisy noisy = LabelNoise.symmetric(y, 5, 0.5, Rng.seed(1000));
        int[] flipped = new int[5];
        int[][] to = new int[5][5];
        for (int i = 0; i < y.length; i++) {
            assertEquals(noisy.flipped()[i], noisy.labels()[i] != y[i]);
            flipped[y[i]] += noisy.flipped()[i] ? 1 : 0;
            to[y[i]][noisy.labels()[i]] += noisy.flipped()[i] ? 1 : 0;
        }
        for (int c : new int[] {0, 1, 2, 4}) {
            long n = Arrays.stream(y).filter(v -> v == c).count();
            assertEquals((n + 1) / 2, flipped[c]);
        }
        double chi = 0;
        for (int c = 0; c < 3; c++) {
            for (int other = 0; other < 5; other++) {
                double expected = flipped[c] / 4.0;
                chi += other == c ? 0 : (to[c][other] - expected) * (to[c][other] - expected) / expected;
            }
        }
        assertTrue(chi < 27.9, "chi-square with 9 degrees of freedom beyond its 99.9 % point: " + chi);
        LabelNoise.Noisy pair = LabelNoise.asymmetric(y, new int[] {0, 2, 2, 3, 4}, 0.4, Rng.seed(1000));
        for (int i = 0; i < y.length; i++) {
            assertTrue(!pair.flipped()[i] || y[i] == 1 && pair.labels()[i] == 2);
        }
    }

    private static Layer body(long seed) {
        Rng rng = Rng.seed(seed);
        return new Sequential(new Linear(5, 12, rng), new BatchNorm1d(12), new Relu());
    }

    private static LabelledDataset data(int n) {
        Tensor x = Tensor.randn(Shape.of(n, 5), Rng.seed(1005));
        int[] y = x.narrow(1, 0, 3).argmax(1).toInts();
        return LabelledDataset.of(x, y, 3);
    }

    private static NestedTrainer trainer(int epochs, long seed) {
        return new NestedTrainer(new NestedTrainer.Config(4, 0, 0.05, 0.9, 5e-4, epochs, List.of(), 3, 16), Rng.seed(seed));
    }

    @Test
    void trainingLearnsAndTheTruncatedNetworkAnswersAlike() {
        LabelledDataset data = data(200);
        NestedModel model = trainer(8, 1000).fit(body(1), 12, data, data).best();
        assertTrue(Prefixes.accuracies(List.of(model.part(data.x())), data.labels())[model.bestK() - 1] > 0.85);
        Tensor expected = model.predict(data.x());
        assertTrue(model.truncated().predict(data.x()).sub(expected).abs().max().item() < 1e-5);
        assertArrayEquals(expected.argmax(1).toInts(), model.classify(data.x()));
    }

    @Test
    void batchNormStaysInStageTwoAndTheGivenNetworksDoToo() {
        LabelledDataset data = data(128);
        NestedModel a = trainer(2, 1000).fit(body(1), 12, data, data).best();
        NestedModel b = trainer(2, 1001).fit(body(2), 12, data, data).best();
        Map<String, Tensor> before = a.copy().stateDict();
        CoTeaching.Result r = new CoTeaching(CoTeaching.Config.of(0.25, 0.01, 3, 32), Rng.seed(1000)).finetune(a, b, data, data);
        Map<String, Tensor> after = r.last().networks().get(0).stateDict();
        for (String name : before.keySet()) {
            boolean still = name.startsWith("features.1.") || name.equals("dropout.rng");
            boolean same = Arrays.equals(before.get(name).toDoubles(), after.get(name).toDoubles());
            assertEquals(still, same, name);
            assertArrayEquals(before.get(name).toDoubles(), a.stateDict().get(name).toDoubles(), name);
        }
        assertEquals(2 * 4 * 12, r.epochs().get(2).kept().length, "three quarters of two halves of 16, four batches");
    }

    /** What a learns comes from b's half alone, and with one batch for both, swapping the networks swaps what they learn from. */
    @Test
    void eachLearnsFromThePeersHalf() {
        LabelledDataset data = data(32);
        NestedModel a = trainer(1, 1000).fit(body(1), 12, data, data).best();
        NestedModel b = trainer(1, 1001).fit(body(2), 12, data, data).best();
        int[] all = Tensor.arange(32).toInts();
        CoTeaching halves = new CoTeaching(CoTeaching.Config.of(0.5, 0.01, 1, 32), Rng.seed(1000));
        CoTeaching.Exchange e = halves.exchange(a, b, data.batch(all), 6, 0.5);
        assertTrue(e.forA().length == 8 && e.forB().length == 8);
        assertTrue(Arrays.stream(e.forA()).allMatch(i -> i >= 16) && Arrays.stream(e.forB()).allMatch(i -> i < 16));
        int[] changed = data.labels();
        for (int i = 0; i < 16; i++) {
            changed[i] = (changed[i] + 1) % 3;
        }
        LabelledDataset other = LabelledDataset.of(data.x(), changed, 3);
        assertArrayEquals(e.forA(), halves.exchange(a, b, other.batch(all), 6, 0.5).forA());
        assertArrayEquals(gradient(a, data, all, e.forA()), gradient(a, other, all, e.forA()));
        CoTeaching shared = new CoTeaching(new CoTeaching.Config(0.5, 0, 0.01, 0.9, 0, 1, List.of(), 32, true, true), Rng.seed(1000));
        CoTeaching.Exchange ab = shared.exchange(a, b, data.batch(all), 6, 0.5);
        CoTeaching.Exchange ba = shared.exchange(b, a, data.batch(all), 6, 0.5);
        assertArrayEquals(ab.forA(), ba.forB());
        assertArrayEquals(ab.forB(), ba.forA());
    }

    private static float[] gradient(NestedModel model, LabelledDataset data, int[] all, int[] places) {
        return Grad.grad(CoTeaching.loss(model, data.batch(all), places, 6), model.classifier().weight()).value().toFloats();
    }

    @Test
    void mistakesAreNamed() {
        assertThrows(ArgumentException.class, () -> new NestedDropout(4, -1, Rng.seed(0)));
        NestedDropout layer = new NestedDropout(4, 1, Rng.seed(0));
        Variable f = Variable.of(Tensor.ones(Shape.of(2, 4)));
        assertThrows(IndexException.class, () -> layer.forward(f, 0));
        assertThrows(IndexException.class, () -> layer.forward(f, 5));
        assertThrows(ShapeException.class, () -> layer.forward(Variable.of(Tensor.ones(Shape.of(2, 3))), 1));
        assertThrows(ArgumentException.class, () -> CoTeaching.Config.of(1, 0.1, 1, 8));
        assertThrows(ArgumentException.class, () -> CoTeaching.Config.of(0.9, 0.1, 1, 8));
        assertThrows(ArgumentException.class, () -> CoTeaching.Config.of(0.1, 0.1, 1, 7));
        assertThrows(ArgumentException.class, () -> LabelNoise.symmetric(new int[] {0, 1}, 2, 1, Rng.seed(0)));
        LabelledDataset data = data(32);
        assertThrows(ArgumentException.class, () -> trainer(1, 0).fit(body(1), 12, data, data.subset()));
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        Settings s = Settings.of(new NestedDropoutExperiment().settings(Tier.TINY), Map.of("epochs", "2", "fineEpochs", "1", "images", "300", "hidden", "16"));
        RunRequest request = new RunRequest(Tier.TINY, List.of(1000L), s, DataPlaces.standard(null), null);
        RunResult first = Runner.run(Registry.load().find("nested-dropout"), request, Progress.NONE);
        assertEquals(first.metrics(), Runner.run(Registry.load().find("nested-dropout"), request, Progress.NONE).metrics());
    }
}
