package loam.bench.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Work;

/** The training step in libtorch: linear and convolution layers, ReLU, max-pool, log-softmax with negative log-likelihood, Adam. */
final class TorchTraining implements Work {
    private final Problem.Training problem;
    private final Engine engine;
    private final PtNDManager manager;
    private final Script script;
    private final NDArray[] weights;
    private final NDArray[] initial;
    private final NDArray[] means;
    private final NDArray[] squares;
    private final NDArray[] steps;
    private final NDArray[] inputs = new NDArray[Problem.STEPS];
    private final NDArray[] labels = new NDArray[Problem.STEPS];
    private int at;

    TorchTraining(Problem.Training problem, Path dir, Engine engine, PtNDManager manager, Script script) throws IOException {
        this.problem = problem;
        this.engine = engine;
        this.manager = manager;
        this.script = script;
        int n = 2 * problem.layers().size();
        weights = new NDArray[n];
        initial = new NDArray[n];
        means = new NDArray[n];
        squares = new NDArray[n];
        steps = new NDArray[n];
        for (int i = 0; i < n; i++) {
            Problem.Layer layer = problem.layers().get(i / 2);
            int[] dims = i % 2 == 0 ? layer.weightShape() : new int[] {layer.out()};
            Shape shape = new Shape(Arrays.stream(dims).asLongStream().toArray());
            initial[i] = manager.create(Raw.floats(dir.resolve(problem.parameterNames().get(i))), shape);
            weights[i] = initial[i].duplicate();
            means[i] = manager.zeros(shape);
            squares[i] = manager.zeros(shape);
            steps[i] = manager.zeros(new Shape());
        }
        float[] x = Raw.floats(dir.resolve("x"));
        int[] y = Raw.ints(dir.resolve("y"));
        int batch = problem.batch();
        int pixels = batch * Problem.FEATURES;
        Shape shape = problem.layers().get(0).isConv() ? new Shape(batch, 1, Problem.IMAGE, Problem.IMAGE) : new Shape(batch, Problem.FEATURES);
        for (int i = 0; i < Problem.STEPS; i++) {
            inputs[i] = manager.create(Arrays.copyOfRange(x, i * pixels, (i + 1) * pixels), shape);
            long[] of = Arrays.stream(y, i * batch, (i + 1) * batch).asLongStream().toArray();
            labels[i] = manager.create(of, new Shape(batch, 1));
        }
    }

    @Override
    public void reset() {
        at = 0;
        for (int i = 0; i < weights.length; i++) {
            initial[i].copyTo(weights[i]);
            zero(means[i]);
            zero(squares[i]);
            zero(steps[i]);
        }
    }

    private static void zero(NDArray a) {
        a.muli(0f);
    }

    @Override
    public void iterate(int n) {
        for (int i = 0; i < n; i++) {
            step(problem.optimizer(), false);
        }
    }

    @Override
    public double[] results() {
        double[] losses = new double[Problem.STEPS];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = step(true, true);
        }
        return losses;
    }

    private float step(boolean update, boolean read) {
        int batch = at++ % Problem.STEPS;
        try (NDManager scope = manager.newSubManager()) {
            NDArray[] leaves = new NDArray[weights.length];
            for (int i = 0; i < leaves.length; i++) {
                leaves[i] = alias(weights[i], scope);
                leaves[i].setRequiresGradient(true);
            }
            NDArray loss;
            try (GradientCollector collector = engine.newGradientCollector()) {
                NDArray scores = scores(alias(inputs[batch], scope), leaves);
                loss = scores.logSoftmax(1).gather(alias(labels[batch], scope), 1).mean().neg();
                collector.backward(loss);
            }
            NDArray[] gradients = new NDArray[leaves.length];
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] = leaves[i].getGradient();
            }
            if (update) {
                script.adam(weights, gradients, means, squares, steps, Problem.LEARNING_RATE);
            }
            return read ? loss.getFloat() : 0;
        }
    }

    /**
     * The same memory under a handle of this iteration. A leaf made this way has no gradient yet, so that backward hands its own
     * over instead of adding to zeros.
     */
    private static NDArray alias(NDArray array, NDManager scope) {
        NDArray alias = array.stopGradient();
        alias.attach(scope);
        return alias;
    }

    private NDArray scores(NDArray x, NDArray[] w) {
        List<Problem.Layer> layers = problem.layers();
        NDArray h = x;
        for (int i = 0; i < layers.size(); i++) {
            Problem.Layer layer = layers.get(i);
            if (layer.isConv()) {
                h = conv(h, w[2 * i], w[2 * i + 1], layer.kernel() / 2);
                h = h.getNDArrayInternal().relu();
                h = Pool.maxPool2d(h, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
            } else {
                if (h.getShape().dimension() > 2) {
                    h = h.reshape(problem.batch(), layer.in());
                }
                h = h.getNDArrayInternal().linear(h, w[2 * i], w[2 * i + 1]).head();
                if (i < layers.size() - 1) {
                    h = h.getNDArrayInternal().relu();
                }
            }
        }
        return h;
    }

    private static NDArray conv(NDArray x, NDArray weight, NDArray bias, int padding) {
        NDList y = x.getNDArrayInternal().convolution(x, weight, bias, new Shape(1, 1), new Shape(padding, padding), new Shape(1, 1), 1);
        return y.head();
    }
}
