package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** A copy of x with src added at index along an axis. */
public final class ScatterAdd extends Op {
    private final int axis;
    private final Tensor index;

    public ScatterAdd(int axis, Tensor index) {
        this.axis = axis;
        this.index = index;
    }

    @Override
    public String name() {
        return "scatter_add";
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        return new Tensor[] {in[0].scatterAdd(axis, index, in[1])};
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        return new Variable[] {s.needs(0) ? dy[0] : null, s.needs(1) ? dy[0].gather(axis, index) : null};
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("scatter_add")
                .sample("rows", in -> Ops.scatterAdd(in[1], 1, in[0].value(), in[2]), OpSpec.index(35, 3, 4), OpSpec.input(-1, 1, 3, 35), OpSpec.input(-1, 1, 3, 4))
                .sample("columns", in -> Ops.scatterAdd(in[1], 0, in[0].value(), in[2]), OpSpec.index(5, 2, 3), OpSpec.input(-1, 1, 5, 3), OpSpec.input(-1, 1, 2, 3));
    }
}
