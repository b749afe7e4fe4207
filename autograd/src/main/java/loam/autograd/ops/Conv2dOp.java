package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.ConvShape;

/**
 * Cross-correlation of x [n, ci, h, w] with w [co, ci / groups, kh, kw], plus bias [co] (or absent). The three directions (output, input
 * gradient, weight gradient) are one trilinear form, so the derivative of each is made of the other two.
 */
public final class Conv2dOp extends Op {
    /** Geometry of a convolution; padding may differ on the two sides. */
    public record Geometry(int strideH, int strideW, int padTop, int padBottom, int padLeft, int padRight, int dilationH, int dilationW, int groups) {
        /** Equal strides, padding and dilation on both axes. */
        public static Geometry of(int stride, int padding, int dilation, int groups) {
            return new Geometry(stride, stride, padding, padding, padding, padding, dilation, dilation, groups);
        }
    }

    private enum Direction { OUTPUT, INPUT, WEIGHT }

    private final Direction direction;
    private final Geometry geometry;
    private final Activation act;
    /** The geometry with extents; known from the start for the gradient directions. */
    private ConvShape shape;

    public Conv2dOp(Geometry geometry, Activation act) {
        this(Direction.OUTPUT, geometry, act, null);
    }

    private Conv2dOp(Direction direction, Geometry geometry, Activation act, ConvShape shape) {
        this.direction = direction;
        this.geometry = geometry;
        this.act = act;
        this.shape = shape;
    }

    @Override
    public String name() {
        return switch (direction) {
            case OUTPUT -> "conv2d";
            case INPUT -> "conv2d_input_grad";
            case WEIGHT -> "conv2d_weight_grad";
        };
    }

    @Override
    protected boolean keepsInput(int i) {
        return i < 2;
    }

    @Override
    protected boolean keepsOutput() {
        return act == Activation.RELU;
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        DType common = DType.promote(in[0].dtype(), in[1].dtype());
        DType t = common.isFloating() ? common : DType.F32;
        switch (direction) {
            case INPUT -> {
                Tensor dx = Tensor.empty(t, Shape.of(shape.n(), shape.ci(), shape.h(), shape.w()));
                Context.current().kernels().conv2dInputGrad(shape, in[0].to(t), in[1].to(t), dx);
                return new Tensor[] {dx};
            }
            case WEIGHT -> {
                Tensor dw = Tensor.empty(t, Shape.of(shape.co(), shape.ci() / shape.groups(), shape.kh(), shape.kw()));
                Context.current().kernels().conv2dWeightGrad(shape, in[0].to(t), in[1].to(t), dw, null);
                return new Tensor[] {dw};
            }
            default -> {
                shape = check(in[0], in[1], in.length > 2 ? in[2] : null);
                Tensor y = Tensor.empty(t, Shape.of(shape.n(), shape.co(), shape.outH(), shape.outW()));
                if (y.numel() > 0) {
                    Context.current().kernels().conv2d(shape, in[0].to(t), in[1].to(t), in.length > 2 ? in[2].to(t) : null, act, y);
                }
                return new Tensor[] {y};
            }
        }
    }

    private ConvShape check(Tensor x, Tensor w, Tensor bias) {
        if (x.rank() != 4 || w.rank() != 4) {
            throw Failure.of("conv2d", "needs images [n, channels, h, w] and weights [out, in / groups, kh, kw]").operand("input", x.shape())
                    .operand("weight", w.shape()).hint("reshape the input to four axes; one grey image is [1, 1, h, w]").shape();
        }
        Geometry g = geometry;
        if (g.groups() < 1 || w.dim(0) % g.groups() != 0) {
            throw Failure.of("conv2d", "output channels do not divide into " + g.groups() + " groups").operand("weight", w.shape(), 0).argument();
        }
        int expected = w.dim(1) * g.groups();
        if (x.dim(1) != expected) {
            throw Failure.of("conv2d", "input has " + x.dim(1) + " channels, the weight expects " + expected).operand("input", x.shape(), 1)
                    .operand("weight", w.shape(), 1).hint(channelHint(x.dim(1), w)).shape();
        }
        if (w.dim(2) == 0 || w.dim(3) == 0) {
            throw Failure.of("conv2d", "the kernel has no elements").operand("weight", w.shape()).shape();
        }
        if (bias != null && (bias.rank() != 1 || bias.dim(0) != w.dim(0))) {
            throw Failure.of("conv2d", "one bias for each output channel is needed").operand("bias", bias.shape()).operand("weight", w.shape(), 0).shape();
        }
        if (Math.min(g.strideH(), g.strideW()) < 1 || Math.min(g.dilationH(), g.dilationW()) < 1
                || Math.min(Math.min(g.padTop(), g.padBottom()), Math.min(g.padLeft(), g.padRight())) < 0) {
            throw Failure.of("conv2d", "stride and dilation are at least 1, padding at least 0").fact("geometry", g).argument();
        }
        ConvShape s = new ConvShape(x.dim(0), x.dim(1), x.dim(2), x.dim(3), w.dim(0), w.dim(2), w.dim(3), g.strideH(), g.strideW(),
                g.padTop(), g.padBottom(), g.padLeft(), g.padRight(), g.dilationH(), g.dilationW(), g.groups());
        boolean tooSmall = x.dim(2) + g.padTop() + g.padBottom() < g.dilationH() * (w.dim(2) - 1) + 1
                || x.dim(3) + g.padLeft() + g.padRight() < g.dilationW() * (w.dim(3) - 1) + 1;
        if (tooSmall) {
            throw Failure.of("conv2d", "the padded image is smaller than the kernel").operand("input", x.shape(), 2).operand("weight", w.shape(), 2)
                    .hint("use a smaller kernel or more padding").shape();
        }
        return s;
    }

    private static String channelHint(int channels, Tensor w) {
        String layer = "new Conv2d(" + channels + ", " + w.dim(0) + ", " + w.dim(2) + ", rng)";
        return channels == 3 ? "images are in colour: " + layer + ", or convert them to grey" : "declare the layer as " + layer;
    }

    private Conv2dOp to(Direction d) {
        return new Conv2dOp(d, geometry, Activation.NONE, shape);
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable g = act == Activation.RELU ? dy[0].where(s.outputValue(0).gt(0), 0) : dy[0];
        Variable a = s.input(0);
        Variable b = s.input(1);
        Variable[] out = new Variable[s.size()];
        switch (direction) {
            case OUTPUT -> {
                out[0] = s.needs(0) ? to(Direction.INPUT).apply(g, b) : null;
                out[1] = s.needs(1) ? to(Direction.WEIGHT).apply(a, g) : null;
                if (out.length > 2) {
                    out[2] = s.needs(2) ? g.sum(0, 2, 3) : null;
                }
            }
            case INPUT -> {
                out[0] = s.needs(0) ? to(Direction.OUTPUT).apply(g, b) : null;
                out[1] = s.needs(1) ? to(Direction.WEIGHT).apply(g, a) : null;
            }
            default -> {
                out[0] = s.needs(0) ? to(Direction.INPUT).apply(b, g) : null;
                out[1] = s.needs(1) ? to(Direction.OUTPUT).apply(a, g) : null;
            }
        }
        return out;
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        if (direction != Direction.OUTPUT || dy[0].numel() == 0) {
            return null;
        }
        Tensor g = act == Activation.RELU ? dy[0].binary(BinaryKind.RELU_GRAD, s.outputValue(0)) : dy[0];
        Tensor[] out = new Tensor[s.size()];
        out[0] = s.needs(0) ? to(Direction.INPUT).forward(s, new Tensor[] {g, s.inputValue(1)})[0] : null;
        boolean bias = out.length > 2 && s.needs(2);
        if (s.needs(1)) {
            Tensor x = s.inputValue(0);
            Tensor w = s.inputValue(1);
            out[1] = Tensor.empty(g.dtype(), w.shape());
            Tensor db = bias ? Tensor.empty(g.dtype(), Shape.of(shape.co())) : null;
            Context.current().kernels().conv2dWeightGrad(shape, x.to(g.dtype()), g, out[1], db);
            if (bias) {
                out[2] = db;
            }
        } else if (bias) {
            out[2] = g.sum(0, 2, 3);
        }
        return out;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        OpSpec s = OpSpec.of("conv2d");
        sample(s, "3x3 same", Geometry.of(1, 1, 1, 1), new int[] {2, 3, 5, 7}, new int[] {4, 3, 3, 3});
        sample(s, "5x5 one channel", Geometry.of(1, 2, 1, 1), new int[] {2, 1, 8, 8}, new int[] {33, 1, 5, 5});
        sample(s, "stride", Geometry.of(2, 1, 1, 1), new int[] {1, 2, 7, 6}, new int[] {3, 2, 3, 3});
        sample(s, "dilation", Geometry.of(1, 2, 2, 1), new int[] {1, 2, 7, 6}, new int[] {3, 2, 3, 3});
        sample(s, "groups", Geometry.of(1, 1, 1, 2), new int[] {2, 4, 5, 5}, new int[] {6, 2, 3, 3});
        sample(s, "depthwise", Geometry.of(1, 1, 1, 4), new int[] {2, 4, 5, 5}, new int[] {4, 1, 3, 3});
        sample(s, "1x1", Geometry.of(1, 0, 1, 1), new int[] {2, 5, 3, 4}, new int[] {3, 5, 1, 1});
        sample(s, "uneven", new Geometry(2, 1, 0, 1, 2, 0, 1, 2, 1), new int[] {1, 2, 6, 7}, new int[] {2, 2, 2, 3});
        return s;
    }

    private static void sample(OpSpec s, String label, Geometry g, int[] x, int[] w) {
        s.sample(label, in -> Ops.conv2d(in[0], in[1], in[2], g, Activation.NONE), OpSpec.input(-1, 1, x), OpSpec.input(-1, 1, w), OpSpec.input(-1, 1, w[0]));
    }
}
