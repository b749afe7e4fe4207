package loam.tests.methods.common;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.SceneNetwork;
import loam.methods.common.Scenes;
import loam.methods.common.Warp;
import loam.nn.Sequential;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches scenes that lose or move the object, clutter of the wrong size, and features that depend on the batch or change the network. */
@Tag("fast")
class ScenesTest {
    private static final Tensor OBJECT = Tensor.full(Shape.of(1, 1, 28, 28), 1);
    private static final Tensor NOTHING = Tensor.zeros(Shape.of(1, 1, 28, 28));

    private static int bright(float[] scene, double value) {
        int count = 0;
        for (float v : scene) {
            count += Math.abs(v - value) < 1e-5 ? 1 : 0;
        }
        return count;
    }

    @Test
    void theObjectIsTwentyPixelsWideAndInsideTheCanvas() {
        float[] scene = new Scenes(NOTHING).compose(OBJECT, Scenes.Look.PLAIN, Rng.seed(3)).toFloats();
        assertEquals(400, bright(scene, 0.8 / 0.35));
        assertEquals(1024 - 400, bright(scene, Scenes.BACKGROUND));
    }

    @Test
    void eachPatchCoversThirtySixPixels() {
        float[] scene = new Scenes(OBJECT).compose(NOTHING, new Scenes.Look(1, 0.6, 0), Rng.seed(4)).toFloats();
        assertEquals(36, bright(scene, 0.4 / 0.35));
    }

    @Test
    void placesCoverTheirWholeRange() {
        Tensor many = Tensor.full(Shape.of(400, 1, 28, 28), 1);
        Tensor seen = new Scenes(NOTHING).compose(many, Scenes.Look.PLAIN, Rng.seed(5)).max(0);
        assertEquals(1024, bright(seen.toFloats(), 0.8 / 0.35));
        assertEquals(new Scenes(NOTHING).compose(many, Scenes.Look.PLAIN, Rng.seed(5)).sum().item(),
                new Scenes(NOTHING).compose(many, Scenes.Look.PLAIN, Rng.seed(5)).sum().item());
    }

    @Test
    void turningIsCounterClockwiseAboutTheCentre() {
        Tensor x = Tensor.of(0, 1, 0, 0, 5, 0, 0, 0, 0).reshape(1, 1, 3, 3);           // 1 above the centre
        assertArrayEquals(new float[] {0, 0, 0, 1, 5, 0, 0, 0, 0}, Warp.rotate(x, 90, 0).toFloats(), 1e-6f);
        assertArrayEquals(new float[] {7, 7, 7, 0, 1, 0, 0, 5, 0}, Warp.shift(x, 1, 0, 7).toFloats(), 1e-6f);
        assertArrayEquals(new float[] {0, 0.5f, 0.5f, 0, 2.5f, 2.5f, 0, 0, 0}, Warp.shift(x, 0, 0.5, 0).toFloats(), 1e-6f);
        assertArrayEquals(x.toFloats(), Warp.mirror(x).toFloats());
    }

    @Test
    void scalingKeepsPixelAreas() {
        Tensor x = Tensor.of(0, 4).reshape(1, 1, 1, 2);
        assertArrayEquals(new float[] {0, 1, 3, 4}, Warp.resize(x, 1, 4).toFloats(), 1e-6f);
        assertArrayEquals(new float[] {2}, Warp.resize(x, 1, 1).toFloats(), 1e-6f);
        assertEquals(Shape.of(1, 1, 28, 28), Scenes.objects(Tensor.full(Shape.of(1, 1, 8, 8), 1)).shape());
        assertEquals(400, Scenes.objects(Tensor.full(Shape.of(1, 1, 8, 8), 1)).sum().item(), 1e-3);
    }

    @Test
    void featuresOfALayerDoNotDependOnTheBatchAndLeaveTheNetworkAlone() {
        Tensor scenes = new Scenes(OBJECT).compose(Tensor.rand(Shape.of(64, 1, 28, 28), Rng.seed(1)), Scenes.Look.PLAIN, Rng.seed(2));
        Sequential network = SceneNetwork.untrained(4, Rng.seed(3));
        Map<String, Tensor> before = network.stateDict();
        for (Map.Entry<String, Integer> e : Map.of("conv2", 1024, "conv3", 512, "fc", 128).entrySet()) {
            FeatureExtractor phi = SceneNetwork.features(network, e.getKey());
            assertEquals(e.getValue(), phi.dim());
            float[] all = phi.features(scenes).toFloats();
            for (int i = 0; i < 64; i += 21) {
                float[] one = phi.features(scenes.narrow(0, i, 1)).toFloats();
                for (int j = 0; j < one.length; j++) {
                    assertEquals(Float.floatToIntBits(all[i * one.length + j]), Float.floatToIntBits(one[j]), e.getKey() + " of scene " + i);
                }
            }
        }
        before.forEach((name, value) -> assertArrayEquals(value.toDoubles(), network.stateDict().get(name).toDoubles(), name));
    }

    @Test
    void wrongInputsAreNamed() {
        Sequential network = SceneNetwork.untrained(4, Rng.seed(3));
        assertTrue(assertThrows(ArgumentException.class, () -> SceneNetwork.features(network, "conv4")).getMessage().contains("conv3"));
        FeatureExtractor phi = SceneNetwork.features(network, "conv3");
        assertTrue(assertThrows(ShapeException.class, () -> phi.features(NOTHING)).getMessage().contains("smaller"));
        assertThrows(ShapeException.class, () -> new Scenes(Tensor.zeros(Shape.of(1, 1, 8, 8))));
        assertThrows(ArgumentException.class, () -> new Scenes.Look(-1, 1, 0));
        assertThrows(ShapeException.class, () -> Warp.rotate(Tensor.zeros(Shape.of(3, 3)), 5, 0));
        assertThrows(ArgumentException.class, () -> Warp.resize(NOTHING, 0, 5));
    }
}
