package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import loam.autograd.Grad;
import loam.autograd.GradCheck;
import loam.autograd.Variable;
import loam.methods.Progress;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.continual.common.FewShotScores;
import loam.methods.continual.teen.Teen;
import loam.methods.continual.teen.TeenExperiment;
import loam.methods.data.DataPlaces;
import loam.nn.CosineClassifier;
import loam.nn.Losses;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: the roles of alpha swapped, T in the softmax, anchors among the new classes, normalised features averaged instead of an average
 * normalised, old prototypes that move, a cosine head with a wrong gradient, a harmonic mean of nothing.
 */
@Tag("fast")
class TeenTest {
    private static final int[] IDS = {4, 0, 9};

    private static Tensor random(int n, int d, long seed) {
        return Tensor.randn(DType.F64, Shape.of(n, d), Rng.seed(seed));
    }

    private static Teen teen(double alpha, double tau) {
        Teen teen = new Teen(new Teen.Config(alpha, tau, 16));
        teen.setBasePrototypes(random(3, 6, 1000), IDS);
        return teen;
    }

    private static double[] unit(double[] v) {
        double norm = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
        return Arrays.stream(v).map(x -> x / norm).toArray();
    }

    @Test
    void withoutTheMixItIsTheNearestCosinePrototype() {
        Teen teen = teen(0, 16);
        Tensor few = random(5, 6, 1001);
        teen.addClasses(few, new int[] {2, 2, 2, 2, 2});
        assertArrayEquals(unit(few.mean(0).toDoubles()), teen.prototype(2).toDoubles(), 1e-12);
        Tensor x = random(200, 6, 1002);
        int[] classes = teen.classes();
        assertArrayEquals(new int[] {4, 0, 9, 2}, classes);
        int[] predicted = teen.predict(x);
        for (int i = 0; i < 200; i++) {
            double[] q = unit(x.select(0, i).toDoubles());
            double best = Double.NEGATIVE_INFINITY;
            int label = -1;
            for (int c : classes) {
                double[] p = teen.prototype(c).toDoubles();
                double cosine = IntStream.range(0, 6).mapToDouble(j -> q[j] * p[j]).sum();
                if (cosine > best) {
                    best = cosine;
                    label = c;
                }
            }
            assertEquals(label, predicted[i]);
        }
    }

    @Test
    void theMixAloneLiesInTheSpanOfTheBase() {
        Teen teen = teen(1, 16);
        teen.addClasses(random(5, 6, 1001), new int[] {2, 2, 2, 2, 2});
        double[] p = teen.prototype(2).toDoubles();
        double[] w = teen.calibrationWeights(2);
        double[] mix = new double[6];
        for (int b = 0; b < 3; b++) {
            double[] base = teen.prototype(IDS[b]).toDoubles();
            for (int j = 0; j < 6; j++) {
                mix[j] += w[b] * base[j];
            }
        }
        assertArrayEquals(unit(mix), p, 1e-12);
    }

    @Test
    void weightsGoFromUniformToOneHot() {
        for (double tau : new double[] {1e-9, 16, 1e4}) {
            Teen teen = teen(0.5, tau);
            teen.addClasses(random(5, 6, 1001), new int[] {2, 2, 2, 2, 2});
            double[] w = teen.calibrationWeights(2);
            assertEquals(1, w[0] + w[1] + w[2], 1e-12);
            if (tau < 1) {
                assertArrayEquals(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, w, 1e-6);
            } else if (tau > 100) {
                double[] q = unit(random(5, 6, 1001).mean(0).toDoubles());
                int nearest = IntStream.range(0, 3).boxed().max(Comparator.comparingDouble(b -> {
                    double[] base = teen.prototype(IDS[b]).toDoubles();
                    return IntStream.range(0, 6).mapToDouble(j -> q[j] * base[j]).sum();
                })).orElseThrow();
                assertEquals(1, w[nearest], 1e-6);
            }
        }
    }

    @Test
    void handExample() {
        Teen teen = new Teen(new Teen.Config(0.5, 16, 16));
        teen.setBasePrototypes(Tensor.of(Shape.of(2, 2), 1, 0, 0, 1), new int[] {0, 1});
        teen.addClasses(Tensor.of(Shape.of(1, 2), 3, 4), new int[] {2});
        assertArrayEquals(new double[] {0.039166, 0.960834}, teen.calibrationWeights(2), 1e-6);
        assertArrayEquals(new double[] {0.320364, 0.899585}, teen.prototype(2).toDoubles(), 1e-6);
    }

    @Test
    void lengthsDoNotMatter() {
        Tensor base = random(3, 6, 1000);
        Tensor few = random(5, 6, 1001);
        int[] labels = {2, 2, 2, 2, 2};
        Teen one = teen(0.3, 16);
        one.addClasses(few, labels);
        Teen other = new Teen(new Teen.Config(0.3, 16, 16));
        other.setBasePrototypes(base.mul(Tensor.ofDoubles(Shape.of(3, 1), 2, 0.5, 11)), IDS);
        other.addClasses(few.mul(7), labels);
        assertArrayEquals(one.prototype(2).toDoubles(), other.prototype(2).toDoubles(), 1e-12);
        Tensor x = random(100, 6, 1002);
        assertArrayEquals(one.predict(x), other.predict(x.mul(3)));
    }

    @Test
    void sessionsDoNotTouchEachOther() {
        Tensor a = random(5, 6, 1003);
        Tensor b = random(5, 6, 1004);
        Teen one = teen(0.4, 16);
        one.addClasses(a, new int[] {1, 1, 1, 2, 2});
        double[][] before = IntStream.of(one.classes()).mapToObj(c -> one.prototype(c).toDoubles()).toArray(double[][]::new);
        one.addClasses(b, new int[] {5, 5, 5, 6, 6});
        for (int i = 0; i < before.length; i++) {
            assertArrayEquals(before[i], one.prototype(one.classes()[i]).toDoubles(), 0.0);
        }
        Teen other = teen(0.4, 16);
        other.addClasses(b, new int[] {5, 5, 5, 6, 6});
        other.addClasses(a, new int[] {1, 1, 1, 2, 2});
        for (int c : one.classes()) {
            assertArrayEquals(one.prototype(c).toDoubles(), other.prototype(c).toDoubles(), 0.0);
        }
    }

    @Test
    void cosineHead() {
        Rng rng = Rng.seed(1005);
        Tensor x = random(7, 5, 1006);
        Tensor w = random(4, 5, 1007);
        assertTrue(GradCheck.jacobian(v -> CosineClassifier.cosines(v[0], v[1]).mul(16), x, w) < 1e-6);
        CosineClassifier head = new CosineClassifier(5, 4, 16, rng);
        assertEquals(0, head.predict(x.to(DType.F32)).abs().gt(16).any().toInts()[0]);
        Variable loss = Losses.crossEntropy(head.forward(x.to(DType.F32)), new int[] {0, 1, 2, 3, 0, 1, 2});
        Grad.backward(loss);
        double[] along = head.weight().grad().mul(head.weight().value()).sum(1).toDoubles();
        assertArrayEquals(new double[4], along, 1e-5);
        assertArrayEquals(new float[4], head.predict(Tensor.zeros(Shape.of(1, 5))).toFloats(), 0f);
        assertThrows(ShapeException.class, () -> head.predict(Tensor.zeros(Shape.of(1, 4))));
        assertThrows(ArgumentException.class, () -> new CosineClassifier(5, 4, 0, rng));
    }

    @Test
    void scores() {
        assertEquals(0.6102, FewShotScores.harmonic(0.9255, 0.4551), 1e-4);
        assertEquals(0, FewShotScores.harmonic(0, 0));
        // Base classes 0 and 1, new class 2: one of two base samples right, one of four new ones; two of the new ones taken for base.
        FewShotScores s = FewShotScores.of(new int[] {0, 2, 2, 3, 0, 1}, new int[] {0, 1, 2, 2, 2, 2}, new int[] {0, 1});
        assertEquals(2 / 6.0, s.all(), 1e-12);
        assertEquals(0.5, s.seen(), 1e-12);
        assertEquals(0.25, s.unseen(), 1e-12);
        assertEquals(1 / 3.0, s.harmonic(), 1e-9);
        assertEquals(0.5, s.newToBase(), 1e-12);
    }

    @Test
    void mistakesAreNamed() {
        Teen empty = new Teen(Teen.Config.standard());
        Tensor few = random(2, 6, 1001);
        assertThrows(StateException.class, () -> empty.addClasses(few, new int[] {1, 1}));
        assertThrows(StateException.class, () -> empty.predict(few));
        Teen teen = teen(0.5, 16);
        assertThrows(ArgumentException.class, () -> teen.addClasses(few, new int[] {1, 9}), "class 9 is known");
        assertArrayEquals(IDS, teen.classes(), "nothing of a refused session stays");
        assertThrows(ArgumentException.class, () -> teen.addClasses(Tensor.zeros(Shape.of(2, 6)), new int[] {1, 1}));
        assertThrows(ShapeException.class, () -> teen.addClasses(random(2, 5, 1), new int[] {1, 1}));
        assertThrows(ArgumentException.class, () -> teen.addClasses(few.mul(Double.NaN), new int[] {1, 1}));
        assertThrows(ArgumentException.class, () -> teen.calibrationWeights(9), "base classes have no weights");
        assertThrows(ArgumentException.class, () -> teen.setBasePrototypes(Tensor.zeros(Shape.of(1, 6)), new int[] {1}));
        for (double alpha : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(ArgumentException.class, () -> new Teen.Config(alpha, 16, 16));
        }
        assertThrows(ArgumentException.class, () -> new Teen.Config(0.5, 0, 16));
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        Map<String, String> few = Map.of("draws", "1", "rows", "2000", "epochs", "2", "tuneSteps", "3");
        RunRequest request = new RunRequest(Tier.TINY, List.of(1000L), Settings.of(new TeenExperiment().settings(Tier.TINY), few), DataPlaces.standard(null), null);
        RunResult one = Runner.run(Registry.load().find("teen"), request, Progress.NONE);
        assertEquals(one.metrics(), Runner.run(Registry.load().find("teen"), request, Progress.NONE).metrics());
        assertTrue(one.metrics().get("plain.seen").get(0) > 0.3, one.metrics().toString());
    }
}
