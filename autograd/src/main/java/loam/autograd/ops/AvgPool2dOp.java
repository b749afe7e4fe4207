package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.PoolShape;

/** Mean over windows: [n, c, h, w] to [n, c, outH, outW]. It is linear, so its gradient's derivative is the pooling itself. */
public final class AvgPool2dOp extends UnaryOp {
    private final int kernel;
    private final int stride;
    private final int padding;
    private final boolean countPadding;
    /** True for the transposed direction. */
    private final boolean gradient;
    /** Known from the start in the transposed direction. */
    private PoolShape shape;

    /** Zero padding counts in the mean when {@code countPadding} (PyTorch's default). */
    public AvgPool2dOp(int kernel, int stride, int padding, boolean countPadding) {
        this(kernel, stride, padding, countPadding, false, null);
    }

    private AvgPool2dOp(int kernel, int stride, int padding, boolean countPadding, boolean gradient, PoolShape shape) {
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
        this.countPadding = countPadding;
        this.gradient = gradient;
        this.shape = shape;
    }

    @Override
    public String name() {
        return gradient ? "avg_pool2d_grad" : "avg_pool2d";
    }

    @Override
    protected Tensor forward(Tensor x) {
        Tensor in = PoolGeometry.floating(x);
        if (gradient) {
            Tensor dx = Tensor.empty(in.dtype(), Shape.of(shape.n(), shape.c(), shape.h(), shape.w()));
            Context.current().kernels().avgPool2dGrad(shape, countPadding, in, dx);
            return dx;
        }
        shape = PoolGeometry.check("avg_pool2d", x, kernel, stride, padding);
        Tensor y = Tensor.empty(in.dtype(), Shape.of(x.dim(0), x.dim(1), shape.outH(), shape.outW()));
        Context.current().kernels().avgPool2d(shape, countPadding, in, y);
        return y;
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return new AvgPool2dOp(kernel, stride, padding, countPadding, !gradient, shape).apply(dy);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("avg_pool2d")
                .sample("2x2", in -> Ops.avgPool2d(in[0], 2, 2, 0), OpSpec.input(-1, 1, 2, 3, 6, 8))
                .sample("odd", in -> Ops.avgPool2d(in[0], 2, 2, 0), OpSpec.input(-1, 1, 1, 2, 5, 7))
                .sample("padding counts", in -> Ops.avgPool2d(in[0], 3, 2, 1), OpSpec.input(-1, 1, 2, 2, 7, 6))
                .sample("padding does not", in -> Ops.avgPool2d(in[0], 3, 1, 1, false), OpSpec.input(-1, 1, 1, 2, 5, 35));
    }
}
