package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import loam.tensor.Workspace;

/** Training steps of a classifier: the same ten batches over and over, cross-entropy, an optimizer. */
abstract class LoamSteps extends LoamWork {
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
        at = 0;
        for (int i = 0; i < initial.size(); i++) {
            parameters.get(i).update(initial.get(i));
            parameters.get(i).zeroGrad();
        }
        optimizer = optimizer(parameters);
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
        List<Float> losses = new ArrayList<>();
        Workspace workspace = new Workspace();
        for (int i = 0; i < Problem.STEPS; i++) {
            workspace.run(() -> {
                Variable loss = loss();
                losses.add((float) loss.item());
                optimizer.step(loss);
            });
        }
        float[] values = new float[losses.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = losses.get(i);
        }
        return new float[][] {values};
    }
}
