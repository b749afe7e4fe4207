package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import loam.autograd.GradCheck;
import loam.autograd.Variable;
import loam.methods.common.LinearSvm;
import loam.methods.continual.common.FewShotScores;
import loam.methods.continual.teen.Teen;
import loam.nn.CosineClassifier;
import loam.tensor.DType;
import loam.tensor.LoamException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches another calibration than the paper's: wrong anchors, wrong normalization, order or scale that matters; and an SVM off its optimum. */
@Tag("fast")
class TeenTest {
    private static final Tensor BASE = Tensor.ofDoubles(Shape.of(2, 2), 1, 0, 0, 1);

    private static Teen teen(double alpha, double tau) {
        Teen t = new Teen(Teen.Config.standard().with(alpha, tau));
        t.setBasePrototypes(BASE, new int[] {0, 1});
        return t;
    }

    private static Teen withOne(double alpha, double tau) {
        Teen t = teen(alpha, tau);
        t.addClasses(Tensor.ofDoubles(Shape.of(1, 2), 3, 4), new int[] {2});
        return t;
    }

    @Test
    void theHandExample() {
        Teen t = withOne(0.5, 16);
        assertArrayEquals(new double[] {0.039166, 0.960834}, t.calibrationWeights(2), 1e-6);
        assertArrayEquals(new double[] {0.320364, 0.899585}, t.prototype(2).toDoubles(), 1e-6);
    }

    @Test
    void withoutCalibrationItIsTheNormalizedMean() {
        assertArrayEquals(new double[] {0.6, 0.8}, withOne(0, 16).prototype(2).toDoubles(), 1e-12);
        double[] p = withOne(1, 16).prototype(2).toDoubles();
        assertEquals(1, Math.hypot(p[0], p[1]), 1e-12);
    }

    @Test
    void theSharpnessHasItsLimits() {
        assertArrayEquals(new double[] {0.5, 0.5}, withOne(0.5, 1e-9).calibrationWeights(2), 1e-6);
        assertArrayEquals(new double[] {0, 1}, withOne(0.5, 1e4).calibrationWeights(2), 1e-12);
    }

    @Test
    void scaleAndOrderOfSessionsDoNotMatter() {
        Tensor a = Tensor.ofDoubles(Shape.of(2, 2), 3, 4, 2, 5);
        Tensor b = Tensor.ofDoubles(Shape.of(1, 2), -1, 2);
        Teen first = teen(0.3, 16);
        first.addClasses(a, new int[] {2, 2});
        double[] before = first.prototype(2).toDoubles();
        first.addClasses(b, new int[] {3});
        assertArrayEquals(before, first.prototype(2).toDoubles());
        Teen second = new Teen(Teen.Config.standard().with(0.3, 16));
        second.setBasePrototypes(BASE.mul(Tensor.ofDoubles(Shape.of(2, 1), 3, 0.5)), new int[] {0, 1});
        second.addClasses(b.mul(7), new int[] {3});
        second.addClasses(a.mul(7), new int[] {2, 2});
        assertArrayEquals(before, second.prototype(2).toDoubles(), 1e-12);
        assertArrayEquals(first.prototype(3).toDoubles(), second.prototype(3).toDoubles(), 1e-12);
    }

    @Test
    void predictionsAreOfTheNearestCosine() {
        Teen t = withOne(0, 16);
        assertArrayEquals(new int[] {0, 1, 2}, t.predict(Tensor.of(Shape.of(3, 2), 5, 0.1f, 0, 2, 6, 8)));
        double[] s = t.scores(Tensor.of(Shape.of(1, 2), 1, 1)).toDoubles();
        assertTrue(Arrays.stream(s).allMatch(v -> Math.abs(v) <= 16 + 1e-4));
    }

    @Test
    void mistakesAreNamed() {
        assertThrows(LoamException.class, () -> new Teen(Teen.Config.standard()).addClasses(BASE, new int[] {2, 3}));
        assertThrows(LoamException.class, () -> withOne(0.5, 16).addClasses(BASE, new int[] {2, 3}));
        assertThrows(LoamException.class, () -> Teen.Config.standard().with(1.5, 16));
        assertThrows(LoamException.class, () -> Teen.Config.standard().with(0.5, 0));
        assertThrows(LoamException.class, () -> teen(0.5, 16).addClasses(Tensor.zeros(Shape.of(1, 2)), new int[] {2}));
        assertThrows(LoamException.class, () -> teen(0.5, 16).addClasses(Tensor.zeros(Shape.of(1, 3)), new int[] {2}));
        assertThrows(LoamException.class, () -> teen(0.5, 16).addClasses(Tensor.of(Shape.of(1, 2), Float.NaN, 1), new int[] {2}));
    }

    @Test
    void harmonicMeans() {
        assertEquals(0.6102, FewShotScores.harmonic(0.9255, 0.4551), 1e-4);
        assertEquals(0, FewShotScores.harmonic(0, 0));
    }

    @Test
    void theCosineLayerHasTheRightGradientAndRange() {
        CosineClassifier layer = new CosineClassifier(4, 3, 16, Rng.seed(1));
        Tensor x = Tensor.randn(Shape.of(5, 4), Rng.seed(2));
        Variable y = layer.forward(x);
        assertTrue(y.value().abs().max().item() <= 16 + 1e-4);
        y.square().sum().backward();
        float[] dot = layer.weight().grad().mul(layer.weight().value()).sum(1).toFloats();
        double scale = layer.weight().grad().abs().max().item();
        for (float d : dot) {
            assertEquals(0, d / scale, 1e-5);
        }
        assertTrue(GradCheck.direction(in -> CosineClassifier.cosines(in[0], in[1]), Rng.seed(3), x.to(DType.F64),
                Tensor.randn(Shape.of(3, 4), Rng.seed(4)).to(DType.F64)) < 1e-7);
    }

    @Test
    void twoPointsGiveTheSvmOfTheClosedForm() {
        Tensor x = Tensor.ofDoubles(Shape.of(2, 1), 1, -1);
        int[] y = {1, 0};
        LinearSvm squared = new LinearSvm(new LinearSvm.Config(1, LinearSvm.Loss.SQUARED_HINGE, 1e-10, 1000, true, 0)).fit(x, y);
        assertEquals(0.8, Math.abs(squared.weight().toDoubles()[0]), 1e-6);
        LinearSvm hinge = new LinearSvm(new LinearSvm.Config(1, LinearSvm.Loss.HINGE, 1e-6, 1000, false, 0)).fit(x, y);
        assertEquals(1, Math.abs(hinge.weight().toDoubles()[0]), 1e-4);
        assertArrayEquals(y, hinge.predict(x));
        assertTrue(hinge.dualityGap() < 1e-3);
        assertThrows(LoamException.class, () -> LinearSvm.Config.hinge(0));
    }
}
