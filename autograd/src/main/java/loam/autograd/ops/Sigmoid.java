package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.BinaryKind;

/** 1 / (1 + exp(-x)). */
public final class Sigmoid extends UnaryOp {
    @Override
    public String name() {
        return "sigmoid";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.sigmoid();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.output()).mul(s.output().neg().add(1));
    }

    @Override
    protected Tensor fastBackward(Saved s, Tensor dy) {
        return dy.binary(BinaryKind.SIGMOID_GRAD, s.outputValue(0));
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
        return OpSpec.unary("sigmoid", -3, 3, Variable::sigmoid);
    }
}
