package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** a - b, broadcast. */
public final class Sub extends BinaryOp {
    @Override
    public String name() {
        return "sub";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return a.sub(b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return dy;
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.neg();
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.binary("sub", OpSpec.input(-2, 2), OpSpec.input(-2, 2), Variable::sub);
    }
}
