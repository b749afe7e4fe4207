package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Inverse sine on [-1, 1]. */
public final class Asin extends UnaryOp {
    @Override
    public String name() {
        return "asin";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.asin();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input().square().neg().add(1).rsqrt());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("asin", -0.8, 0.8, Variable::asin);
    }
}
