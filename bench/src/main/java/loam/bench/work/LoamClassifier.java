package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.autograd.Parameter;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Work;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MaxPool2d;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.optim.Adam;
import loam.optim.Optimizer;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** The MLP and the CNN as a user writes them: layers in a row; trained with Adam, or asked for one prediction at a time. */
final class LoamClassifier {
    private LoamClassifier() { }

    static Work training(Problem.Training p, Path dir) throws IOException {
        Sequential model = model(p);
        return new LoamSteps(model, dir, p.inputShape(p.batch()), p.optimizer(), weights(p, model, dir)) {
            @Override
            Optimizer optimizer(List<Parameter> trained) {
                return new Adam(trained, Problem.LEARNING_RATE);
            }
        };
    }

    static Work inference(Problem.Inference p, Path dir) throws IOException {
        Sequential model = model(p.model());
        List<Tensor> weights = weights(p.model(), model, dir);
        for (int i = 0; i < weights.size(); i++) {
            model.parameters().get(i).update(weights.get(i));
        }
        float[] all = Raw.floats(dir.resolve("x"));
        float[] first = Arrays.copyOf(all, Problem.FEATURES);
        Tensor x = Tensor.of(Shape.of(p.inputShape()), first);
        return new LoamWork() {
            @Override
            List<Tensor> step() {
                return List.of(model.predict(x));
            }
        };
    }

    private static List<Tensor> weights(Problem.Training p, Sequential model, Path dir) throws IOException {
        List<Tensor> weights = new ArrayList<>();
        List<Parameter> parameters = model.parameters();
        List<String> names = p.parameterNames();
        for (int i = 0; i < names.size(); i++) {
            weights.add(Tensor.of(parameters.get(i).shape(), Raw.floats(dir.resolve(names.get(i)))));
        }
        return weights;
    }

    private static Sequential model(Problem.Training problem) {
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
        return new Sequential(layers.toArray(new Layer[0]));
    }
}
