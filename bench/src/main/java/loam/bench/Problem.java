package loam.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The work of a row, described so that any engine can do it: shapes, and inputs that are written once and read by every side. */
public sealed interface Problem {
    /** Steps after which the sides must agree in loss; each has its own batch. */
    int STEPS = 10;
    /** Learning rate of Adam; its other settings are PyTorch's defaults. */
    double LEARNING_RATE = 1e-3;
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

    /** {@code C = op(A) op(B)}, n x n each; {@code op} is the transpose where asked for. */
    record Product(int n, boolean transposeA, boolean transposeB) implements Problem {
        @Override
        public double flops() {
            return 2.0 * n * n * n;
        }

        @Override
        public void write(Path dir) {
            Random random = new Random(n);
            put(dir, "a", gaussian(random, n * n, 1));
            put(dir, "b", gaussian(random, n * n, 1 / Math.sqrt(n)));
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
            float[] classes = gaussian(random, CLASSES * FEATURES, CLASS_SCALE);
            float[] x = gaussian(random, STEPS * batch * FEATURES, 1);
            int[] labels = new int[STEPS * batch];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = random.nextInt(CLASSES);
                for (int j = 0; j < FEATURES; j++) {
                    x[i * FEATURES + j] += classes[labels[i] * FEATURES + j];
                }
            }
            put(dir, "x", x);
            try {
                Raw.writeInts(dir.resolve("y"), labels);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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

    private static void put(Path dir, String name, float[] values) {
        try {
            Raw.writeFloats(dir.resolve(name), values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] gaussian(Random random, int n, double scale) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (random.nextGaussian() * scale);
        }
        return x;
    }

    private static float[] uniform(Random random, int n, double bound) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return x;
    }
}
