package loam.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The work of a row, described so that any engine can do it: shapes, and inputs that are written once and read by every side. */
public sealed interface Problem permits Problem.Product, Problem.Convolution, Problem.Entries, Problem.SoftmaxRows, Problem.LayerNorm,
        Problem.Inference, Problem.Training, Vit {
    /** Steps after which the sides must agree in loss; each has its own batch. */
    int STEPS = 10;
    /**
     * Learning rate of Adam; its other settings are PyTorch's defaults. At 1e-3 ten steps of the CNN enlarge differences of rounding, even between
     * two kernel sets, to 1e-3 in loss; at this rate they stay below 1e-4, and an update that is wrong still shows.
     */
    double LEARNING_RATE = 3e-4;
    /** Classes of the networks. */
    int CLASSES = 10;
    /** Rows and columns of the images, and features of one. */
    int IMAGE = 28;
    int FEATURES = IMAGE * IMAGE;
    /** Strength of a class's picture against the noise: learnable, so that a wrong update shows in the losses. */
    double CLASS_SCALE = 0.3;

    /** Floating-point operations of one iteration, a multiply-add counted as two. Bias, activation, loss and optimizer are left out. */
    double flops();

    /** Writes the inputs below {@code dir}; the same bytes every time. */
    void write(Path dir);

    /** Whether both sides' results are losses of training steps, compared as they are, rather than arrays, compared against their largest entry. */
    default boolean trains() {
        return false;
    }

    /** Whether the peer is ONNX Runtime instead of libtorch. */
    default boolean infers() {
        return false;
    }

    /**
     * {@code C = op(A) op(B)}, an m x n matrix with sums over k; {@code op} is the transpose where asked for.
     *
     * @param batch number of independent products, 1 for plain matrices
     */
    record Product(int batch, int m, int n, int k, boolean transposeA, boolean transposeB) implements Problem {
        static Product square(int n, boolean transposeA, boolean transposeB) {
            return new Product(1, n, n, n, transposeA, transposeB);
        }

        static Product of(int m, int n, int k) {
            return new Product(1, m, n, k, false, false);
        }

        /** Whether this is one product of square matrices. */
        public boolean isSquare() {
            return batch == 1 && m == n && n == k;
        }

        /** The left factor as it is stored. */
        public int[] leftShape() {
            return batched(transposeA ? k : m, transposeA ? m : k);
        }

        /** The right factor as it is stored. */
        public int[] rightShape() {
            return batched(transposeB ? n : k, transposeB ? k : n);
        }

        private int[] batched(int rows, int columns) {
            return batch == 1 ? new int[] {rows, columns} : new int[] {batch, rows, columns};
        }

        @Override
        public double flops() {
            return 2.0 * batch * m * n * k;
        }

        @Override
        public void write(Path dir) {
            Random random = new Random(n);
            put(dir, "a", gaussian(random, batch * m * k, 1));
            put(dir, "b", gaussian(random, batch * k * n, 1 / Math.sqrt(k)));
        }
    }

    /**
     * A 3x3 convolution of a batch of square images with stride 1, padding 1 and a bias, dense NCHW in and out: the forward pass, or the
     * gradients of weight, bias and, if asked for, input from the output's.
     */
    record Convolution(int batch, int in, int out, int side, boolean backward, boolean inputGradient) implements Problem {
        /** Rows and columns of the kernel. */
        public static final int KERNEL = 3;

        /** The input's shape. */
        public int[] inputShape() {
            return new int[] {batch, in, side, side};
        }

        /** The output's shape. */
        public int[] outputShape() {
            return new int[] {batch, out, side, side};
        }

        /** The weight's shape. */
        public int[] weightShape() {
            return new int[] {out, in, KERNEL, KERNEL};
        }

        @Override
        public double flops() {
            double once = 2.0 * batch * side * side * out * in * KERNEL * KERNEL;
            return !backward ? once : inputGradient ? 2 * once : once;
        }

        @Override
        public void write(Path dir) {
            Random random = new Random(side);
            double bound = 1 / Math.sqrt(in * KERNEL * KERNEL);
            put(dir, "x", gaussian(random, size(inputShape()), 1));
            put(dir, "w", uniform(random, size(weightShape()), bound));
            put(dir, "b", uniform(random, out, bound));
            put(dir, "dy", gaussian(random, size(outputShape()), 1));
        }
    }

    /** What {@link Entries} does to its input. */
    enum Function {
        /** Sum of two arrays. */
        ADD,
        /** Larger of the entry and 0. */
        RELU,
        /** One number, the sum of all. */
        SUM,
        /** Exponential. */
        EXP,
        /** Hyperbolic tangent. */
        TANH,
        /** Gaussian error linear unit, exact form. */
        GELU,
        /** Natural logarithm. */
        LOG
    }

    /** A function of every entry of an array, or the sum over them. */
    record Entries(Function function, int n) implements Problem {
        @Override
        public double flops() {
            return 0;
        }

        @Override
        public void write(Path dir) {
            Random random = new Random(n);
            float[] x = gaussian(random, n, 1);
            if (function == Function.LOG) {
                for (int i = 0; i < n; i++) {
                    x[i] = Math.abs(x[i]) + 1e-3f;
                }
            }
            if (function == Function.SUM) {
                for (int i = 0; i < n; i++) {
                    x[i] += 0.5f;
                }
            }
            put(dir, "x", x);
            if (function == Function.ADD) {
                put(dir, "y", gaussian(random, n, 1));
            }
        }
    }

    /** Softmax over the last axis, forward. */
    record SoftmaxRows(int rows, int columns) implements Problem {
        @Override
        public double flops() {
            return 0;
        }

        @Override
        public void write(Path dir) {
            put(dir, "x", gaussian(new Random(rows), rows * columns, 2));
        }
    }

    /** Layer normalisation with weight and bias over the last axis, forward and backward with all three gradients. */
    record LayerNorm(int rows, int columns) implements Problem {
        /** What is added to the variance, PyTorch's default. */
        public static final double EPS = 1e-5;

        @Override
        public double flops() {
            return 0;
        }

        @Override
        public void write(Path dir) {
            Random random = new Random(columns);
            put(dir, "x", gaussian(random, rows * columns, 1));
            put(dir, "w", uniform(random, columns, 1));
            put(dir, "b", uniform(random, columns, 1));
            put(dir, "dy", gaussian(random, rows * columns, 1));
        }
    }

    /** Forward pass of a classifier on one image at a time, without gradients; its weights are those of {@link Training}. */
    record Inference(Training model) implements Problem {
        @Override
        public double flops() {
            double sum = 0;
            for (Layer l : model.layers()) {
                sum += 2 * l.multiplyAdds();
            }
            return sum;
        }

        @Override
        public boolean infers() {
            return true;
        }

        /** One image as the model takes it. */
        public int[] inputShape() {
            return model.inputShape(1);
        }

        @Override
        public void write(Path dir) {
            model.write(dir);
        }
    }

    /**
     * A classifier trained on batches of images with cross-entropy: forward, backward and, if asked for, Adam's update.
     *
     * @param layers    in order; weights are stored as w0, w1, ..., biases as b0, b1, ...
     * @param optimizer whether an iteration updates the weights
     */
    record Training(String model, int batch, List<Layer> layers, boolean optimizer) implements Problem {
        /** MLP 784-512-256-10 with ReLU. */
        static Training mlp(boolean optimizer) {
            return new Training("mlp", 128, List.of(Layer.linear(FEATURES, 512), Layer.linear(512, 256), Layer.linear(256, CLASSES)), optimizer);
        }

        /** Two 3x3 convolutions (1-32-64, padding 1), each with ReLU and 2x2 max-pool, then 3136-128-10. */
        static Training cnn(boolean optimizer) {
            return new Training("cnn", 64, List.of(Layer.conv(1, 32, IMAGE), Layer.conv(32, 64, IMAGE / 2),
                    Layer.linear(64 * 7 * 7, 128), Layer.linear(128, CLASSES)), optimizer);
        }

        @Override
        public boolean trains() {
            return true;
        }

        /** A batch of {@code n} images as the first layer takes it. */
        public int[] inputShape(int n) {
            return layers.get(0).isConv() ? new int[] {n, 1, IMAGE, IMAGE} : new int[] {n, FEATURES};
        }

        /** The first layer's input needs no gradient: two products there, three elsewhere. */
        @Override
        public double flops() {
            double sum = 0;
            for (int i = 0; i < layers.size(); i++) {
                sum += (i == 0 ? 2 : 3) * 2.0 * batch * layers.get(i).multiplyAdds();
            }
            return sum;
        }

        /** Weights and biases uniform in plus or minus 1 / sqrt(fan-in); ten batches of a class's picture plus Gaussian noise. */
        @Override
        public void write(Path dir) {
            Random random = new Random(batch);
            for (int i = 0; i < layers.size(); i++) {
                Layer l = layers.get(i);
                double bound = 1 / Math.sqrt(l.fanIn());
                put(dir, "w" + i, uniform(random, l.weights(), bound));
                put(dir, "b" + i, uniform(random, l.out(), bound));
            }
            writeBatches(dir, random, STEPS * batch, FEATURES);
        }

        /** The lengths of all weights and biases in order w0, b0, w1, b1, ... */
        public List<String> parameterNames() {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < layers.size(); i++) {
                names.add("w" + i);
                names.add("b" + i);
            }
            return names;
        }
    }

    /**
     * One layer with weights.
     *
     * @param kernel side of a square convolution kernel, 0 for a linear layer
     * @param pixels places at which the kernel is applied, 1 for a linear layer
     */
    record Layer(int in, int out, int kernel, int pixels) {
        static Layer linear(int in, int out) {
            return new Layer(in, out, 0, 1);
        }

        static Layer conv(int in, int out, int side) {
            return new Layer(in, out, 3, side * side);
        }

        /** Whether this is a convolution. */
        public boolean isConv() {
            return kernel > 0;
        }

        int fanIn() {
            return isConv() ? in * kernel * kernel : in;
        }

        int weights() {
            return out * fanIn();
        }

        double multiplyAdds() {
            return (double) weights() * pixels;
        }

        /** The weight's shape: [out, in] or [out, in, kernel, kernel]. */
        public int[] weightShape() {
            return isConv() ? new int[] {out, in, kernel, kernel} : new int[] {out, in};
        }
    }

    /** Number of entries of a shape. */
    static int size(int... shape) {
        int n = 1;
        for (int d : shape) {
            n = Math.multiplyExact(n, d);
        }
        return n;
    }

    /** Images x of a class's picture plus Gaussian noise, and their classes y. */
    static void writeBatches(Path dir, Random random, int images, int features) {
        float[] classes = gaussian(random, CLASSES * features, CLASS_SCALE);
        float[] x = gaussian(random, images * features, 1);
        int[] labels = new int[images];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(CLASSES);
            for (int j = 0; j < features; j++) {
                x[i * features + j] += classes[labels[i] * features + j];
            }
        }
        put(dir, "x", x);
        try {
            Raw.writeInts(dir.resolve("y"), labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an array to a file. */
    static void put(Path dir, String name, float[] values) {
        try {
            Raw.writeFloats(dir.resolve(name), values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Normal numbers of this standard deviation. */
    static float[] gaussian(Random random, int n, double scale) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (random.nextGaussian() * scale);
        }
        return x;
    }

    /** Numbers uniform in plus or minus {@code bound}. */
    static float[] uniform(Random random, int n, double bound) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return x;
    }
}
