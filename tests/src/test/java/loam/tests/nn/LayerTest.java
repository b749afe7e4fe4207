package loam.tests.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import loam.autograd.Grad;
import loam.autograd.GradCheck;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.nn.AvgPool2d;
import loam.nn.BatchNorm1d;
import loam.nn.BatchNorm2d;
import loam.nn.Conv2d;
import loam.nn.Dropout;
import loam.nn.Elu;
import loam.nn.Embedding;
import loam.nn.Flatten;
import loam.nn.Gelu;
import loam.nn.GlobalAvgPool2d;
import loam.nn.GlobalMaxPool2d;
import loam.nn.Identity;
import loam.nn.Layer;
import loam.nn.LayerNorm;
import loam.nn.LeakyRelu;
import loam.nn.Linear;
import loam.nn.LogSoftmax;
import loam.nn.MaxPool2d;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Residual;
import loam.nn.RmsNorm;
import loam.nn.Sequential;
import loam.nn.Sigmoid;
import loam.nn.Silu;
import loam.nn.Softmax;
import loam.nn.Softplus;
import loam.nn.Tanh;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.DTypeException;
import loam.tensor.IndexException;
import loam.tensor.LoamException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Catches a layer that wires its parameters wrongly, a copy that computes something else, running statistics that are not PyTorch's,
 * dropout that is not what its rate, seed or mode say, and bad input without a clear error.
 */
@Tag("fast")
class LayerTest {
    private record Case(String name, Layer layer, int... input) {
    }

    private static List<Case> cases() {
        Rng rng = Rng.seed(7);
        List<Case> all = new ArrayList<>();
        all.add(new Case("Linear", new Linear(5, 3, rng), 4, 5));
        all.add(new Case("Linear, no bias, batches", new Linear(5, 3, false, rng), 2, 3, 5));
        all.add(new Case("Conv2d", new Conv2d(2, 3, 3, rng), 2, 2, 5, 6));
        all.add(new Case("Conv2d, same", new Conv2d(2, 3, 4, Padding.SAME, rng), 1, 2, 5, 6));
        all.add(new Case("Conv2d, everything", new Conv2d(4, 6, 3, 2, 1, 2, 2, false, rng), 2, 4, 9, 8));
        all.add(new Case("BatchNorm1d", new BatchNorm1d(3), 7, 3));
        all.add(new Case("BatchNorm1d, length", new BatchNorm1d(3), 2, 3, 5));
        all.add(new Case("BatchNorm2d", new BatchNorm2d(3), 2, 3, 3, 4));
        all.add(new Case("BatchNorm2d, plain", new BatchNorm2d(3, 1e-3, 0.2, false), 2, 3, 3, 4));
        all.add(new Case("LayerNorm", new LayerNorm(6), 2, 3, 6));
        all.add(new Case("LayerNorm, two axes", new LayerNorm(3, 6), 2, 3, 6));
        all.add(new Case("RmsNorm", new RmsNorm(6), 4, 6));
        all.add(new Case("Gelu", new Gelu(), 3, 5));
        all.add(new Case("Gelu, tanh", new Gelu(true), 3, 5));
        all.add(new Case("LeakyRelu", new LeakyRelu(0.2), 3, 5));
        all.add(new Case("Elu", new Elu(1.5), 3, 5));
        all.add(new Case("Softmax", new Softmax(), 3, 5));
        all.add(new Case("LogSoftmax", new LogSoftmax(0), 3, 5));
        for (Layer f : List.of(new Relu(), new Tanh(), new Sigmoid(), new Silu(), new Softplus(), new Identity(), new Flatten())) {
            all.add(new Case(f.type(), f, 3, 5));
        }
        all.add(new Case("MaxPool2d", new MaxPool2d(2), 1, 2, 4, 5));
        all.add(new Case("MaxPool2d, overlapping", new MaxPool2d(3, 2, 1), 1, 2, 5, 5));
        all.add(new Case("AvgPool2d", new AvgPool2d(2), 1, 2, 4, 5));
        all.add(new Case("GlobalAvgPool2d", new GlobalAvgPool2d(), 2, 3, 2, 4));
        all.add(new Case("GlobalMaxPool2d", new GlobalMaxPool2d(), 2, 3, 2, 4));
        all.add(new Case("Residual", new Residual(new Sequential(new Linear(4, 6, rng), new Tanh(), new Linear(6, 4, rng))), 3, 4));
        all.add(new Case("Residual, projected", new Residual(new Linear(4, 6, rng), new Linear(4, 6, rng)), 3, 4));
        return all;
    }

    private static Tensor input(int... dims) {
        return Tensor.randn(Shape.of(dims), Rng.seed(5)).mul(1.5).add(0.3);
    }

    @TestFactory
    Stream<DynamicTest> gradientsOfInputAndParameters() {
        return cases().stream().map(c -> DynamicTest.dynamicTest(c.name, () -> {
            c.layer.to(DType.F64);
            Tensor x = input(c.input).to(DType.F64);
            assertTrue(GradCheck.direction(in -> c.layer.forward(in[0]), Rng.seed(1), x) < 1e-6, "input");
            c.layer.namedParameters().forEach((n, p) -> assertEquals(0, parameterError(c.layer, p, x), 1e-6, n));
        }));
    }

    /** Difference between the gradient along a random direction and central differences. */
    private static double parameterError(Layer layer, Parameter p, Tensor x) {
        Rng rng = Rng.seed(2);
        Tensor start = p.value();
        Tensor direction = Tensor.randn(p.shape(), rng).to(DType.F64);
        Tensor weights = Tensor.randn(Grad.noGrad(() -> layer.forward(x)).shape(), rng).to(DType.F64);
        double exact = Grad.grad(layer.forward(x).mul(weights).sum(), p).value().mul(direction).sum().item();
        double[] f = new double[2];
        for (int i = 0; i < 2; i++) {
            p.update(start.add(direction.mul(i == 0 ? 1e-5 : -1e-5)));
            f[i] = layer.forward(x).mul(weights).sum().item();
        }
        p.update(start);
        double numeric = (f[0] - f[1]) / 2e-5;
        return Math.abs(exact - numeric) / Math.max(1, Math.abs(exact));
    }

    @TestFactory
    Stream<DynamicTest> copiesComputeTheSame() {
        return cases().stream().map(c -> DynamicTest.dynamicTest(c.name, () -> {
            Layer copy = c.layer.copy();
            Tensor x = input(c.input);
            assertArrayEquals(c.layer.forward(x).value().toFloats(), copy.forward(x).value().toFloats());
            assertArrayEquals(c.layer.predict(x).toFloats(), copy.predict(x).toFloats());
            assertEquals(List.copyOf(c.layer.stateDict().keySet()), List.copyOf(copy.stateDict().keySet()));
        }));
    }

    @Test
    void runningStatisticsMoveAsInPyTorch() {
        BatchNorm1d norm = new BatchNorm1d(2);
        Tensor x = Tensor.of(Shape.of(4, 2), 1, 10, 2, 10, 3, 14, 6, 14);
        Tensor y = norm.forward(x).value();
        // column 0: mean 3, biased variance 3.5, unbiased 14/3; column 1: mean 12, biased 4, unbiased 16/3
        assertArrayEquals(new double[] {0.3, 1.2}, norm.runningMean().value().toDoubles(), 1e-6);
        assertArrayEquals(new double[] {0.9 + 1.4 / 3, 0.9 + 1.6 / 3}, norm.runningVar().value().toDoubles(), 1e-6);
        assertEquals((1 - 3) / Math.sqrt(3.5 + 1e-5), y.at(0, 0), 1e-6);
        assertEquals(1, norm.stateDict().get("num_batches_tracked").item());
        assertEquals(List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked"), List.copyOf(norm.stateDict().keySet()));
        Tensor evaluated = norm.predict(x);
        assertEquals((1 - 0.3) / Math.sqrt(0.9 + 1.4 / 3 + 1e-5), evaluated.at(0, 0), 1e-6);
        assertEquals(1, norm.stateDict().get("num_batches_tracked").item());
        assertThrows(ShapeException.class, () -> norm.forward(Tensor.zeros(Shape.of(1, 2))));
    }

    @Test
    void constantChannelsWithLargeMeansStayFinite() {
        BatchNorm2d norm = new BatchNorm2d(1);
        float[] y = norm.forward(Tensor.full(Shape.of(2, 1, 3, 3), 1000)).value().toFloats();
        for (float v : y) {
            assertEquals(0, v, 0.05);
        }
    }

    @Test
    void frozenNormsKeepTheirStatistics() {
        Sequential model = new Sequential(new Linear(3, 4, Rng.seed(1)), new BatchNorm1d(4), new Relu());
        model.freeze("1.*");
        model.forward(input(5, 3));
        BatchNorm1d norm = (BatchNorm1d) model.get(1);
        assertArrayEquals(new float[4], norm.runningMean().value().toFloats());
        Sequential copy = model.copy();
        copy.forward(input(5, 3));
        assertArrayEquals(new float[4], ((BatchNorm1d) copy.get(1)).runningMean().value().toFloats());
        model.unfreeze("1.*");
        model.forward(input(5, 3));
        assertTrue(norm.runningMean().value().abs().sum().item() > 0);
    }

    @Test
    void checkpointsWithoutTheBatchCountLoad() {
        BatchNorm1d norm = new BatchNorm1d(2);
        var state = norm.stateDict();
        state.remove("num_batches_tracked");
        norm.load(state);
    }

    @Test
    void fusedBatchNormGivesTheSameNumbers() {
        Sequential model = new Sequential(new BatchNorm2d(3), new Relu());
        Tensor x = input(2, 3, 4, 5);
        float[] fused = model.forward(x).value().toFloats();
        assertArrayEquals(new BatchNorm2d(3).forward(x).relu().value().toFloats(), fused);
    }

    @Test
    void dropoutKeepsItsRateAndMean() {
        Dropout drop = new Dropout(0.3, Rng.seed(1));
        Tensor y = drop.forward(Tensor.ones(Shape.of(100_000))).value();
        assertEquals(0.3, y.eq(0).to(DType.F32).mean().item(), 0.01);
        assertEquals(1, y.mean().item(), 0.01);
        assertEquals(1 / 0.7, y.max().item(), 1e-6);
        assertFalse(java.util.Arrays.equals(y.toFloats(), drop.forward(Tensor.ones(Shape.of(100_000))).value().toFloats()));
        assertArrayEquals(y.toFloats(), new Dropout(0.3, Rng.seed(1)).forward(Tensor.ones(Shape.of(100_000))).value().toFloats());
        assertEquals(1, drop.predict(Tensor.ones(Shape.of(10))).min().item());
        assertEquals(0, new Dropout(1, Rng.seed(1)).forward(Tensor.ones(Shape.of(3))).value().sum().item());
    }

    @Test
    void dropoutsGradientUsesTheMaskOfTheForwardPass() {
        Dropout drop = new Dropout(0.5, Rng.seed(1));
        Variable x = Variable.of(Tensor.ones(Shape.of(64))).requiresGrad();
        Variable y = drop.forward(x);
        drop.forward(x);
        assertArrayEquals(y.value().toFloats(), Grad.grad(y.sum(), x).value().toFloats());
        Dropout again = new Dropout(0.5, Rng.seed(1));
        Variable z = Grad.checkpoint(in -> again.forward(in.get(0)), x);
        assertArrayEquals(z.value().toFloats(), Grad.grad(z.sum(), x).value().toFloats());
    }

    @Test
    void dropoutGoesOnWhereASavedModelStopped() {
        Dropout a = new Dropout(0.5, Rng.seed(1));
        a.forward(Tensor.ones(Shape.of(9)));
        Dropout b = new Dropout(0.5, Rng.seed(2));
        b.load(a.stateDict());
        assertArrayEquals(a.forward(Tensor.ones(Shape.of(64))).value().toFloats(), b.forward(Tensor.ones(Shape.of(64))).value().toFloats());
    }

    @Test
    void embeddingsLookUpAndLeaveThePaddingAlone() {
        Embedding table = new Embedding(4, 3, 1, Rng.seed(1));
        Tensor index = Tensor.ofInts(Shape.of(2, 2), 0, 1, 3, 0);
        Variable y = table.forward(index);
        assertEquals(Shape.of(2, 2, 3), y.shape());
        assertEquals(0, y.value().select(0, 0).select(0, 1).abs().sum().item());
        Tensor g = Grad.grad(y.sum(), table.weight()).value();
        assertArrayEquals(new float[] {2, 2, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1}, g.toFloats());
        assertThrows(DTypeException.class, () -> table.forward(Tensor.zeros(Shape.of(2))));
        assertThrows(IndexException.class, () -> table.forward(Tensor.ofInts(Shape.of(1), 4)));
        assertArrayEquals(table.weight().value().toFloats(), ((Embedding) table.copy()).weight().value().toFloats());
    }

    @Test
    void badArgumentsAndShapes() {
        Rng rng = Rng.seed(0);
        assertThrows(ArgumentException.class, () -> new Linear(0, 3, rng));
        assertThrows(ArgumentException.class, () -> new Conv2d(3, 4, 3, 1, 0, 1, 2, true, rng));
        assertThrows(ArgumentException.class, () -> new Conv2d(3, 4, 3, 0, 0, rng));
        assertThrows(ArgumentException.class, () -> new Dropout(1.5, rng));
        assertThrows(ArgumentException.class, () -> new BatchNorm2d(0));
        String text = assertThrows(ShapeException.class, () -> new Linear(3, 4, rng).forward(Tensor.zeros(Shape.of(2, 5)))).getMessage();
        assertTrue(text.contains("Linear") && text.contains("[2, 5]"), text);
        for (Layer layer : List.of(new BatchNorm2d(3), new MaxPool2d(2), new GlobalAvgPool2d(), new LayerNorm(4), new BatchNorm1d(3))) {
            String message = assertThrows(LoamException.class, () -> layer.forward(Tensor.zeros(Shape.of(2, 5)))).getMessage();
            assertTrue(message.contains(layer.type()), message);
        }
    }
}
