package loam.bench.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Work;

/** A training step in libtorch: scores, log-softmax with negative log-likelihood, backward, a fused optimizer. */
abstract class TorchSteps implements Work {
    private final TorchContext context;
    private final boolean update;
    private final NDArray[] weights;
    private final NDArray[] initial;
    private final NDArray[] means;
    private final NDArray[] squares;
    private final NDArray[] steps;
    private final NDArray[] inputs = new NDArray[Problem.STEPS];
    private final NDArray[] labels = new NDArray[Problem.STEPS];
    private int at;

    /**
     * Steps of a model.
     *
     * @param context    with a manager of its own
     * @param parameters names and shapes
     * @param input      shape of a batch
     * @param update     whether a step ends with the optimizer's update
     */
    TorchSteps(TorchContext context, Path dir, Map<String, int[]> parameters, int[] input, boolean update) throws IOException {
        this.context = context;
        this.update = update;
        int n = parameters.size();
        weights = new NDArray[n];
        initial = new NDArray[n];
        means = new NDArray[n];
        squares = new NDArray[n];
        steps = new NDArray[n];
        int i = 0;
        for (Map.Entry<String, int[]> p : parameters.entrySet()) {
            Shape shape = TorchContext.shape(p.getValue());
            initial[i] = context.read(dir, p.getKey(), p.getValue());
            weights[i] = initial[i].duplicate();
            means[i] = context.manager().zeros(shape);
            squares[i] = context.manager().zeros(shape);
            steps[i] = context.manager().zeros(new Shape());
            i++;
        }
        float[] x = Raw.floats(dir.resolve("x"));
        int[] y = Raw.ints(dir.resolve("y"));
        Shape shape = TorchContext.shape(input);
        int batch = input[0];
        int size = (int) shape.size();
        for (int b = 0; b < Problem.STEPS; b++) {
            inputs[b] = context.manager().create(Arrays.copyOfRange(x, b * size, (b + 1) * size), shape);
            long[] of = Arrays.stream(y, b * batch, (b + 1) * batch).asLongStream().toArray();
            labels[b] = context.manager().create(of, new Shape(batch, 1));
        }
    }

    /** The model: scores of a batch. */
    abstract NDArray scores(NDArray x, NDArray[] w);

    /** The fused update. */
    abstract void optimize(Script script, NDArray[] w, NDArray[] gradients, NDArray[] m, NDArray[] v, NDArray[] t);

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
            step(update, false);
        }
    }

    @Override
    public float[][] results() {
        float[] losses = new float[Problem.STEPS];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = step(true, true);
        }
        return new float[][] {losses};
    }

    private float step(boolean optimize, boolean read) {
        int batch = at++ % Problem.STEPS;
        try (NDManager scope = context.manager().newSubManager()) {
            NDArray[] leaves = new NDArray[weights.length];
            for (int i = 0; i < leaves.length; i++) {
                leaves[i] = TorchContext.alias(weights[i], scope);
                leaves[i].setRequiresGradient(true);
            }
            NDArray loss;
            try (GradientCollector collector = context.engine().newGradientCollector()) {
                NDArray scores = scores(TorchContext.alias(inputs[batch], scope), leaves);
                loss = scores.logSoftmax(1).gather(TorchContext.alias(labels[batch], scope), 1).mean().neg();
                collector.backward(loss);
            }
            NDArray[] gradients = new NDArray[leaves.length];
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] = leaves[i].getGradient();
            }
            if (optimize) {
                optimize(context.script(), weights, gradients, means, squares, steps);
            }
            return read ? loss.getFloat() : 0;
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
