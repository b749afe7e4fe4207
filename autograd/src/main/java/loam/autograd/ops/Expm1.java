package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** e to the x, minus 1, exact near 0. */
public final class Expm1 extends UnaryOp {
    @Override
    public String name() {
        return "expm1";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.expm1();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.output().add(1));
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
        return OpSpec.unary("expm1", -2, 2, Variable::expm1);
    }
}
