package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** e to the x. */
public final class Exp extends UnaryOp {
    @Override
    public String name() {
        return "exp";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.exp();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.output());
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("exp", -2, 2, Variable::exp);
    }
}
