package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Logarithm of base 10. */
public final class Log10 extends UnaryOp {
    @Override
    public String name() {
        return "log10";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.log10();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.div(s.input().mul(Math.log(10)));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("log10", 0.3, 3, Variable::log10);
    }
}
