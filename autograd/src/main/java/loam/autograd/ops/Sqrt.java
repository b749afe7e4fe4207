package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Square root. */
public final class Sqrt extends UnaryOp {
    @Override
    public String name() {
        return "sqrt";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.sqrt();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.div(s.output()).mul(0.5);
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
        return OpSpec.unary("sqrt", 0.2, 3, Variable::sqrt);
    }
}
