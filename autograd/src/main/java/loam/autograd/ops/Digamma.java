package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Derivative of lgamma. */
public final class Digamma extends UnaryOp {
    @Override
    public String name() {
        return "digamma";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.digamma();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(Ops.polygamma(1, s.input()));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("digamma", 0.4, 4, Ops::digamma);
    }
}
