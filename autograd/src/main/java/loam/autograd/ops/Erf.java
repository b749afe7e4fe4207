package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** The error function. */
public final class Erf extends UnaryOp {
    @Override
    public String name() {
        return "erf";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.erf();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input().square().neg().exp()).mul(2 / Math.sqrt(Math.PI));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("erf", -2, 2, Variable::erf);
    }
}
