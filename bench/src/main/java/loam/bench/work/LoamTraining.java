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
import loam.bench.Work;
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
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** The training step as a user writes it: layers in a row, cross-entropy, Adam. */
final class LoamTraining implements Work {
    private final Problem.Training problem;
    private final Sequential model;
    private final List<Parameter> parameters;
    private final List<Tensor> initial = new ArrayList<>();
    private final Tensor[] inputs = new Tensor[Problem.STEPS];
    private final int[][] labels = new int[Problem.STEPS][];
    private Adam adam;
    private int at;

    LoamTraining(Problem.Training problem, Path dir) throws IOException {
        this.problem = problem;
        model = new Sequential(layers(problem));
        parameters = model.parameters();
        List<String> names = problem.parameterNames();
        if (parameters.size() != names.size()) {
            throw new IllegalStateException("the model has " + parameters.size() + " parameters, not " + names.size());
        }
        for (int i = 0; i < names.size(); i++) {
            initial.add(Tensor.of(parameters.get(i).shape(), Raw.floats(dir.resolve(names.get(i)))));
        }
        float[] x = Raw.floats(dir.resolve("x"));
        int[] y = Raw.ints(dir.resolve("y"));
        int batch = problem.batch();
        int pixels = batch * Problem.FEATURES;
        Shape shape = problem.layers().get(0).isConv() ? Shape.of(batch, 1, Problem.IMAGE, Problem.IMAGE) : Shape.of(batch, Problem.FEATURES);
        for (int i = 0; i < Problem.STEPS; i++) {
            inputs[i] = Tensor.of(shape, Arrays.copyOfRange(x, i * pixels, (i + 1) * pixels));
            labels[i] = Arrays.copyOfRange(y, i * batch, (i + 1) * batch);
        }
        reset();
    }

    private static Layer[] layers(Problem.Training problem) {
        Rng rng = Rng.seed(0);
        List<Layer> layers = new ArrayList<>();
        boolean images = false;
        for (Problem.Layer l : problem.layers()) {
            if (!layers.isEmpty() && !images) {
                layers.add(new Relu());
            }
            if (l.isConv()) {
                layers.add(new Conv2d(l.in(), l.out(), l.kernel(), Padding.SAME, rng));
                layers.add(new Relu());
                layers.add(new MaxPool2d(2));
            } else {
                if (images) {
                    layers.add(new Flatten());
                }
                layers.add(new Linear(l.in(), l.out(), rng));
            }
            images = l.isConv();
        }
        return layers.toArray(new Layer[0]);
    }

    @Override
    public void reset() {
        at = 0;
        for (int i = 0; i < initial.size(); i++) {
            parameters.get(i).update(initial.get(i));
            parameters.get(i).zeroGrad();
        }
        adam = new Adam(parameters, Problem.LEARNING_RATE);
    }

    @Override
    public void iterate(int n) {
        for (int i = 0; i < n; i++) {
            Variable loss = loss();
            if (problem.optimizer()) {
                adam.step(loss);
            } else {
                loss.backward();
                parameters.forEach(Parameter::zeroGrad);
            }
        }
    }

    private Variable loss() {
        int batch = at++ % Problem.STEPS;
        return Losses.crossEntropy(model.forward(inputs[batch]), labels[batch]);
    }

    @Override
    public double[] results() {
        double[] losses = new double[Problem.STEPS];
        for (int i = 0; i < losses.length; i++) {
            Variable loss = loss();
            losses[i] = loss.item();
            adam.step(loss);
        }
        return losses;
    }
}
