package loam.methods.common;

import java.util.function.UnaryOperator;
import loam.nn.Layer;
import loam.nn.Tap;
import loam.tensor.Failure;
import loam.tensor.Shape;
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
        return of(dim, x -> inParts(x, network::predict));
    }

    /**
     * The output of one layer inside a network in evaluation mode, flattened: [N, C, H, W] to [N, dim] for images of the given shape
     * [C, H, W]. All parameters and statistics of the network are frozen from now on.
     *
     * @param path name of the layer, as {@code namedModules()} lists it
     * @throws loam.tensor.ArgumentException when there is no such layer; the message lists those there are
     */
    static FeatureExtractor layer(Layer network, String path, Shape image) {
        network.module(path);
        network.freeze("*");
        UnaryOperator<Tensor> output = x -> {
            try (Tap tap = network.tap(path)) {
                network.predict(x);
                return tap.output().value().reshape(x.dim(0), -1);
            }
        };
        int dim = output.apply(Tensor.zeros(image.insert(0, 1))).dim(1);
        return of(dim, x -> {
            if (x.rank() != 4 || !x.shape().without(0).equals(image)) {
                boolean small = x.rank() == 4 && (x.dim(2) < image.dim(1) || x.dim(3) < image.dim(2));
                throw Failure.of("features", small ? "the images are smaller than the network's input" : "the images are not the network's input")
                        .operand("images", x.shape()).fact("input", image).hint("Warp.resize scales images").shape();
            }
            return inParts(x, output);
        });
    }

    /** A single row goes through twice: matrices and vectors are multiplied in different orders, and its features must be those it has in a batch. */
    private static Tensor inParts(Tensor x, UnaryOperator<Tensor> map) {
        return Rows.inParts(x, 512, part -> part.dim(0) > 1 ? map.apply(part) : map.apply(Tensor.cat(0, part, part)).narrow(0, 0, 1));
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
