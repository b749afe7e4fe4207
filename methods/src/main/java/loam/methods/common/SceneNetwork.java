package loam.methods.common;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;
import loam.nn.BatchNorm2d;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MaxPool2d;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.data.LabelledDataset;

/**
 * The small network that {@link Scenes} are learned with: three blocks of convolution 3 x 3, batch normalisation, ReLU and pooling with 8,
 * 16 and 32 filters, a dense layer of 128 units, scores. Its named layers give features: "conv2" [N, 1024], "conv3" [N, 512] and
 * "fc" [N, 128], all behind their ReLU.
 */
public final class SceneNetwork {
    private static final Shape INPUT = Shape.of(1, Scenes.SIDE, Scenes.SIDE);
    private static final int UNITS = 128;

    private SceneNetwork() {
    }

    /** The network before its training, [N, 1, 32, 32] to [N, classes]. */
    public static Sequential untrained(int classes, Rng init) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        layers.put("conv1", block(1, 8, init));
        layers.put("conv2", block(8, 16, init));
        layers.put("conv3", block(16, 32, init));
        layers.put("flatten", new Flatten());
        layers.put("fc", new Sequential(new Linear(32 * 4 * 4, UNITS, init), new Relu()));
        layers.put("scores", new Linear(UNITS, classes, init));
        return new Sequential(layers);
    }

    private static Sequential block(int in, int out, Rng init) {
        return new Sequential(new Conv2d(in, out, 3, Padding.SAME, init), new BatchNorm2d(out), new Relu(), new MaxPool2d(2));
    }

    /**
     * The network trained on scenes with labels 0 .. classes-1: Nesterov momentum 0.9, rate 0.05 along half a cosine, weight decay 5e-4,
     * 64 scenes in a step. Its first weights are those of {@link #untrained} for {@code rng.split("init")}.
     */
    public static Sequential trained(LabelledDataset scenes, int epochs, Rng rng, DoubleConsumer progress) {
        Sequential network = untrained(scenes.classes(), rng.split("init"));
        new Pretraining(0.05, epochs, 64, 5e-4).fit(network, scenes, rng.split("batches"), progress);
        return network;
    }

    /** The flattened output of a layer. The network is frozen from now on. */
    public static FeatureExtractor features(Layer network, String layer) {
        return FeatureExtractor.layer(network, layer, INPUT);
    }
}
