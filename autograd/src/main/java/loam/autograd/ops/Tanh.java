package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.BinaryKind;

/** Hyperbolic tangent. */
public final class Tanh extends UnaryOp {
    @Override
    public String name() {
        return "tanh";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.tanh();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.output().square().neg().add(1));
    }

    @Override
    protected Tensor fastBackward(Saved s, Tensor dy) {
        return dy.binary(BinaryKind.TANH_GRAD, s.outputValue(0));
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
        return OpSpec.unary("tanh", -2, 2, Variable::tanh);
    }
}
