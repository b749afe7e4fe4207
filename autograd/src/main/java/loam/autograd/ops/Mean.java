package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Mean over axes. */
public final class Mean extends UnaryOp {
    private final boolean keepDims;
    private final int[] axes;
    private Shape from;

    public Mean(boolean keepDims, int... axes) {
        this.keepDims = keepDims;
        this.axes = axes.clone();
    }

    @Override
    public String name() {
        return "mean";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.mean(keepDims, axes);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Shape kept = from.reduced(from.axes("mean", axes), true);
        double n = from.numel() / (double) Math.max(1, kept.numel());
        return dy.div(n).reshape(kept.toArray()).expand(from);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("mean")
                .sample("all", in -> in[0].mean(), OpSpec.input(-1, 1, 3, 37))
                .sample("first", in -> in[0].mean(0), OpSpec.input(-1, 1, 70, 33))
                .sample("last kept", in -> in[0].mean(true, -1), OpSpec.input(-1, 1, 5, 70))
                .sample("outer", in -> in[0].mean(0, 2), OpSpec.input(-1, 1, 3, 4, 5));
    }
}
