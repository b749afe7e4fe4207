package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Hyperbolic cosine. */
public final class Cosh extends UnaryOp {
    @Override
    public String name() {
        return "cosh";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.cosh();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input().sinh());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("cosh", -2, 2, Variable::cosh);
    }
}
