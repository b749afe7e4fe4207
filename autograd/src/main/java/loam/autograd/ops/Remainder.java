package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** {@code a - b floor(a / b)}, broadcast; the floor counts as constant. */
public final class Remainder extends BinaryOp {
    @Override
    public String name() {
        return "remainder";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return a.remainder(b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return dy;
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.mul(s.inputValue(0).floorDiv(s.inputValue(1))).neg();
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        // quotients stay between 2 and 3
        return OpSpec.binary("remainder", OpSpec.input(2.5, 2.8), OpSpec.input(1.0, 1.2), Ops::remainder);
    }
}
