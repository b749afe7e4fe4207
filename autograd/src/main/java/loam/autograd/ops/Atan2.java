package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** The angle of the point (b, a), broadcast: a is the ordinate. */
public final class Atan2 extends BinaryOp {
    @Override
    public String name() {
        return "atan2";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return a.atan2(b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return dy.mul(s.input(1)).div(s.input(0).square().add(s.input(1).square()));
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.mul(s.input(0)).div(s.input(0).square().add(s.input(1).square())).neg();
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.binary("atan2", OpSpec.input(-2, 2), OpSpec.input(0.5, 2), Ops::atan2);
    }
}
