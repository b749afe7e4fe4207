package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Same elements, other extents; a view where possible. */
public final class Reshape extends UnaryOp {
    private final int[] dims;
    private Shape from;

    public Reshape(int... dims) {
        this.dims = dims.clone();
    }

    @Override
    public String name() {
        return "reshape";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.reshape(dims);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.reshape(from.toArray());
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("reshape")
                .sample("open", in -> in[0].reshape(4, -1), OpSpec.input(-1, 1, 2, 6, 3))
                .sample("flat", in -> in[0].flatten(0, -1), OpSpec.input(-1, 1, 2, 35))
                .sample("scalar", in -> in[0].reshape(), OpSpec.input(-1, 1, 1));
    }
}
