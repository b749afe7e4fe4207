package loam.tests.nn;

import static loam.nn.Padding.SAME;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MaxPool2d;
import loam.nn.Mode;
import loam.nn.Module;
import loam.nn.Relu;
import loam.nn.Residual;
import loam.nn.Sequential;
import loam.nn.Tap;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Catches wrong names in state dicts, loads that change something before they fail, copies that share, modes and frozen parts that are
 * not restored, errors that do not name the module, and fusion that changes a number.
 */
@Tag("fast")
class ModuleTest {
    @TempDir
    Path folder;

    private static Sequential net(long seed) {
        Rng rng = Rng.seed(seed);
        return new Sequential(new Conv2d(1, 4, 3, SAME, rng), new Relu(), new MaxPool2d(2), new Flatten(), new Linear(4 * 4 * 4, 10, rng));
    }

    private static Tensor images(int n) {
        return Tensor.randn(Shape.of(n, 1, 8, 8), Rng.seed(9));
    }

    @Test
    void namesArePyTorchs() {
        assertEquals(List.of("0.weight", "0.bias", "4.weight", "4.bias"), List.copyOf(net(0).stateDict().keySet()));
        Map<String, Layer> named = new LinkedHashMap<>();
        named.put("features", net(0));
        named.put("head", new Linear(10, 3, false, Rng.seed(1)));
        Sequential model = new Sequential(named);
        assertEquals(List.of("features.0.weight", "features.0.bias", "features.4.weight", "features.4.bias", "head.weight"),
                List.copyOf(model.namedParameters().keySet()));
        assertSame(((Sequential) model.module("features")).get(-1), model.module("features.4"));
        assertThrows(ArgumentException.class, () -> model.module("features.9"));
    }

    @Test
    void aLayersValuesDoNotDependOnTheSizesBeforeIt() {
        Rng a = Rng.seed(3);
        Rng b = Rng.seed(3);
        new Linear(3, 4, a);
        new Linear(30, 40, b);
        assertArrayEquals(new Linear(5, 6, a).weight().value().toFloats(), new Linear(5, 6, b).weight().value().toFloats());
    }

    @Test
    void savedAndLoadedModelsAgree() {
        Sequential a = net(1);
        Sequential b = net(2);
        a.save(folder.resolve("model.safetensors"));
        b.load(folder.resolve("model.safetensors"));
        assertArrayEquals(a.predict(images(2)).toFloats(), b.predict(images(2)).toFloats());
    }

    @Test
    void aWrongStateDictNamesAllThatIsWrongAndChangesNothing() {
        Sequential model = net(1);
        float[] before = model.predict(images(1)).toFloats();
        Map<String, Tensor> state = net(2).stateDict();
        state.remove("0.bias");
        state.put("4.weight", Tensor.zeros(Shape.of(2, 3)));
        state.put("5.weight", Tensor.zeros(Shape.of(1)));
        String text = assertThrows(StateException.class, () -> model.load(state)).getMessage();
        assertTrue(text.contains("missing") && text.contains("0.bias"), text);
        assertTrue(text.contains("unexpected") && text.contains("5.weight"), text);
        assertTrue(text.contains("4.weight is [2, 3], the model's [10, 64]"), text);
        assertArrayEquals(before, model.predict(images(1)).toFloats());
    }

    @Test
    void copiesShareNothingAndKeepModeAndFrozenParts() {
        Sequential a = net(1);
        a.freeze("0.*");
        a.eval();
        Sequential b = a.copy();
        assertNotSame(a.get(0), b.get(0));
        assertFalse(b.isTraining());
        assertFalse(b.namedParameters().get("0.weight").needsGrad());
        assertTrue(b.namedParameters().get("4.weight").needsGrad());
        float[] before = b.predict(images(1)).toFloats();
        assertArrayEquals(a.predict(images(1)).toFloats(), before);
        a.parameters().forEach(p -> p.update(Tensor.zeros(p.shape())));
        assertArrayEquals(before, b.predict(images(1)).toFloats());
    }

    @Test
    void freezingGoesByFullName() {
        Sequential model = net(1);
        model.freeze("*").unfreeze("4.*");
        assertEquals(2, model.trainableParameters().size());
        model.forward(images(1)).sum().backward();
        assertTrue(model.namedParameters().get("0.weight").grad() == null);
        assertTrue(model.namedParameters().get("4.weight").grad() != null);
        assertThrows(ArgumentException.class, () -> model.freeze("5.*"));
    }

    @Test
    void modesAreRestoredModuleByModule() {
        Sequential model = net(1);
        model.get(0).eval();
        try (Mode mode = model.eval()) {
            assertFalse(model.isTraining() || model.get(4).isTraining() || mode == null);
        }
        assertTrue(model.isTraining());
        assertFalse(model.get(0).isTraining());
        model.predict(images(1));
        assertTrue(model.isTraining());
    }

    @Test
    void errorsNameTheModule() {
        Map<String, Layer> named = new LinkedHashMap<>();
        named.put("features", net(0));
        ShapeException e = assertThrows(ShapeException.class, () -> new Sequential(named).forward(Tensor.zeros(Shape.of(2, 3, 8, 8))));
        assertTrue(e.getMessage().contains("features.0 (Conv2d)"), e.getMessage());
        assertTrue(e.getMessage().contains("input has 3 channels, the weight expects 1"), e.getMessage());
        ShapeException r = assertThrows(ShapeException.class, () -> new Residual(new Linear(3, 4, Rng.seed(0))).forward(Tensor.zeros(Shape.of(1, 3))));
        assertTrue(r.getMessage().contains("shortcut"), r.getMessage());
    }

    @Test
    void fusedActivationsGiveTheSameNumbers() {
        Sequential model = net(1);
        Variable fused = model.forward(images(3));
        try (Tap tap = model.tap("0")) {
            Variable plain = model.forward(images(3));
            assertArrayEquals(plain.value().toFloats(), fused.value().toFloats());
            assertEquals(Shape.of(3, 4, 8, 8), tap.output().shape());
            assertTrue(tap.output().value().min().item() < 0);
            plain.square().sum().backward();
        }
        Map<String, Parameter> own = model.namedParameters();
        float[] grad = own.get("0.weight").grad().toFloats();
        model.parameters().forEach(Parameter::zeroGrad);
        fused.square().sum().backward();
        assertArrayEquals(grad, own.get("0.weight").grad().toFloats());
    }

    @Test
    void summariesShowShapesAndCounts() {
        String text = net(1).summary(Shape.of(1, 1, 8, 8));
        assertTrue(text.contains("[1, 4, 8, 8]") && text.contains("690 parameters"), text);
        assertTrue(net(1).summary().contains("Conv2d"));
    }

    @Test
    void modelsConvertToDouble() {
        Sequential model = net(1);
        float[] before = model.predict(images(1)).toFloats();
        model.to(DType.F64);
        Tensor y = model.predict(images(1));
        assertEquals(DType.F64, y.dtype());
        assertArrayEquals(before, y.toFloats(), 1e-5f);
    }

    /** Two inputs, tied weights. */
    private static final class Twins extends Module {
        private final Linear one = child("one", new Linear(3, 2, Rng.seed(1)));
        private final Parameter tied = parameter("tied", one.weight());

        Variable forward(Tensor a, Tensor b) {
            try (Frame frame = enter()) {
                return frame == null ? null : Ops.add(one.forward(a), Ops.matmul(b, tied.t()));
            }
        }
    }

    @Test
    void modulesOfTwoInputsAndTiedWeights() {
        Twins twins = new Twins();
        assertEquals(2, twins.parameters().size());
        assertEquals(3, twins.stateDict().size());
        assertEquals(Shape.of(4, 2), twins.forward(Tensor.zeros(Shape.of(4, 3)), Tensor.zeros(Shape.of(4, 3))).shape());
        assertThrows(StateException.class, twins::copy);
    }
}
