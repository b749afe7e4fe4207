package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** a where the condition holds, else b; all three broadcast. */
public final class Where extends BinaryOp {
    private final Tensor condition;

    public Where(Tensor condition) {
        this.condition = condition;
    }

    @Override
    public String name() {
        return "where";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return Tensor.where(condition, a, b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return dy.where(condition, 0);
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.where(condition.not(), 0);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        OpSpec.Body body = in -> Ops.where(in[0].value(), in[1], in[2]);
        return OpSpec.of("where")
                .sample("same", body, OpSpec.mask(3, 35), OpSpec.input(-1, 1, 3, 35), OpSpec.input(-1, 1, 3, 35))
                .sample("broadcast", body, OpSpec.mask(3, 1), OpSpec.input(-1, 1, 5), OpSpec.input(-1, 1))
                .sample("scalar", body, OpSpec.mask(), OpSpec.input(-1, 1), OpSpec.input(-1, 1));
    }
}
