package loam.tests.nn;

import static loam.nn.Padding.SAME;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import loam.autograd.Variable;
import loam.methods.data.Digits;
import loam.nn.BatchNorm2d;
import loam.nn.Conv2d;
import loam.nn.Dropout;
import loam.nn.Flatten;
import loam.nn.LayerNorm;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.MaxPool2d;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.nn.metrics.Accuracy;
import loam.optim.AdamW;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.internal.parallel.Parallel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches anything that keeps a small network from learning, or that makes its numbers depend on the number of threads or on the run. */
@Tag("fast")
class TrainingTest {
    @Test
    void aSmallNetworkLearnsDigits() {
        Rng rng = Rng.seed(0);
        var data = Digits.load().split(0.8, rng.split("data"));
        Sequential model = new Sequential(new Conv2d(1, 16, 3, SAME, rng), new Relu(), new MaxPool2d(2), new Flatten(), new Linear(16 * 4 * 4, 10, rng));
        AdamW adam = new AdamW(model.parameters(), 3e-3);
        DataLoader batches = DataLoader.of(data.train(), 64).shuffle(rng.split("batches"));
        for (int epoch = 0; epoch < 10; epoch++) {
            for (Batch batch : batches) {
                adam.step(Losses.crossEntropy(model.forward(batch.x()), batch.y()));
            }
        }
        double accuracy = Accuracy.of(model, data.test());
        assertTrue(accuracy >= 0.95, () -> "accuracy " + accuracy);
    }

    /** Parameters and statistics after three steps of a network with every kind of layer that reduces, drops or normalises. */
    private static List<float[]> threeSteps(int threads) {
        List<float[]> out = new ArrayList<>();
        Parallel.withThreads(threads, () -> {
            Rng rng = Rng.seed(4);
            Sequential model = new Sequential(new Conv2d(3, 24, 3, SAME, rng), new BatchNorm2d(24), new Relu(), new MaxPool2d(2), new Flatten(),
                    new Dropout(0.3, rng), new Linear(24 * 64, 96, rng), new LayerNorm(96), new Relu(), new Linear(96, 10, rng));
            AdamW adam = new AdamW(model.parameters(), 1e-3);
            for (int step = 0; step < 3; step++) {
                int[] labels = new int[32];
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = rng.nextInt(10);
                }
                Variable scores = model.forward(Tensor.randn(Shape.of(32, 3, 16, 16), rng));
                adam.step(Losses.crossEntropy(scores, labels).add(Losses.squaredHinge(scores, labels)));
            }
            model.stateDict().values().forEach(t -> out.add(t.toFloats()));
        });
        return out;
    }

    @Test
    void threadsChangeNoBit() {
        List<float[]> one = threeSteps(1);
        for (int threads : new int[] {2, 3}) {
            List<float[]> more = threeSteps(threads);
            for (int i = 0; i < one.size(); i++) {
                assertArrayEquals(one.get(i), more.get(i));
            }
        }
    }
}
