package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.autograd.ops.Conv2dOp.Geometry;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.kernel.Activation;

/**
 * A convolution of images (cross-correlation, as everywhere in the field). {@code [N, in, H, W] -> [N, out, H', W']}.
 * Weight [out, in / groups, kh, kw], bias [out]; initial values as PyTorch's.
 */
public final class Conv2d extends Layer implements FusesRelu {
    private final Parameter weight;
    private final Parameter bias;
    private final Geometry geometry;
    private final int in;

    /** A square kernel, stride 1, no padding. */
    public Conv2d(int in, int out, int kernel, Rng rng) {
        this(in, out, kernel, 1, 0, rng);
    }

    /** A square kernel, stride 1. */
    public Conv2d(int in, int out, int kernel, Padding padding, Rng rng) {
        this(in, out, kernel, kernel, padding(kernel, padding, 1, 1), true, rng);
    }

    /** A square kernel with stride and padding. */
    public Conv2d(int in, int out, int kernel, int stride, int padding, Rng rng) {
        this(in, out, kernel, stride, padding, 1, 1, true, rng);
    }

    /** All that PyTorch's has, square. */
    public Conv2d(int in, int out, int kernel, int stride, int padding, int dilation, int groups, boolean bias, Rng rng) {
        this(in, out, kernel, kernel, Geometry.of(stride, padding, dilation, groups), bias, rng);
    }

    /** Padding by name with dilation and groups, stride 1. */
    public Conv2d(int in, int out, int kernel, Padding padding, int dilation, int groups, boolean bias, Rng rng) {
        this(in, out, kernel, kernel, padding(kernel, padding, dilation, groups), bias, rng);
    }

    /** Everything by axis and side. */
    public Conv2d(int in, int out, int kernelH, int kernelW, Geometry geometry, boolean bias, Rng rng) {
        check(in, out, kernelH, kernelW, geometry);
        this.in = in;
        this.geometry = geometry;
        Shape shape = Shape.of(out, in / geometry.groups(), kernelH, kernelW);
        Rng own = Init.next(rng);
        weight = parameter("weight", Init.standard(shape, Init.fanIn(shape), own.split("weight")));
        this.bias = bias ? parameter("bias", Init.standard(Shape.of(out), Init.fanIn(shape), own.split("bias"))) : null;
    }

    private static Geometry padding(int kernel, Padding padding, int dilation, int groups) {
        int all = padding == Padding.SAME ? dilation * (kernel - 1) : 0;
        int before = all / 2;
        return new Geometry(1, 1, before, all - before, before, all - before, dilation, dilation, groups);
    }

    private static void check(int in, int out, int kernelH, int kernelW, Geometry g) {
        if (in < 1 || out < 1 || kernelH < 1 || kernelW < 1) {
            throw Failure.of("conv2d", "channels and kernel must be positive").fact("in", in).fact("out", out).fact("kernel", kernelH + " x " + kernelW).argument();
        }
        if (g.groups() < 1 || in % g.groups() != 0 || out % g.groups() != 0) {
            throw Failure.of("conv2d", "groups must divide the input and output channels").fact("in", in).fact("out", out).fact("groups", g.groups()).argument();
        }
        int pad = Math.min(Math.min(g.padTop(), g.padBottom()), Math.min(g.padLeft(), g.padRight()));
        if (Math.min(g.strideH(), g.strideW()) < 1 || Math.min(g.dilationH(), g.dilationW()) < 1 || pad < 0) {
            throw Failure.of("conv2d", "stride and dilation are at least 1, padding at least 0").fact("geometry", g).argument();
        }
    }

    /** [out, in / groups, kh, kw]. */
    public Parameter weight() {
        return weight;
    }

    /** [out], or null. */
    public Parameter bias() {
        return bias;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.conv2d(x, weight, bias, geometry, Activation.NONE);
    }

    @Override
    public Variable computeRelu(Variable x) {
        return Ops.conv2d(x, weight, bias, geometry, Activation.RELU);
    }

    @Override
    protected Module fresh() {
        return new Conv2d(in, weight.dim(0), weight.dim(2), weight.dim(3), geometry, bias != null, Rng.seed(0));
    }
}
