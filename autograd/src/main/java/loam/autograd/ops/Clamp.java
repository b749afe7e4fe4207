package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** min(max(x, low), high); the gradient passes where low <= x <= high, as in PyTorch. */
public final class Clamp extends UnaryOp {
    private final double low;
    private final double high;

    public Clamp(double low, double high) {
        this.low = low;
        this.high = high;
    }

    @Override
    public String name() {
        return "clamp";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.clamp(low, high);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.where(s.inputValue(0).ge(low).and(s.inputValue(0).le(high)), 0);
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("clamp", -2, 2, x -> x.clamp(-0.7, 0.9), -0.7, 0.9);
    }
}
