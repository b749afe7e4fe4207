package loam.tests.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import loam.bench.Allocation;
import loam.methods.EndlessBatches;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.MaxPool2d;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.optim.Adam;
import loam.tensor.Context;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.Workspace;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;
import loam.tensor.kernel.KernelSets;
import org.junit.jupiter.api.Test;

/**
 * What a steady training step takes from the heap in the methods' loop: a shuffled batch, forward, backward and Adam inside one reused
 * workspace. Would catch an array of activations, gradients or images that is made anew in every step instead of coming from the workspace
 * or from a thread's scratch; a workspace that forgets a size; history that boxes or copies element by element; and a kernel whose
 * vectors the compiler does not take apart, so that each becomes an object.
 */
class StepAllocationTest {
    private static final int LIMIT = 64 << 10;
    private static final int FIRST_STEADY_JDK = 21;
    /** About 3 KB are taken. */
    private static final int PREDICTION_LIMIT = 8 << 10;
    /** Steps of a window; it holds two epochs. */
    private static final int WINDOW = 8;
    /**
     * Interpreted vector code makes an object of every vector, and so does a kernel of few calls a step until the compiler comes to it: after some
     * 500 steps, later on a busy machine. So the test waits for one window below the limit, this long and for so many windows.
     */
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int PATIENCE_WINDOWS = 200;

    @Test
    void mlp() {
        Rng rng = Rng.seed(1);
        Layer model = new Sequential(new Flatten(), new Linear(784, 512, rng), new Relu(), new Linear(512, 256, rng), new Relu(),
                new Linear(256, 10, rng));
        staysBelowTheLimit(model, 128);
    }

    /** A quarter of the benchmark's batch: its smallest array of images, 50,000 bytes, would still show beside the 41,000 that a step takes. */
    @Test
    void cnn() {
        Rng rng = Rng.seed(1);
        Layer model = new Sequential(new Conv2d(1, 32, 3, Padding.SAME, rng), new Relu(), new MaxPool2d(2),
                new Conv2d(32, 64, 3, Padding.SAME, rng), new Relu(), new MaxPool2d(2),
                new Flatten(), new Linear(3136, 128, rng), new Relu(), new Linear(128, 10, rng));
        staysBelowTheLimit(model, 16);
    }

    /** One row: catches a matrix-vector product whose sums the compiler leaves on the heap, some 200 objects of 100 bytes. */
    @Test
    void predictionOfTheMlp() {
        Rng rng = Rng.seed(1);
        Layer model = new Sequential(new Linear(784, 512, rng), new Relu(), new Linear(512, 256, rng), new Relu(), new Linear(256, 10, rng));
        Tensor x = Tensor.randn(Shape.of(1, 784), rng);
        Workspace memory = new Workspace();
        staysBelow(PREDICTION_LIMIT, n -> {
            for (int i = 0; i < n; i++) {
                memory.run(() -> {
                    model.predict(x);
                });
            }
        });
    }

    private static void staysBelowTheLimit(Layer model, int batch) {
        Rng rng = Rng.seed(0);
        int[] labels = rng.permutation(WINDOW / 2 * batch);
        for (int i = 0; i < labels.length; i++) {
            labels[i] %= 10;
        }
        DataLoader loader = DataLoader.of(LabelledDataset.of(Tensor.randn(Shape.of(labels.length, 1, 28, 28), rng), labels), batch).shuffle(rng);
        Adam adam = new Adam(model.parameters(), 1e-3);
        Workspace memory = new Workspace();
        try (EndlessBatches batches = new EndlessBatches(loader, 0)) {
            Runnable step = () -> {
                var b = batches.next();
                adam.step(Losses.crossEntropy(model.forward(b.x()), b.y()));
            };
            IntConsumer steps = n -> {
                for (int i = 0; i < n; i++) {
                    memory.run(step);
                }
            };
            staysBelow(LIMIT, steps);
        }
    }

    /**
     * What is made in every step shows in every window, so one window below the limit is enough. The compilers before JDK 21 leave vectors on
     * the heap in some runs and not in others: there the plain kernels run, and the vector kernels on the newer JDK alone.
     */
    private static void staysBelow(int limit, IntConsumer steps) {
        boolean steady = Runtime.version().feature() >= FIRST_STEADY_JDK;
        Context.withKernels(steady ? Context.current().kernels() : KernelSets.named("scalar"), () -> {
            measure(limit, steps);
            return null;
        });
    }

    private static void measure(int limit, IntConsumer steps) {
        List<Double> windows = new ArrayList<>();
        long start = System.nanoTime();
        do {
            windows.add(Allocation.bytes(steps, WINDOW));
        } while (windows.get(windows.size() - 1) > limit && (windows.size() < PATIENCE_WINDOWS || System.nanoTime() - start < PATIENCE_NANOS));
        double last = windows.get(windows.size() - 1);
        assertTrue(last <= limit, () -> "bytes a step: " + windows.get(0) + " at first, " + last + " after " + windows.size() * WINDOW + " steps");
    }
}
