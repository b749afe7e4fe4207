package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** 1 / x. */
public final class Reciprocal extends UnaryOp {
    @Override
    public String name() {
        return "reciprocal";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.reciprocal();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.output().square()).neg();
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
        return OpSpec.unary("reciprocal", 0.3, 3, Variable::reciprocal);
    }
}
