package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Natural logarithm. */
public final class Log extends UnaryOp {
    @Override
    public String name() {
        return "log";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.log();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.div(s.input());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("log", 0.2, 3, Variable::log);
    }
}
