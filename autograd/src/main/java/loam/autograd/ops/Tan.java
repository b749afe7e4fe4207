package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Tangent, radians. */
public final class Tan extends UnaryOp {
    @Override
    public String name() {
        return "tan";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.tan();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.output().square().add(1));
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
        return OpSpec.unary("tan", -1.2, 1.2, Variable::tan);
    }
}
