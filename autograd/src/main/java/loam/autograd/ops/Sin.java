package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Sine, radians. */
public final class Sin extends UnaryOp {
    @Override
    public String name() {
        return "sin";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.sin();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input().cos());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("sin", -3, 3, Variable::sin);
    }
}
