package loam.bench.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.bench.Problem;

/** The MLP and the CNN in libtorch: linear and convolution layers, ReLU, max-pool, Adam. */
final class TorchClassifier extends TorchSteps {
    private final Problem.Training problem;

    private TorchClassifier(Problem.Training problem, Path dir, TorchContext context) throws IOException {
        super(context, dir, parameters(problem), problem.inputShape(problem.batch()), problem.optimizer());
        this.problem = problem;
    }

    static TorchClassifier of(Problem.Training problem, Path dir, TorchContext context) throws IOException {
        return new TorchClassifier(problem, dir, context.scoped());
    }

    private static Map<String, int[]> parameters(Problem.Training problem) {
        Map<String, int[]> m = new LinkedHashMap<>();
        List<String> names = problem.parameterNames();
        for (int i = 0; i < names.size(); i++) {
            Problem.Layer layer = problem.layers().get(i / 2);
            m.put(names.get(i), i % 2 == 0 ? layer.weightShape() : new int[] {layer.out()});
        }
        return m;
    }

    @Override
    void optimize(Script script, NDArray[] w, NDArray[] gradients, NDArray[] m, NDArray[] v, NDArray[] t) {
        script.adam(w, gradients, m, v, t, Problem.LEARNING_RATE);
    }

    @Override
    NDArray scores(NDArray x, NDArray[] w) {
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
