package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Inverse tangent. */
public final class Atan extends UnaryOp {
    @Override
    public String name() {
        return "atan";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.atan();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.div(s.input().square().add(1));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("atan", -2, 2, Variable::atan);
    }
}
