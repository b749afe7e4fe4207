package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** log(1 + x), exact near 0. */
public final class Log1p extends UnaryOp {
    @Override
    public String name() {
        return "log1p";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.log1p();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.div(s.input().add(1));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("log1p", -0.5, 2, Variable::log1p);
    }
}
