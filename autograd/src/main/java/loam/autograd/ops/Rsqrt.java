package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** 1 / sqrt(x). */
public final class Rsqrt extends UnaryOp {
    @Override
    public String name() {
        return "rsqrt";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.rsqrt();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(s.output().mul(s.output()).mul(s.output())).mul(-0.5);
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
        return OpSpec.unary("rsqrt", 0.2, 3, Variable::rsqrt);
    }
}
