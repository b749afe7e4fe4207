package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.BinaryKind;

/** max(x, 0); the derivative at 0 is 0. */
public final class Relu extends UnaryOp {
    @Override
    public String name() {
        return "relu";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.relu();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.where(s.outputValue(0).gt(0), 0);
    }

    @Override
    protected Tensor fastBackward(Saved s, Tensor dy) {
        return dy.binary(BinaryKind.RELU_GRAD, s.outputValue(0));
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
        return OpSpec.unary("relu", -2, 2, Variable::relu, 0);
    }
}
