package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.Tensor;

/** exp(x) / sum(exp(x)) along an axis. */
public final class Softmax extends UnaryOp {
    private final int axis;

    public Softmax(int axis) {
        this.axis = axis;
    }

    @Override
    public String name() {
        return "softmax";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.softmax(axis);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable y = s.output();
        return y.mul(dy.sub(dy.mul(y).sum(true, axis)));
    }

    @Override
    protected Tensor fastBackward(Saved s, Tensor dy) {
        Tensor y = s.outputValue(0);
        if (y.rank() == 0 || y.shape().axis("softmax", axis) != y.rank() - 1) {
            return null;
        }
        Tensor dx = Tensor.empty(y.dtype(), y.shape());
        Context.current().kernels().softmaxGrad(dy, y, dx);
        return dx;
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
        return OpSpec.of("softmax")
                .sample("last", in -> in[0].softmax(-1), OpSpec.input(-3, 3, 4, 37))
                .sample("first", in -> in[0].softmax(0), OpSpec.input(-3, 3, 4, 5))
                .sample("vector", in -> in[0].softmax(0), OpSpec.input(-3, 3, 7));
    }
}
