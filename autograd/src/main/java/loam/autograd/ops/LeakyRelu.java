package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** x where x is positive, else slope times x. */
public final class LeakyRelu extends UnaryOp {
    private final double slope;

    public LeakyRelu(double slope) {
        this.slope = slope;
    }

    @Override
    public String name() {
        return "leaky_relu";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.leakyRelu(slope);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return Ops.where(s.inputValue(0).gt(0), dy, dy.mul(slope));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("leaky_relu", -2, 2, x -> Ops.leakyRelu(x, 0.1), 0);
    }
}
