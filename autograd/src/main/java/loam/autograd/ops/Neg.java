package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** -x. */
public final class Neg extends UnaryOp {
    @Override
    public String name() {
        return "neg";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.neg();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.neg();
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("neg", -2, 2, Variable::neg);
    }
}
