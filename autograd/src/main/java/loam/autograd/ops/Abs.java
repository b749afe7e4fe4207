package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** |x|; the derivative at 0 is 0. */
public final class Abs extends UnaryOp {
    @Override
    public String name() {
        return "abs";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.abs();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.inputValue(0).sign());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("abs", -2, 2, Variable::abs, 0);
    }
}
