package loam.nn;

import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Initial values of weights [out, in, ...], F32; defaults and formulas are PyTorch's ({@code torch.nn.init}). */
public final class Init {
    private Init() {
    }

    /** The nonlinearity behind a weight, for its gain. */
    public enum Gain {
        LINEAR(1), SIGMOID(1), TANH(5.0 / 3), RELU(Math.sqrt(2)), SELU(0.75);

        private final double value;

        Gain(double value) {
            this.value = value;
        }

        /** The factor on the standard deviation. */
        public double value() {
            return value;
        }

        /** The gain of a leaky ReLU of this slope. */
        public static double leakyRelu(double slope) {
            return Math.sqrt(2 / (1 + slope * slope));
        }
    }

    /** Inputs of one output: the product of all extents but the first. */
    public static int fanIn(Shape weight) {
        checkMatrix("fan_in", weight);
        return weight.numel() / Math.max(1, weight.dim(0));
    }

    /** Outputs that one input reaches: the first extent times the extents behind the second. */
    public static int fanOut(Shape weight) {
        checkMatrix("fan_out", weight);
        return weight.numel() / Math.max(1, weight.dim(1));
    }

    private static void checkMatrix(String operation, Shape weight) {
        if (weight.rank() < 2) {
            throw Failure.of(operation, "needs a weight of at least two axes").operand("weight", weight).shape();
        }
    }

    /** Every value {@code value}. */
    public static Tensor constant(Shape shape, double value) {
        return Tensor.full(shape, value);
    }

    /** Uniform on [low, high). */
    public static Tensor uniform(Shape shape, double low, double high, Rng rng) {
        float[] v = new float[shape.numel()];
        rng.uniform(v, 0, v.length, low, high);
        return Tensor.of(shape, v);
    }

    /** Normal. */
    public static Tensor normal(Shape shape, double mean, double std, Rng rng) {
        float[] v = new float[shape.numel()];
        rng.normal(v, 0, v.length, mean, std);
        return Tensor.of(shape, v);
    }

    /** Normal, redrawn outside two standard deviations: TensorFlow's truncated normal. */
    public static Tensor truncatedNormal(Shape shape, double mean, double std, Rng rng) {
        float[] v = new float[shape.numel()];
        rng.truncatedNormal(v, 0, v.length, mean, std);
        return Tensor.of(shape, v);
    }

    /** Uniform within {@code sqrt(3) gain / sqrt(fanIn)} (He et al. 2015). */
    public static Tensor kaimingUniform(Shape weight, double gain, Rng rng) {
        double bound = gain * Math.sqrt(3.0 / Math.max(1, fanIn(weight)));
        return uniform(weight, -bound, bound, rng);
    }

    /** The same with the gain of ReLU. */
    public static Tensor kaimingUniform(Shape weight, Rng rng) {
        return kaimingUniform(weight, Gain.RELU.value(), rng);
    }

    /** Normal with deviation {@code gain / sqrt(fanIn)} (He et al. 2015). */
    public static Tensor kaimingNormal(Shape weight, double gain, Rng rng) {
        return normal(weight, 0, gain / Math.sqrt(Math.max(1, fanIn(weight))), rng);
    }

    /** The same with the gain of ReLU. */
    public static Tensor kaimingNormal(Shape weight, Rng rng) {
        return kaimingNormal(weight, Gain.RELU.value(), rng);
    }

    /** Uniform within {@code gain sqrt(6 / (fanIn + fanOut))} (Glorot and Bengio 2010). */
    public static Tensor xavierUniform(Shape weight, double gain, Rng rng) {
        double bound = gain * Math.sqrt(6.0 / Math.max(1, fanIn(weight) + fanOut(weight)));
        return uniform(weight, -bound, bound, rng);
    }

    /** Normal with deviation {@code gain sqrt(2 / (fanIn + fanOut))} (Glorot and Bengio 2010). */
    public static Tensor xavierNormal(Shape weight, double gain, Rng rng) {
        return normal(weight, 0, gain * Math.sqrt(2.0 / Math.max(1, fanIn(weight) + fanOut(weight))), rng);
    }

    /** Rows (or columns, where there are fewer) of the flattened weight [out, rest] orthonormal, times {@code gain} (Saxe et al. 2014). */
    public static Tensor orthogonal(Shape weight, double gain, Rng rng) {
        checkMatrix("orthogonal", weight);
        int rows = weight.dim(0);
        int cols = fanIn(weight);
        boolean wide = cols > rows;
        int n = Math.min(rows, cols);
        int len = Math.max(rows, cols);
        double[][] basis = new double[n][len];
        for (int i = 0; i < n; i++) {
            double left;
            do {
                rng.normal(basis[i], 0, len, 0, 1);
                removeProjections(basis, i);
                left = norm(basis[i]);
            } while (left < 1e-6);
            for (int j = 0; j < len; j++) {
                basis[i][j] /= left;
            }
        }
        float[] v = new float[rows * cols];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < len; j++) {
                v[wide ? i * cols + j : j * cols + i] = (float) (gain * basis[i][j]);
            }
        }
        return Tensor.of(weight, v);
    }

    /** Makes vector i orthogonal to those before it; twice, since once loses digits. */
    private static void removeProjections(double[][] basis, int i) {
        for (int pass = 0; pass < 2; pass++) {
            for (int k = 0; k < i; k++) {
                double dot = 0;
                for (int j = 0; j < basis[i].length; j++) {
                    dot += basis[i][j] * basis[k][j];
                }
                for (int j = 0; j < basis[i].length; j++) {
                    basis[i][j] -= dot * basis[k][j];
                }
            }
        }
    }

    private static double norm(double[] v) {
        double s = 0;
        for (double x : v) {
            s += x * x;
        }
        return Math.sqrt(s);
    }

    /** The default of Linear and Conv2d: uniform within {@code 1 / sqrt(fanIn)}. */
    static Tensor standard(Shape shape, int fanIn, Rng rng) {
        double bound = 1 / Math.sqrt(Math.max(1, fanIn));
        return uniform(shape, -bound, bound, rng);
    }

    /** The generator of one new layer: one draw of the parent's, so that the sizes of earlier layers do not matter. */
    static Rng next(Rng rng) {
        return rng.split(rng.nextLong());
    }
}
