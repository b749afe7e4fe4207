package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Rows of an axis by an integer index [n]; the gradient adds up where an index repeats. */
public final class IndexSelect extends UnaryOp {
    private final int axis;
    private final Tensor index;
    private Shape from;

    public IndexSelect(int axis, Tensor index) {
        this.axis = axis;
        this.index = index;
    }

    @Override
    public String name() {
        return "index_select";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.indexSelect(axis, index);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        int a = from.axis("index_select", axis);
        int[] d = new int[from.rank()];
        java.util.Arrays.fill(d, 1);
        d[a] = index.numel();
        Tensor all = index.reshape(d).expand(dy.shape());
        return Ops.scatterAdd(Tensor.zeros(dy.dtype(), from), a, all, dy);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("index_select")
                .sample("rows", in -> in[1].indexSelect(0, in[0].value()), OpSpec.index(5, 7), OpSpec.input(-1, 1, 5, 33))
                .sample("columns", in -> in[1].indexSelect(-1, in[0].value()), OpSpec.index(4, 9), OpSpec.input(-1, 1, 3, 4))
                .sample("none", in -> in[1].indexSelect(0, in[0].value()), OpSpec.index(4, 0), OpSpec.input(-1, 1, 4, 3));
    }
}
