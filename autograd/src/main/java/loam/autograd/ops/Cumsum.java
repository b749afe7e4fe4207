package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Running sum along an axis. */
public final class Cumsum extends UnaryOp {
    private final int axis;

    public Cumsum(int axis) {
        this.axis = axis;
    }

    @Override
    public String name() {
        return "cumsum";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.cumsum(axis);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.flip(axis).cumsum(axis).flip(axis);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("cumsum")
                .sample("last", in -> in[0].cumsum(-1), OpSpec.input(-1, 1, 3, 37))
                .sample("first", in -> in[0].cumsum(0), OpSpec.input(-1, 1, 5, 4))
                .sample("one", in -> in[0].cumsum(1), OpSpec.input(-1, 1, 3, 1));
    }
}
