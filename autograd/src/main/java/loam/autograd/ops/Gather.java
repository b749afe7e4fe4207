package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** out[i][j] = x[index[i][j]][j] for axis 0; the gradient adds up where an index repeats. */
public final class Gather extends UnaryOp {
    private final int axis;
    private final Tensor index;
    private Shape from;

    public Gather(int axis, Tensor index) {
        this.axis = axis;
        this.index = index;
    }

    @Override
    public String name() {
        return "gather";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.gather(axis, index);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return Ops.scatterAdd(Tensor.zeros(dy.dtype(), from), axis, index, dy);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("gather")
                .sample("rows", in -> in[1].gather(1, in[0].value()), OpSpec.index(35, 3, 4), OpSpec.input(-1, 1, 3, 35))
                .sample("columns", in -> in[1].gather(0, in[0].value()), OpSpec.index(5, 2, 3), OpSpec.input(-1, 1, 5, 3));
    }
}
