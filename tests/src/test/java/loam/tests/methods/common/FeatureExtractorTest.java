package loam.tests.methods.common;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import loam.methods.common.FeatureExtractor;
import loam.nn.BatchNorm1d;
import loam.nn.Dropout;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Mode;
import loam.nn.Sequential;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: features in training mode, statistics or weights that move, rows lost where the pieces meet, a wrong length that goes through. */
@Tag("fast")
class FeatureExtractorTest {
    private static Layer network() {
        Rng rng = Rng.seed(1000);
        return new Sequential(new Linear(5, 7, rng), new BatchNorm1d(7), new Dropout(0.5, rng));
    }

    private static Map<String, float[]> copy(Layer network) {
        Map<String, float[]> state = new LinkedHashMap<>();
        network.stateDict().forEach((name, t) -> state.put(name, t.copy().toFloats()));
        return state;
    }

    @Test
    void aFrozenNetworkGivesTheSameFeaturesAndNothingOfItMoves() {
        Layer network = network();
        Map<String, float[]> before = copy(network);
        FeatureExtractor f = FeatureExtractor.frozen(network, 7);
        Tensor x = Tensor.randn(Shape.of(40, 5), Rng.seed(1001));
        float[] once = f.features(x).toFloats();
        try (Mode mode = network.train()) {
            assertArrayEquals(once, f.features(x).toFloats(), 0f, "evaluation mode, whatever the network is in");
        }
        assertArrayEquals(once, network.predict(x).toFloats(), 0f);
        assertTrue(network.parameters().stream().noneMatch(p -> p.needsGrad()));
        Map<String, float[]> after = copy(network);
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, values) -> assertArrayEquals(values, after.get(name), 0f, name));
        assertEquals(7, f.dim());
    }

    @Test
    void piecesJoinWithoutASeam() {
        FeatureExtractor f = FeatureExtractor.frozen(network(), 7);
        Tensor x = Tensor.randn(Shape.of(1100, 5), Rng.seed(1002));
        Tensor all = f.features(x);
        assertEquals(Shape.of(1100, 7), all.shape());
        for (int i : new int[] {0, 511, 512, 1023, 1024, 1099}) {
            assertArrayEquals(f.features(x.narrow(0, i, 1)).toFloats(), all.narrow(0, i, 1).toFloats(), 1e-6f, "row " + i);
        }
    }

    @Test
    void rawInputsAreFlattened() {
        Tensor x = Tensor.randn(Shape.of(3, 2, 4), Rng.seed(1003));
        Tensor f = FeatureExtractor.raw(8).features(x);
        assertEquals(Shape.of(3, 8), f.shape());
        assertArrayEquals(x.toFloats(), f.toFloats(), 0f);
    }

    @Test
    void mistakesAreNamed() {
        FeatureExtractor wrong = FeatureExtractor.frozen(network(), 6);
        ShapeException e = assertThrows(ShapeException.class, () -> wrong.features(Tensor.zeros(Shape.of(2, 5))));
        assertTrue(e.getMessage().contains("[N, 6]") && e.getMessage().contains("[2, 7]"), e.getMessage());
        assertThrows(ArgumentException.class, () -> wrong.features(Tensor.zeros(Shape.of(0, 5))));
        assertThrows(ShapeException.class, () -> FeatureExtractor.raw(7).features(Tensor.zeros(Shape.of(3, 2, 4))));
    }
}
