package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** x where x is positive, else alpha (exp(x) - 1). */
public final class Elu extends UnaryOp {
    private final double alpha;

    public Elu(double alpha) {
        this.alpha = alpha;
    }

    @Override
    public String name() {
        return "elu";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.elu(alpha);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return Ops.where(s.inputValue(0).gt(0), dy, dy.mul(s.output().add(alpha)));
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("elu", -2, 2, x -> Ops.elu(x, 1.3), 0);
    }
}
