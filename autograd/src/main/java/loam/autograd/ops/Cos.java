package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Cosine, radians. */
public final class Cos extends UnaryOp {
    @Override
    public String name() {
        return "cos";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.cos();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.input().sin()).neg();
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("cos", -3, 3, Variable::cos);
    }
}
