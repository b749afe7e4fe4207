package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** log(1 / (1 + exp(-x))), without overflow. */
public final class LogSigmoid extends UnaryOp {
    @Override
    public String name() {
        return "log_sigmoid";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.logSigmoid();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input().neg().sigmoid());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("log_sigmoid", -3, 3, Ops::logSigmoid);
    }
}
