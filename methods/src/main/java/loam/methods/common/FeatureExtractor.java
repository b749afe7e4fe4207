package loam.methods.common;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import loam.nn.Layer;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/** Turns inputs into feature vectors and never changes: what methods on a frozen network start from. */
public interface FeatureExtractor {
    /** Length of a feature vector. */
    int dim();

    /** Features [N, dim] of inputs [N, ...]. */
    Tensor features(Tensor x);

    /** The inputs themselves, [N, dim]: the comparison that tells what a network adds. */
    static FeatureExtractor raw(int dim) {
        return of(dim, x -> x.reshape(x.dim(0), -1));
    }

    /**
     * The output [N, dim] of a network in evaluation mode, some hundred rows at a time. All its parameters and statistics are frozen from
     * now on.
     */
    static FeatureExtractor frozen(Layer network, int dim) {
        network.freeze("*");
        return of(dim, x -> {
            int rows = 512;
            List<Tensor> parts = new ArrayList<>();
            for (int i = 0; i < x.dim(0); i += rows) {
                parts.add(network.predict(x.narrow(0, i, Math.min(rows, x.dim(0) - i))));
            }
            return parts.size() == 1 ? parts.get(0) : Tensor.cat(0, parts.toArray(Tensor[]::new));
        });
    }

    private static FeatureExtractor of(int dim, UnaryOperator<Tensor> map) {
        return new FeatureExtractor() {
            @Override
            public int dim() {
                return dim;
            }

            @Override
            public Tensor features(Tensor x) {
                if (x.rank() == 0 || x.dim(0) == 0) {
                    throw Failure.of("features", "there is no input").operand("x", x.shape()).argument();
                }
                Tensor f = map.apply(x);
                if (f.rank() != 2 || f.dim(1) != dim) {
                    throw Failure.of("features", "the network's output is not [N, " + dim + "]").operand("output", f.shape()).shape();
                }
                return f;
            }
        };
    }
}
