package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** x squared. */
public final class Square extends UnaryOp {
    @Override
    public String name() {
        return "square";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.square();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input()).mul(2);
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("square", -2, 2, Variable::square);
    }
}
