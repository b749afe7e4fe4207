package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Hyperbolic sine. */
public final class Sinh extends UnaryOp {
    @Override
    public String name() {
        return "sinh";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.sinh();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input().cosh());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("sinh", -2, 2, Variable::sinh);
    }
}
