package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** a b, broadcast. */
public final class Mul extends BinaryOp {
    @Override
    public String name() {
        return "mul";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return a.mul(b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return dy.mul(s.input(1));
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.mul(s.input(0));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.binary("mul", OpSpec.input(-2, 2), OpSpec.input(-2, 2), Variable::mul);
    }
}
