package loam.tests.methods.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.LinearSvm;
import loam.methods.common.SceneNetwork;
import loam.methods.common.SvmCost;
import loam.methods.features.cnnofftheshelf.Augmenter;
import loam.methods.features.cnnofftheshelf.FeaturePipeline;
import loam.methods.features.cnnofftheshelf.Hog;
import loam.methods.features.cnnofftheshelf.OffTheShelfClassifier;
import loam.methods.features.cnnofftheshelf.PatchPyramid;
import loam.methods.features.cnnofftheshelf.Pooling;
import loam.methods.features.cnnofftheshelf.SpatialRetrieval;
import loam.nn.Sequential;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.NumericException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: PCA that is no rotation, whitening that is not white, a zero feature that becomes NaN, pooled responses that lose a version,
 * versions of one image in two folds, patches of wrong size or order, a query that does not find itself, parameters changed by a fit. The
 * solver's own hand examples stand in LinearSvmTest.
 */
@Tag("fast")
class CnnOffTheShelfTest {
    private static Tensor random(int n, int d, long seed) {
        return Tensor.randn(DType.F64, Shape.of(n, d), Rng.seed(seed)).matmul(Tensor.randn(DType.F64, Shape.of(d, d), Rng.seed(seed + 1))).add(0.3);
    }

    private static Tensor images(int n, int side, long seed) {
        return Tensor.rand(Shape.of(n, 1, side, side), Rng.seed(seed));
    }

    private static int[] labels(int n, int classes) {
        return IntStream.range(0, n).map(i -> i % classes).toArray();
    }

    // 4

    @Test
    void afterWhiteningTheCovarianceIsTheIdentity() {
        Tensor x = random(200, 12, 1000);
        Tensor z = new FeaturePipeline().pca(9).whiten(0).fitTransform(x);
        assertArrayEquals(Tensor.eye(9).toDoubles(), z.t().matmul(z).div(199).toDoubles(), 1e-3);
        assertArrayEquals(new double[9], z.mean(0).toDoubles(), 1e-9);
    }

    @Test
    void theSignedRootKeepsTheSign() {
        Tensor x = Tensor.ofDoubles(Shape.of(1, 2), -4, 9);
        assertArrayEquals(new double[] {-2, 3}, new FeaturePipeline().signedPower(0.5).fitTransform(x).toDoubles(), 1e-12);
        assertArrayEquals(new double[] {-16, 81}, new FeaturePipeline().signedPower(2).fitTransform(x).toDoubles(), 1e-12);
    }

    @Test
    void theChainEndsInUnitRowsAlsoForRowsItHasNotSeen() {
        Tensor x = random(80, 10, 1002);
        FeaturePipeline chain = FeaturePipeline.retrieval(6, 1e-6).fit(x);
        Tensor other = chain.transform(random(20, 10, 1003));
        assertEquals(Shape.of(20, 6), other.shape());
        for (double norm : other.norm(2, false, -1).toDoubles()) {
            assertEquals(1, norm, 1e-9);
        }
    }

    // 5

    @Test
    void aFullPcaIsARotation() {
        Tensor x = random(40, 7, 1004);
        Tensor z = new FeaturePipeline().pca(7).fitTransform(x);
        for (int i = 1; i < 40; i++) {
            double before = x.select(0, i).sub(x.select(0, i - 1)).norm(2, false, 0).item();
            assertEquals(before, z.select(0, i).sub(z.select(0, i - 1)).norm(2, false, 0).item(), 1e-4);
        }
    }

    @Test
    void fewerRowsThanValuesGiveTheSameComponents() {
        Tensor x = Tensor.randn(DType.F64, Shape.of(12, 30), Rng.seed(1014));
        Tensor z = new FeaturePipeline().pca(11).fitTransform(x);
        for (int i = 1; i < 12; i++) {                                           // eleven components hold twelve points
            double before = x.select(0, i).sub(x.select(0, i - 1)).norm(2, false, 0).item();
            assertEquals(before, z.select(0, i).sub(z.select(0, i - 1)).norm(2, false, 0).item(), 1e-9);
        }
        Tensor white = new FeaturePipeline().pca(11).whiten(0).fitTransform(x);
        assertArrayEquals(Tensor.eye(11).toDoubles(), white.t().matmul(white).div(11).toDoubles(), 1e-9);
    }

    @Test
    void aConstantColumnMakesNoNaN() {
        Tensor x = Tensor.cat(1, random(30, 4, 1005), Tensor.zeros(DType.F64, Shape.of(30, 1)));
        assertTrue(new FeaturePipeline().l2().pca(5).whiten(1e-6).l2().fitTransform(x).isFinite().all().toBooleans()[0]);
        assertThrows(NumericException.class, () -> new FeaturePipeline().pca(5).whiten(0).fit(x));
    }

    // 6; the extractor alone: ScenesTest

    @Test
    void fittingLeavesTheNetworkAlone() {
        Sequential network = SceneNetwork.untrained(3, Rng.seed(1000));
        var before = network.stateDict();
        OffTheShelfClassifier c = new OffTheShelfClassifier(SceneNetwork.features(network, "conv3"));
        Tensor x = images(12, 32, 1001);
        c.fit(x, labels(12, 3)).predict(x);
        before.forEach((name, value) -> assertArrayEquals(value.toDoubles(), network.stateDict().get(name).toDoubles(), name));
        assertArrayEquals(new int[] {0, 1, 2}, c.classes());
        assertTrue(c.svm().dualityGap() < 1e-3);
    }

    // 8

    @Test
    void thePyramidOfThreeLevelsHasFourteenPatches() {
        PatchPyramid pyramid = new PatchPyramid(3, 6);
        assertEquals(14, pyramid.count());
        Tensor x = images(2, 6, 1006);
        Tensor p = pyramid.patches(x);
        assertEquals(Shape.of(28, 1, 6, 6), p.shape());
        assertArrayEquals(x.toFloats(), p.narrow(0, 0, 2).toFloats());
    }

    @Test
    void patchesOfTheSecondLevelAreTwoThirdsWideAndReachTheCorners() {
        Tensor ramp = Tensor.of(0, 1, 2, 3, 4, 5, 6, 7, 8).reshape(1, 1, 1, 9).expand(Shape.of(1, 1, 9, 9));
        Tensor p = new PatchPyramid(2, 6).patches(ramp);                         // side 6 of 9: no scaling
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, p.select(0, 1).select(0, 0).select(0, 0).toFloats(), 1e-5f);
        assertArrayEquals(new float[] {3, 4, 5, 6, 7, 8}, p.select(0, 2).select(0, 0).select(0, 0).toFloats(), 1e-5f);
    }

    @Test
    void anImageFindsItselfFirst() {
        Tensor x = images(20, 8, 1007);
        SpatialRetrieval same = new SpatialRetrieval(FeatureExtractor.raw(64), FeaturePipeline.retrieval(16, 1e-6), new PatchPyramid(3, 8),
                new PatchPyramid(2, 8)).index(x);
        for (int i = 0; i < 20; i++) {
            SpatialRetrieval.Ranking r = same.query(x.narrow(0, i, 1));
            assertEquals(i, r.order()[0]);
            assertEquals(0, r.distances()[i], 1e-6);
            assertTrue(r.distances()[r.order()[1]] > 0.01);
        }
    }

    // 9

    @Test
    void pooledResponsesOfEqualVersionsAreMultiples() {
        Tensor x = images(30, 6, 1008);
        int[] y = labels(30, 3);
        OffTheShelfClassifier one = classifier(Augmenter.none(), Pooling.SUM).fit(x, y);
        // Eight versions that are all the image: the SVM then sees every row eight times, which C / 8 takes back.
        Augmenter still = Augmenter.shiftsAndTurns(0, 0, 0);
        assertEquals(8, still.versions());
        OffTheShelfClassifier sum = classifier(still, Pooling.SUM).fit(x, y, new double[] {1 / 8.0}, 2, Rng.seed(0));
        OffTheShelfClassifier max = classifier(still, Pooling.MAX).fit(x, y, new double[] {1 / 8.0}, 2, Rng.seed(0));
        Tensor test = images(10, 6, 1009);
        assertArrayEquals(one.decision(test).mul(8).toDoubles(), sum.decision(test).toDoubles(), 1e-3);
        assertArrayEquals(one.decision(test).toDoubles(), max.decision(test).toDoubles(), 1e-3);
        assertArrayEquals(one.predict(test), sum.predict(test));
    }

    private static OffTheShelfClassifier classifier(Augmenter augmenter, Pooling pooling) {
        return new OffTheShelfClassifier(FeatureExtractor.raw(36), new FeaturePipeline().l2(), new LinearSvm.Config(1, LinearSvm.Loss.SQUARED_HINGE,
                1e-9, 1000, true, 0), augmenter, pooling);
    }

    @Test
    void versionsMoveTurnAndMirror() {
        Tensor x = images(3, 8, 1010);
        Augmenter a = Augmenter.shiftsAndTurns(2, 10, -1);
        Tensor v = a.apply(x);
        assertEquals(Shape.of(24, 1, 8, 8), v.shape());
        assertArrayEquals(x.toFloats(), v.narrow(0, 0, 3).toFloats());
        assertEquals(x.toFloats()[2 * 8 + 2], v.select(0, 3).toFloats()[0]);             // up and to the left by 2
        assertEquals(-1, v.select(0, 3).toFloats()[63]);
        Tensor both = a.withMirrors().apply(x);
        assertEquals(16, a.withMirrors().versions());
        assertArrayEquals(x.flip(3).toFloats(), both.narrow(0, 24, 3).toFloats());
    }

    // choice of C

    @Test
    void everyFoldHoldsEveryClassAndTheChoiceSeesTrainingRowsOnly() {
        int[] y = labels(31, 3);
        int[] fold = SvmCost.folds(y, 3, Rng.seed(1000));
        for (int f = 0; f < 3; f++) {
            for (int c = 0; c < 3; c++) {
                int at = f;
                int label = c;
                long count = IntStream.range(0, 31).filter(i -> fold[i] == at && y[i] == label).count();
                assertTrue(count == 3 || count == 4, "fold " + f + ", class " + c + ": " + count);
            }
        }
        // Classes around 5 and 6: a tiny C cannot tell them apart.
        int[] two = Arrays.stream(y).map(v -> v == 2 ? 1 : 0).toArray();
        double[] rows = IntStream.range(0, 31).mapToDouble(i -> 5 + two[i] + 1e-3 * i).toArray();
        assertEquals(100, SvmCost.choose(LinearSvm.Config.squaredHinge(1), new double[] {1e-6, 100}, rows, 1, two, fold));
        assertEquals(100, SvmCost.choose(LinearSvm.Config.squaredHinge(1), new double[] {100, 1000}, rows, 1, two, fold));
    }

    // HOG

    @Test
    void gradientsVoteForTheirOrientation() {
        Tensor columns = Tensor.of(0, 1, 2, 3, 4, 5, 6, 7).reshape(1, 1, 1, 8).expand(Shape.of(1, 1, 8, 8)).mul(0.5);
        Hog hog = new Hog(8, 4, 8, 8);
        assertEquals(32, hog.dim());
        float[] f = hog.features(columns).toFloats();
        // Horizontal gradients lie between the first and the last bin: half a vote each.
        float total = 4 * 4 - 2;                                                          // a cell at the border sees half the gradient there
        assertEquals(total / 2, f[0], 1e-4);
        assertEquals(total / 2, f[7], 1e-4);
        assertEquals(0, f[3], 1e-6);
        float[] turned = hog.features(columns.transpose(2, 3).contiguous()).toFloats();
        assertEquals(total / 2, turned[3], 1e-4);
        assertEquals(total / 2, turned[4], 1e-4);
    }

    // bad inputs

    @Test
    void mistakesAreNamed() {
        Tensor x = random(10, 6, 1012);
        assertTrue(assertThrows(StateException.class, () -> new FeaturePipeline().l2().transform(x)).getMessage().contains("fit"));
        assertThrows(ArgumentException.class, () -> new FeaturePipeline().pca(7).fit(x));
        assertThrows(ArgumentException.class, () -> new FeaturePipeline().pca(4).fit(x.narrow(0, 0, 4)));
        assertThrows(StateException.class, () -> new FeaturePipeline().l2().whiten(0.1));
        assertThrows(ArgumentException.class, () -> new FeaturePipeline().signedPower(0));
        assertThrows(ShapeException.class, () -> new FeaturePipeline().l2().fit(x).transform(random(3, 5, 1)));
        FeaturePipeline twice = new FeaturePipeline().pca(4).fit(x);
        assertThrows(ArgumentException.class, () -> twice.fit(x.narrow(0, 0, 4)));
        assertThrows(StateException.class, () -> twice.transform(x), "half of it may stem from the data that were refused");
        Tensor zero = Tensor.cat(0, x, Tensor.zeros(DType.F64, Shape.of(1, 6)));
        assertTrue(assertThrows(ArgumentException.class, () -> new FeaturePipeline().l2().fit(zero)).getMessage().contains("10"));
        OffTheShelfClassifier c = new OffTheShelfClassifier(FeatureExtractor.raw(36));
        Tensor pictures = images(6, 6, 1013);
        assertThrows(StateException.class, () -> c.predict(pictures));
        assertThrows(ArgumentException.class, () -> c.fit(pictures, new int[6]));
        assertThrows(ShapeException.class, () -> c.fit(pictures, new int[5]));
        assertThrows(ArgumentException.class, () -> c.fit(pictures, labels(6, 2), new double[] {0}, 2, Rng.seed(0)));
        assertThrows(ArgumentException.class, () -> SvmCost.folds(new int[] {0, 1, 1}, 2, Rng.seed(0)));
        assertThrows(ArgumentException.class, () -> new PatchPyramid(0, 8));
        assertThrows(ArgumentException.class, () -> new Hog(8, 5, 32, 32));
        SpatialRetrieval r = new SpatialRetrieval(FeatureExtractor.raw(36), new FeaturePipeline().l2(), new PatchPyramid(1, 6), new PatchPyramid(1, 6));
        assertThrows(StateException.class, () -> r.query(pictures.narrow(0, 0, 1)));
        assertThrows(ShapeException.class, () -> r.index(pictures).query(pictures));
    }
}
