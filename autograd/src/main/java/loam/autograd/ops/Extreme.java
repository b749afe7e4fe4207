package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Largest or smallest over axes; ties share the gradient equally (as PyTorch's amax and amin). */
public final class Extreme extends UnaryOp {
    private final boolean largest;
    private final boolean keepDims;
    private final int[] axes;
    private Shape kept;

    public Extreme(boolean largest, boolean keepDims, int... axes) {
        this.largest = largest;
        this.keepDims = keepDims;
        this.axes = axes.clone();
    }

    @Override
    public String name() {
        return largest ? "amax" : "amin";
    }

    @Override
    protected Tensor forward(Tensor x) {
        kept = x.shape().reduced(x.shape().axes(name(), axes), true);
        return largest ? x.max(keepDims, axes) : x.min(keepDims, axes);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Tensor x = s.inputValue(0);
        Tensor top = s.outputValue(0).reshape(kept);
        Tensor hit = x.eq(top).to(x.dtype());
        int[] over = x.shape().axes(name(), axes);
        Tensor share = hit.div(hit.sum(true, over));
        return dy.reshape(kept.toArray()).mul(share);
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("amax")
                .sample("all", in -> in[0].max(false), OpSpec.distinct(-1, 1, 3, 37))
                .sample("rows", in -> in[0].max(true, 1), OpSpec.distinct(-1, 1, 4, 35))
                .sample("columns", in -> in[0].min(false, 0), OpSpec.distinct(-1, 1, 6, 33))
                .sample("outer", in -> in[0].min(false, 0, 2), OpSpec.distinct(-1, 1, 3, 4, 5))
                .firstOrderOnly();
    }
}
