package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** a / b, broadcast. */
public final class Div extends BinaryOp {
    @Override
    public String name() {
        return "div";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return a.div(b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return dy.div(s.input(1));
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.mul(s.input(0)).div(s.input(1).square()).neg();
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.binary("div", OpSpec.input(-2, 2), OpSpec.input(0.5, 2), Variable::div);
    }
}
