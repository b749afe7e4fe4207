package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** x - log(sum(exp(x))) along an axis. */
public final class LogSoftmax extends UnaryOp {
    private final int axis;

    public LogSoftmax(int axis) {
        this.axis = axis;
    }

    @Override
    public String name() {
        return "log_softmax";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.logSoftmax(axis);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.sub(s.output().exp().mul(dy.sum(true, axis)));
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("log_softmax")
                .sample("last", in -> in[0].logSoftmax(-1), OpSpec.input(-3, 3, 4, 37))
                .sample("first", in -> in[0].logSoftmax(0), OpSpec.input(-3, 3, 4, 5));
    }
}
