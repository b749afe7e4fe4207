package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.SceneNetwork;
import loam.methods.continual.common.ContinualEvaluator;
import loam.methods.continual.common.ContinualStream;
import loam.methods.continual.nearestmeanclassifier.NearestMeanClassifier;
import loam.methods.continual.nearestmeanclassifier.NearestMeanClassifier.Config;
import loam.methods.continual.nearestmeanclassifier.NearestMeanClassifier.Distance;
import loam.nn.Mode;
import loam.nn.Sequential;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.FormatException;
import loam.tensor.LoamException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import loam.tensor.io.Safetensors;
import loam.tensor.linalg.Linalg;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: means of raw features, means that are normalised where they must not be, a dependence on order, a class that moves another, a
 * sample that stays after it was forgotten, a linear form that predicts otherwise, a backbone that learns.
 */
@Tag("fast")
class NearestMeanClassifierTest {
    private static final int DIM = 7;
    private static final Config COSINE = Config.standard().normalizeMeans(true);
    private static final Config SHARED = Config.standard().distance(Distance.SHARED_COVARIANCE);

    private static Tensor random(int n, long seed) {
        return Tensor.randn(DType.F64, Shape.of(n, DIM), Rng.seed(seed));
    }

    private static int[] labels(int n, int classes, long seed) {
        Rng rng = Rng.seed(seed);
        return IntStream.range(0, n).map(i -> rng.nextInt(classes)).toArray();
    }

    private static Tensor rows(double... values) {
        return Tensor.ofDoubles(Shape.of(values.length / 2, 2), values);
    }

    private static NearestMeanClassifier fitted(Config config, Tensor x, int[] y) {
        NearestMeanClassifier c = new NearestMeanClassifier(DIM, config);
        c.observe(x, y);
        return c;
    }

    private static void assertSameMeans(NearestMeanClassifier a, NearestMeanClassifier b) {
        assertArrayEquals(a.classes(), b.classes());
        for (int c : a.classes()) {
            assertEquals(a.count(c), b.count(c));
            assertArrayEquals(a.mean(c).toDoubles(), b.mean(c).toDoubles(), 1e-6);
        }
    }

    /** Unit check 1. */
    @Test
    void handExample() {
        NearestMeanClassifier c = new NearestMeanClassifier(2);
        c.observe(rows(3, 4, 4, 3, 1, 0), new int[] {0, 0, 1});
        assertArrayEquals(new double[] {0.7, 0.7}, c.mean(0).toDoubles(), 1e-12);
        assertArrayEquals(new double[] {1, 0}, c.mean(1).toDoubles(), 1e-12);
        assertArrayEquals(new double[] {-0.98, -1}, c.linearForm().bias().toDoubles(), 1e-12);
        Tensor query = rows(1, 0.2);
        assertArrayEquals(new double[] {0.332624, 0.038839}, c.distances(query).square().toDoubles(), 1e-6);
        assertArrayEquals(new int[] {1}, c.predict(query));
    }

    /** Unit check 2. */
    @Test
    void anyOrderAndAnyDivisionGiveTheMeansOfOneFit() {
        Tensor x = random(200, 1000);
        int[] y = labels(200, 5, 1001);
        for (Config config : new Config[] {Config.standard(), SHARED}) {
            NearestMeanClassifier whole = fitted(config, x, y);
            NearestMeanClassifier stream = new NearestMeanClassifier(DIM, config);
            NearestMeanClassifier left = new NearestMeanClassifier(DIM, config);
            NearestMeanClassifier right = new NearestMeanClassifier(DIM, config);
            for (int i : Rng.seed(1002).permutation(200)) {
                stream.observe(x.narrow(0, i, 1), new int[] {y[i]});
                (i < 60 ? left : right).observe(x.narrow(0, i, 1), new int[] {y[i]});
            }
            assertSameMeans(whole, stream);
            assertSameMeans(whole, left.merge(right));
            assertTrue(left.count(0) < whole.count(0), "merging leaves both as they were");
            Tensor query = random(50, 1003);
            assertArrayEquals(whole.distances(query).toDoubles(), left.merge(right).distances(query).toDoubles(), 1e-6);
        }
        int[] one = IntStream.range(0, 200).filter(i -> y[i] == 3).toArray();
        double[] mean = new double[DIM];
        for (int i : one) {
            double[] row = x.select(0, i).toDoubles();
            double norm = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
            IntStream.range(0, DIM).forEach(j -> mean[j] += row[j] / norm / one.length);
        }
        assertArrayEquals(mean, fitted(Config.standard(), x, y).mean(3).toDoubles(), 1e-12);
    }

    /** Unit check 3, for every variant. */
    @Test
    void linearFormPredictsTheNearest() {
        Tensor x = random(120, 1010);
        int[] y = labels(120, 6, 1011);
        Tensor query = random(1000, 1012);
        for (Config config : new Config[] {Config.standard(), COSINE, SHARED, Config.standard().normalizeInput(false)}) {
            NearestMeanClassifier c = fitted(config, x, y);
            int[] nearest = Arrays.stream(c.distances(query).argmin(1).toInts()).map(k -> c.classes()[k]).toArray();
            assertArrayEquals(nearest, c.predict(query), config.toString());
        }
    }

    /** Unit check 4. */
    @Test
    void lengthsDoNotMatter() {
        Tensor x = random(60, 1020);
        int[] y = labels(60, 4, 1021);
        Tensor scales = Tensor.rand(DType.F64, Shape.of(60, 1), Rng.seed(1022)).add(0.1).mul(50);
        NearestMeanClassifier one = fitted(Config.standard(), x, y);
        NearestMeanClassifier other = fitted(Config.standard(), x.mul(scales), y);
        assertSameMeans(one, other);
        Tensor query = random(300, 1023);
        assertArrayEquals(one.predict(query), other.predict(query.mul(7)));
        assertTrue(Math.abs(fitted(Config.standard().normalizeInput(false), x.mul(scales), y).mean(0).norm(2, false, 0).item()) > 1.5);
    }

    /** Unit check 5. */
    @Test
    void aNewClassMovesNoOther() {
        NearestMeanClassifier c = fitted(Config.standard(), random(60, 1030), labels(60, 4, 1031));
        double[][] before = IntStream.range(0, 4).mapToObj(k -> c.mean(k).toDoubles()).toArray(double[][]::new);
        c.observe(random(10, 1032), IntStream.range(0, 10).map(i -> 9).toArray());
        IntStream.range(0, 4).forEach(k -> assertArrayEquals(before[k], c.mean(k).toDoubles(), 0.0));
        assertArrayEquals(new int[] {0, 1, 2, 3, 9}, c.classes());
    }

    /** Unit check 6. */
    @Test
    void whatIsForgottenIsGone() {
        Tensor x = random(60, 1040);
        int[] y = labels(60, 4, 1041);
        for (Config config : new Config[] {Config.standard(), SHARED}) {
            NearestMeanClassifier c = fitted(config, x, y);
            Tensor more = random(5, 1042);
            int[] moreLabels = {0, 1, 1, 7, 0};
            c.observe(more, moreLabels);
            c.forget(more, moreLabels);
            assertSameMeans(fitted(config, x, y), c);
            assertEquals(0, c.count(7), "a class without a feature is gone");
            Tensor query = random(50, 1043);
            assertArrayEquals(fitted(config, x, y).distances(query).toDoubles(), c.distances(query).toDoubles(), 1e-6);
            assertThrows(ArgumentException.class, () -> c.forget(more.narrow(0, 0, 1), new int[] {7}));
        }
        NearestMeanClassifier two = new NearestMeanClassifier(DIM);
        two.observe(x.narrow(0, 0, 1), new int[] {1});
        assertThrows(ArgumentException.class, () -> two.forget(x.narrow(0, 0, 2), new int[] {1, 1}), "below a count of 0");
        assertEquals(1, two.count(1), "a refused call changes nothing");
        two.forgetClass(1);
        assertArrayEquals(new int[0], two.classes());
        assertThrows(ArgumentException.class, () -> two.forgetClass(1));
        assertThrows(StateException.class, () -> fitted(SHARED, x, y).forgetClass(0));
    }

    /** Unit check 7. */
    @Test
    void oneSampleAClassIsTheNearestNeighbour() {
        Tensor x = random(20, 1050);
        NearestMeanClassifier c = fitted(Config.standard(), x, IntStream.range(0, 20).toArray());
        Tensor unit = x.div(x.norm(2, true, 1));
        Tensor query = random(100, 1051);
        Tensor cosines = query.div(query.norm(2, true, 1)).matmul(unit.t());
        assertArrayEquals(cosines.argmax(1).toInts(), c.predict(query));
    }

    /** Unit check 8: parameters and the statistics of batch norms, also while the network is in training mode outside. */
    @Test
    void theBackboneStaysAsItIs() {
        Sequential network = SceneNetwork.untrained(3, Rng.seed(1060));
        Map<String, float[]> before = new HashMap<>();
        network.stateDict().forEach((n, t) -> before.put(n, t.to(DType.F32).toFloats()));
        Tensor images = Tensor.randn(Shape.of(12, 1, 32, 32), Rng.seed(1061));
        try (Mode mode = network.train()) {
            FeatureExtractor phi = SceneNetwork.features(network, "conv3");
            LabelledDataset data = LabelledDataset.of(images, new int[] {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3});
            ContinualStream stream = ContinualStream.ofClasses(List.of(new int[] {2, 0}, new int[] {1, 3}), data, data).map(phi::features);
            ContinualEvaluator.run(stream, new NearestMeanClassifier(phi.dim()));
        }
        network.stateDict().forEach((n, t) -> assertArrayEquals(before.get(n), t.to(DType.F32).toFloats(), 0f, n));
    }

    /** Unit check 9. */
    @Test
    void meansAreNotNormalisedUnlessAskedFor() {
        Tensor x = rows(1, 0, -0.6, 0.8, 0, 1);
        int[] y = {0, 0, 1};
        NearestMeanClassifier plain = new NearestMeanClassifier(2);
        NearestMeanClassifier cosine = new NearestMeanClassifier(2, COSINE);
        plain.observe(x, y);
        cosine.observe(x, y);
        assertArrayEquals(new double[] {0.2, 0.4}, plain.mean(0).toDoubles(), 1e-12);
        Tensor queries = rows(0.6, 0.8, 0, 1);
        assertArrayEquals(new double[] {0.32, 0.40, 0.40, 0}, plain.distances(queries).square().toDoubles(), 1e-12);
        double[] d = cosine.distances(queries.narrow(0, 0, 1)).square().toDoubles();
        assertArrayEquals(new double[] {0.983870, 0.8}, new double[] {1 - d[0] / 2, 1 - d[1] / 2}, 1e-6, "cosines");
        assertArrayEquals(new int[] {0, 1}, plain.predict(queries));
        assertEquals(0, cosine.predict(queries)[0]);
    }

    @Test
    void equalsGoToTheLowestLabel() {
        NearestMeanClassifier c = new NearestMeanClassifier(2);
        c.observe(rows(1, 0, 1, 0, 0, 1), new int[] {8, 3, 5});
        assertArrayEquals(new int[] {3, 5, 3}, c.predict(rows(1, 0, 0, 2, 1, 1)));
    }

    @Test
    void sharedCovarianceIsTheMahalanobisDistance() {
        Tensor x = random(80, 1070);
        int[] y = labels(80, 3, 1071);
        NearestMeanClassifier c = fitted(SHARED, x, y);
        Tensor e = x.div(x.norm(2, true, 1));
        Tensor centred = Tensor.stack(0, IntStream.range(0, 80).mapToObj(i -> e.select(0, i).sub(c.mean(y[i]))).toArray(Tensor[]::new));
        Tensor s = centred.t().matmul(centred).div(80);
        Tensor inverse = Linalg.inverse(s.add(Tensor.eye(DType.F64, DIM).mul(0.01 * s.trace().item() / DIM)));
        Tensor d = e.narrow(0, 4, 1).sub(c.mean(2).reshape(1, DIM));
        assertEquals(Math.sqrt(d.matmul(inverse).matmul(d.t()).item()), c.distances(x.narrow(0, 4, 1)).at(0, 2), 1e-9);
    }

    @Test
    void savedAndLoaded(@TempDir Path folder) {
        Tensor x = random(60, 1080);
        int[] y = labels(60, 4, 1081);
        Path file = folder.resolve("means.safetensors");
        for (Config config : new Config[] {Config.standard(), SHARED}) {
            NearestMeanClassifier c = fitted(config, x, y);
            c.save(file);
            NearestMeanClassifier back = NearestMeanClassifier.load(file, config);
            assertArrayEquals(c.distances(x).toDoubles(), back.distances(x).toDoubles(), 0.0);
            assertEquals(c.count(2), back.count(2));
            assertThrows(ArgumentException.class, () -> NearestMeanClassifier.load(file, config.normalizeInput(false)), "sums of another kind of features");
            assertArrayEquals(c.mean(2).toDoubles(), NearestMeanClassifier.load(file, config.normalizeMeans(true)).mean(2).toDoubles(), 0.0);
        }
        assertThrows(ArgumentException.class, () -> NearestMeanClassifier.load(file, Config.standard()));
        Safetensors.write(file, Map.of("sums", x));
        assertThrows(FormatException.class, () -> NearestMeanClassifier.load(file, Config.standard()));
    }

    @Test
    void mistakesAreNamed() {
        NearestMeanClassifier c = new NearestMeanClassifier(DIM);
        Tensor x = random(3, 1090);
        int[] y = {0, 1, 1};
        assertThrows(StateException.class, () -> c.predict(x));
        assertThrows(StateException.class, () -> c.distances(x));
        assertThrows(ShapeException.class, () -> c.observe(rows(1, 2), new int[] {0}));
        assertThrows(ShapeException.class, () -> c.observe(x, new int[] {0}));
        assertThrows(ArgumentException.class, () -> c.observe(x.mul(Double.NaN), y));
        assertThrows(ArgumentException.class, () -> c.observe(x.div(0), y));
        assertThrows(ArgumentException.class, () -> c.observe(x, new int[] {0, -1, 1}));
        LoamException zero = assertThrows(ArgumentException.class, () -> c.observe(x.mul(Tensor.ofDoubles(Shape.of(3, 1), 1, 0, 1)), y));
        assertTrue(zero.getMessage().contains("row") && zero.getMessage().contains("1"), zero.getMessage());
        assertArrayEquals(new int[0], c.classes(), "a refused call changes nothing");
        c.observe(x, y);
        assertThrows(ShapeException.class, () -> c.predict(rows(1, 2)));
        assertThrows(ArgumentException.class, () -> c.mean(4));
        assertThrows(ArgumentException.class, () -> c.merge(new NearestMeanClassifier(DIM, COSINE)));
        assertThrows(ArgumentException.class, () -> c.merge(new NearestMeanClassifier(DIM + 1)));
        assertThrows(ArgumentException.class, () -> new NearestMeanClassifier(0));
        assertThrows(ArgumentException.class, () -> new Config(true, false, Distance.EUCLIDEAN, 0));
        assertThrows(StateException.class, () -> fitted(SHARED, x.narrow(0, 0, 2), new int[] {0, 1}).predict(x), "no spread within classes");
        NearestMeanClassifier raw = new NearestMeanClassifier(DIM, Config.standard().normalizeInput(false));
        raw.observe(Tensor.zeros(DType.F64, Shape.of(1, DIM)), new int[] {0});
        assertArrayEquals(new int[] {0}, raw.predict(Tensor.zeros(DType.F64, Shape.of(1, DIM))), "zeros are a point like any other");
    }
}
