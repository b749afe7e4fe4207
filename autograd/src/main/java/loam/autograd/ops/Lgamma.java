package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Logarithm of the absolute value of the gamma function. */
public final class Lgamma extends UnaryOp {
    @Override
    public String name() {
        return "lgamma";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.lgamma();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(Ops.digamma(s.input()));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("lgamma", 0.4, 4, Ops::lgamma);
    }
}
