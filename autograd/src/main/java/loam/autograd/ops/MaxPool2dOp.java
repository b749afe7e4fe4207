package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Op;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.PoolShape;

/** Largest of each window of x [n, c, h, w]; the gradient goes to the first of equals. */
public final class MaxPool2dOp extends Op {
    private final int kernel;
    private final int stride;
    private final int padding;
    private PoolShape shape;

    public MaxPool2dOp(int kernel, int stride, int padding) {
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    public String name() {
        return "max_pool2d";
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        Tensor x = PoolGeometry.floating(in[0]);
        shape = PoolGeometry.check("max_pool2d", x, kernel, stride, padding);
        Shape out = Shape.of(x.dim(0), x.dim(1), shape.outH(), shape.outW());
        Tensor y = Tensor.empty(x.dtype(), out);
        Tensor index = saved.needs(0) ? Tensor.empty(DType.I32, out) : null;
        Context.current().kernels().maxPool2d(shape, x, y, index);
        if (index != null) {
            saved.keep(index);
        }
        return new Tensor[] {y};
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        int n = dy[0].dim(0);
        int c = dy[0].dim(1);
        Tensor index = s.extra(0).reshape(n, c, -1).to(DType.I64);
        Tensor zeros = Tensor.zeros(dy[0].dtype(), Shape.of(n, c, shape.h() * shape.w()));
        return new Variable[] {Ops.scatterAdd(zeros, 2, index, dy[0].reshape(n, c, -1)).reshape(n, c, shape.h(), shape.w())};
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        Tensor dx = Tensor.empty(dy[0].dtype(), Shape.of(shape.n(), shape.c(), shape.h(), shape.w()));
        Context.current().kernels().maxPool2dGrad(shape, dy[0], s.extra(0), dx);
        return new Tensor[] {dx};
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("max_pool2d")
                .sample("2x2", in -> Ops.maxPool2d(in[0], 2, 2, 0), OpSpec.distinct(-1, 1, 2, 3, 6, 8))
                .sample("odd", in -> Ops.maxPool2d(in[0], 2, 2, 0), OpSpec.distinct(-1, 1, 1, 2, 5, 7))
                .sample("overlapping", in -> Ops.maxPool2d(in[0], 3, 2, 1), OpSpec.distinct(-1, 1, 2, 2, 7, 6));
    }
}
