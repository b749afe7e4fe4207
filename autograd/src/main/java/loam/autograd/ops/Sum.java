package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Sum over axes. */
public final class Sum extends UnaryOp {
    private final boolean keepDims;
    private final int[] axes;
    private Shape from;

    public Sum(boolean keepDims, int... axes) {
        this.keepDims = keepDims;
        this.axes = axes.clone();
    }

    @Override
    public String name() {
        return "sum";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.sum(keepDims, axes);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.reshape(from.reduced(from.axes("sum", axes), true).toArray()).expand(from);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("sum")
                .sample("all", in -> in[0].sum(), OpSpec.input(-1, 1, 3, 37))
                .sample("first", in -> in[0].sum(0), OpSpec.input(-1, 1, 70, 33))
                .sample("last kept", in -> in[0].sum(true, -1), OpSpec.input(-1, 1, 5, 70))
                .sample("middle", in -> in[0].sum(1), OpSpec.input(-1, 1, 2, 5, 9))
                .sample("outer", in -> in[0].sum(0, 2), OpSpec.input(-1, 1, 3, 4, 5))
                .sample("empty", in -> in[0].sum(0), OpSpec.input(-1, 1, 0, 3))
                .sample("scalar", in -> in[0].sum(), OpSpec.input(-1, 1));
    }
}
