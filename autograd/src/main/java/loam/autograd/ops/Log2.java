package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Logarithm of base 2. */
public final class Log2 extends UnaryOp {
    @Override
    public String name() {
        return "log2";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.log2();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.div(s.input().mul(Math.log(2)));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("log2", 0.3, 3, Variable::log2);
    }
}
