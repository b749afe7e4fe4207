package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.nn.Layer;
import loam.nn.Losses;
import loam.optim.Optimizer;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Training steps of a classifier: the same ten batches over and over, cross-entropy, an optimizer. */
public abstract class LoamSteps extends LoamWork {
    private final Layer model;
    private final boolean update;
    private final List<Parameter> parameters;
    private final List<Tensor> initial;
    private final Tensor[] inputs = new Tensor[Problem.STEPS];
    private final int[][] labels = new int[Problem.STEPS][];
    private Optimizer optimizer;
    private int at;

    /**
     * Steps of a model.
     *
     * @param input   shape of a batch
     * @param update  whether a step ends with the optimizer's update
     * @param initial the parameters' values to start from, in the model's order
     */
    LoamSteps(Layer model, Path dir, int[] input, boolean update, List<Tensor> initial) throws IOException {
        this.model = model;
        this.update = update;
        this.initial = initial;
        parameters = model.parameters();
        if (parameters.size() != initial.size()) {
            throw new IllegalStateException("the model has " + parameters.size() + " parameters, not " + initial.size());
        }
        Shape shape = Shape.of(input);
        float[] x = Raw.floats(dir.resolve("x"));
        int[] y = Raw.ints(dir.resolve("y"));
        int batch = input[0];
        for (int i = 0; i < Problem.STEPS; i++) {
            inputs[i] = Tensor.of(shape, Arrays.copyOfRange(x, i * shape.numel(), (i + 1) * shape.numel()));
            labels[i] = Arrays.copyOfRange(y, i * batch, (i + 1) * batch);
        }
        reset();
    }

    /** A new optimizer, as at the beginning of a training. */
    abstract Optimizer optimizer(List<Parameter> trained);

    @Override
    public void reset() {
        start(1);
    }

    /** Begins a training anew from the initial weights times {@code factor}. */
    public void start(double factor) {
        at = 0;
        for (int i = 0; i < initial.size(); i++) {
            parameters.get(i).update(factor == 1 ? initial.get(i) : initial.get(i).mul(factor));
            parameters.get(i).zeroGrad();
        }
        optimizer = optimizer(parameters);
    }

    /**
     * Goes on for {@code n} steps, each with the optimizer's update, and puts their losses behind {@code from}.
     *
     * @param recycled whether each step runs in the one workspace, as {@link #iterate} has it
     */
    public void train(int n, boolean recycled, float[] losses, int from) {
        for (int i = from; i < from + n; i++) {
            int at = i;
            Runnable one = () -> {
                Variable loss = loss();
                losses[at] = (float) loss.item();
                optimizer.step(loss);
            };
            if (recycled) {
                workspace.run(one);
            } else {
                one.run();
            }
        }
    }

    /** Bytes that wait in the workspace for the next step. */
    public long pooledBytes() {
        return workspace.pooledBytes();
    }

    @Override
    List<Tensor> step() {
        Variable loss = loss();
        if (update) {
            optimizer.step(loss);
        } else {
            loss.backward();
            parameters.forEach(Parameter::zeroGrad);
        }
        return List.of();
    }

    private Variable loss() {
        int batch = at++ % Problem.STEPS;
        return Losses.crossEntropy(model.forward(inputs[batch]), labels[batch]);
    }

    @Override
    public float[][] results() {
        float[] losses = new float[Problem.STEPS];
        train(losses.length, true, losses, 0);
        return new float[][] {losses};
    }
}
