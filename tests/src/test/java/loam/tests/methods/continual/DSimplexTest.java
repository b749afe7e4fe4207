package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import loam.autograd.GradCheck;
import loam.autograd.Variable;
import loam.methods.Progress;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.continual.common.RehearsedTraining;
import loam.methods.continual.dsimplex.CompatibleTrainer;
import loam.methods.continual.dsimplex.DSimplexExperiment;
import loam.methods.continual.dsimplex.HocLoss;
import loam.methods.continual.dsimplex.SimplexClassifier;
import loam.methods.data.DataPlaces;
import loam.nn.BatchNorm1d;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.IndexException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: a simplex that is rebuilt, scaled, trained or lacks its free slots; slots of provider and user that meet; entries of the same class
 * left out of the HOC loss by default; a gradient to the old features; an old model in training mode, or one that moves with the new one.
 * Numbers in comments are those of the specification's checks.
 */
@Tag("fast")
class DSimplexTest {
    private static Tensor random(int n, int d, long seed) {
        return Tensor.randn(DType.F64, Shape.of(n, d), Rng.seed(seed));
    }

    private static RehearsedTraining training(int epochs) {
        return new RehearsedTraining(0.05, 0, epochs, 16, 5e-4);
    }

    private static CompatibleTrainer.Config config(double lambda) {
        return new CompatibleTrainer.Config(lambda, HocLoss.standard(), 5, training(3));
    }

    private static Layer network(int in, int out, long seed) {
        Rng rng = Rng.seed(seed);
        return new Sequential(new Linear(in, 12, rng), new BatchNorm1d(12), new Relu(), new Linear(12, out, false, rng));
    }

    /** Two classes that are easy to tell apart, under the given labels. */
    private static LabelledDataset task(int a, int b, int classes, long seed) {
        Tensor x = Tensor.randn(Shape.of(60, 4), Rng.seed(seed));
        int[] labels = IntStream.range(0, 60).map(i -> i % 2 == 0 ? a : b).toArray();
        double[] shift = IntStream.range(0, 240).mapToDouble(i -> i / 4 % 2 == 0 ? a % 4 == i % 4 ? 2 : 0 : b % 4 == i % 4 ? 2 : 0).toArray();
        return LabelledDataset.of(x.add(Tensor.ofDoubles(Shape.of(60, 4), shift).to(DType.F32)), labels, classes);
    }

    /** Check 1. */
    @Test
    void smallSimplexes() {
        double s = 0.965926;
        double t = -0.258819;
        double r = -0.707107;
        assertArrayEquals(new double[] {s, t, t, s, r, r}, new SimplexClassifier(3).weights(DType.F64).toDoubles(), 1e-6);
        assertArrayEquals(new double[] {1, -1}, new SimplexClassifier(2).weights(DType.F64).toDoubles(), 1e-12);
    }

    /** Check 2. */
    @Test
    void verticesAreAsFarApartAsCanBe() {
        int k = 64;
        SimplexClassifier classifier = new SimplexClassifier(k);
        Tensor w = classifier.weights(DType.F64);                               // products of F32 numbers round by more than 1e-6
        double[] gram = w.matmul(w.t()).toDoubles();
        double[] inner = w.t().matmul(w).toDoubles();
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                assertEquals(i == j ? 1 : -1.0 / (k - 1), gram[i * k + j], 1e-6);
                if (i < k - 1 && j < k - 1) {
                    assertEquals(i == j ? k / (k - 1.0) : 0, inner[i * (k - 1) + j], 1e-6);
                }
            }
        }
        assertArrayEquals(new double[k - 1], w.sum(0).toDoubles(), 1e-6);
        assertArrayEquals(w.toDoubles(), classifier.weights().toDoubles(), 1e-7);
    }

    /** Check 3. */
    @Test
    void theSimplexNeverMoves() {
        SimplexClassifier classifier = new SimplexClassifier(8);
        float[] before = classifier.weights().toFloats();
        assertTrue(classifier.parameters().isEmpty() && classifier.stateDict().isEmpty());
        CompatibleTrainer trainer = new CompatibleTrainer(classifier, network(4, 7, 1), config(0.1), Rng.seed(2));
        trainer.update(task(classifier.localSlot(0), classifier.localSlot(1), 8, 3));
        trainer.replace(network(4, 7, 4));
        trainer.update(task(classifier.localSlot(2), classifier.localSlot(3), 8, 5));
        assertArrayEquals(before, classifier.weights().toFloats(), 0f);
        assertArrayEquals(before, new SimplexClassifier(8, 4, 4).weights().toFloats(), 0f);
        assertArrayEquals(before, ((SimplexClassifier) classifier.copy()).weights().toFloats(), 0f);
    }

    /** Check 4. */
    @Test
    void freeSlotsAreAllAlike() {
        SimplexClassifier classifier = new SimplexClassifier(6);
        int[] labels = {0, 1, 1};
        Tensor scores = classifier.forward(random(3, 5, 6)).value();
        double loss = Losses.crossEntropy(scores, labels).item();
        Tensor permuted = scores.indexSelect(1, 0, 1, 5, 3, 2, 4);
        assertEquals(loss, Losses.crossEntropy(permuted, labels).item(), 1e-12);
        double used = Losses.crossEntropy(scores.narrow(1, 0, 2), labels).item();
        assertTrue(loss > used + 0.1, "slots without a class take part in the softmax");
    }

    /** Check 5. */
    @Test
    void scoresAreNeitherScaledNorNormalised() {
        int k = 32;
        SimplexClassifier classifier = new SimplexClassifier(k);
        Tensor w = classifier.weights(DType.F64);
        for (double c : new double[] {0, 0.5, 3, 20}) {
            double expected = Math.log1p((k - 1) * Math.exp(-c * k / (k - 1.0)));
            assertEquals(expected, Losses.crossEntropy(classifier.forward(w.narrow(0, 7, 1).mul(c)), new int[] {7}).item(), 1e-9);
        }
    }

    /** Check 6. */
    @Test
    void hocHandExample() {
        Tensor u = Tensor.eye(DType.F64, 2);
        assertEquals(-9.306853, HocLoss.standard().forward(u, u, new int[] {0, 1}).item(), 1e-6);
        assertEquals(-9.306853, HocLoss.standard().forward(u, u, new int[] {0, 0}).item(), 1e-6);
        assertEquals(-10, new HocLoss(10, true).forward(u, u, new int[] {0, 1}).item(), 1e-6);
        assertThrows(ArgumentException.class, () -> new HocLoss(10, true).forward(u, u, new int[] {0, 0}));
        // Old features are the rows: with different old and new the sum goes over the new ones of the batch.
        Tensor v = Tensor.ofDoubles(Shape.of(3, 2), 1, 0, 0, 1, 0.6, 0.8);
        Tensor n = Tensor.ofDoubles(Shape.of(3, 2), 0.8, 0.6, 0, 1, -1, 0);
        int[] labels = {0, 1, 0};
        double[][] s = new double[3][3];
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double row = 0;
            for (int j = 0; j < 3; j++) {
                s[i][j] = 10 * (v.at(i, 0) * n.at(j, 0) + v.at(i, 1) * n.at(j, 1));
                row += Math.exp(labels[i] == labels[j] ? 0 : s[i][j]);
            }
            sum += Math.log(row) - s[i][i];
        }
        assertEquals(sum / 3, HocLoss.standard().forward(n, v, labels).item(), 1e-9);
    }

    /** Check 7. */
    @Test
    void hocGradient() {
        Tensor old = random(6, 5, 10);
        Tensor fresh = random(6, 5, 11);
        int[] labels = {0, 1, 0, 2, 2, 1};
        for (boolean exclude : new boolean[] {false, true}) {
            HocLoss hoc = new HocLoss(3, exclude);
            assertTrue(GradCheck.jacobian(v -> hoc.forward(v[0], old, labels), fresh) < 1e-6);
            Variable u = Variable.of(fresh).requiresGrad();
            Variable loss = hoc.forward(u, old, labels);
            loss.backward();
            double[] along = u.grad().mul(fresh).sum(1).toDoubles();
            assertArrayEquals(new double[6], along, 1e-12, "the length of a feature does not count");
            assertEquals(loss.item(), hoc.forward(fresh.mul(7), old.mul(0.3), labels).item(), 1e-9);
        }
        Variable before = Variable.of(old).requiresGrad();
        Variable u = Variable.of(fresh).requiresGrad();
        HocLoss.standard().forward(u, before.value(), labels).backward();
        assertEquals(null, before.grad(), "old features are constants");
    }

    /** Check 9. */
    @Test
    void slotsOfProviderAndUserAreDisjoint() {
        SimplexClassifier classifier = new SimplexClassifier(1024);
        assertEquals(1023, classifier.localSlot(0));
        assertEquals(0, classifier.providerSlot(0));
        assertThrows(ArgumentException.class, () -> new SimplexClassifier(1024, 600, 500));
        SimplexClassifier shared = new SimplexClassifier(1024, 600, 424);
        assertEquals(599, shared.providerSlot(599));
        assertEquals(600, shared.localSlot(423));
        assertThrows(IndexException.class, () -> shared.providerSlot(600));
        assertThrows(IndexException.class, () -> shared.localSlot(424));
        assertThrows(IndexException.class, () -> shared.localSlot(-1));
        assertThrows(ArgumentException.class, () -> new SimplexClassifier(1));
    }

    @Test
    void theOldModelIsInEvaluationModeAndStays() {
        SimplexClassifier classifier = new SimplexClassifier(8);
        Layer start = network(4, 7, 20);
        Map<String, Tensor> before = start.stateDict();
        CompatibleTrainer trainer = new CompatibleTrainer(classifier, start, config(0.1), Rng.seed(21));
        Layer first = trainer.update(task(7, 6, 8, 22));
        Map<String, Tensor> learned = first.stateDict();
        assertFalse(Arrays.equals(before.get("1.running_mean").toFloats(), learned.get("1.running_mean").toFloats()), "the new model trains");
        Layer second = trainer.update(task(5, 4, 8, 23));
        before.forEach((name, value) -> assertArrayEquals(value.toDoubles(), start.stateDict().get(name).toDoubles(), 0.0, name));
        learned.forEach((name, value) -> assertArrayEquals(value.toDoubles(), first.stateDict().get(name).toDoubles(), 0.0, name));
        assertNotEquals(first, second);
        assertEquals(5, trainer.memory().kept(7));
    }

    @Test
    void hocKeepsFeaturesWhereTheyWere() {
        SimplexClassifier classifier = new SimplexClassifier(8);
        LabelledDataset first = task(7, 6, 8, 30);
        double[] moved = new double[2];
        for (int i = 0; i < 2; i++) {
            CompatibleTrainer.Config config = new CompatibleTrainer.Config(i == 0 ? 1 : 0.1, HocLoss.standard(), 5, training(30));
            CompatibleTrainer trainer = new CompatibleTrainer(classifier, network(4, 7, 31), config, Rng.seed(32));
            trainer.update(first);
            LabelledDataset next = task(5, 4, 8, 33);
            Tensor old = trainer.model().predict(next.x());
            Tensor now = trainer.update(next).predict(next.x());
            Tensor cosine = old.mul(now).sum(1).div(old.norm(2, false, 1)).div(now.norm(2, false, 1));
            moved[i] = 1 - cosine.mean().item();
        }
        assertTrue(moved[1] < moved[0], "without HOC " + moved[0] + ", with it " + moved[1]);
    }

    @Test
    void mistakesAreNamed() {
        SimplexClassifier classifier = new SimplexClassifier(8);
        assertThrows(ShapeException.class, () -> classifier.forward(Tensor.zeros(Shape.of(2, 8))));
        for (double lambda : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(ArgumentException.class, () -> config(lambda));
        }
        assertThrows(ArgumentException.class, () -> new HocLoss(0, false));
        HocLoss hoc = HocLoss.standard();
        assertThrows(ShapeException.class, () -> hoc.forward(random(3, 4, 1), random(2, 4, 2), new int[] {0, 1, 2}));
        assertThrows(ShapeException.class, () -> hoc.forward(random(3, 4, 1), random(3, 4, 2), new int[] {0, 1}));
        Tensor withZero = random(3, 4, 1).mul(Tensor.ofDoubles(Shape.of(3, 1), 1, 0, 1));
        assertThrows(ArgumentException.class, () -> hoc.forward(withZero, random(3, 4, 2), new int[] {0, 1, 2}));
        assertThrows(ArgumentException.class, () -> hoc.forward(random(3, 4, 1), withZero, new int[] {0, 1, 2}));
        CompatibleTrainer trainer = new CompatibleTrainer(classifier, network(4, 7, 1), config(1), Rng.seed(2));
        assertThrows(IndexException.class, () -> trainer.update(task(8, 1, 9, 3)));
        CompatibleTrainer narrow = new CompatibleTrainer(classifier, network(4, 6, 1), config(1), Rng.seed(2));
        assertThrows(ShapeException.class, () -> narrow.update(task(0, 1, 8, 3)));
        assertThrows(ArgumentException.class, () -> new RehearsedTraining(0.1, 0, 0, 16, 0));
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        Map<String, String> few = Map.of("deliveryEpochs", "10", "epochs", "1");
        RunRequest request = new RunRequest(Tier.TINY, List.of(1000L), Settings.of(new DSimplexExperiment().settings(Tier.TINY), few),
                DataPlaces.standard(null), null);
        Map<String, List<Double>> one = Runner.run(Registry.load().find("d-simplex"), request, Progress.NONE).metrics();
        assertEquals(one, Runner.run(Registry.load().find("d-simplex"), request, Progress.NONE).metrics());
        assertTrue(one.get("letters.P.simplex.self").get(0) > 0.3, one.toString());
    }
}
