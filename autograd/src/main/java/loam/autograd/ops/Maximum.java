package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.DType;
import loam.tensor.Tensor;

/** The larger of two, broadcast; ties share the gradient equally, as in PyTorch. */
public final class Maximum extends BinaryOp {
    @Override
    public String name() {
        return "maximum";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return a.maximum(b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return dy.mul(share(s, 0, 1));
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.mul(share(s, 1, 0));
    }

    /** 1 where input i wins, 1/2 at ties. */
    private static Tensor share(Saved s, int i, int j) {
        Tensor x = s.inputValue(i);
        Tensor y = s.inputValue(j);
        DType t = DType.promote(x.dtype(), y.dtype());
        return x.gt(y).to(t).add(x.eq(y).to(t).mul(0.5));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.binary("maximum", OpSpec.input(-2, 2), OpSpec.input(-1.9, 2.1), Variable::maximum).firstOrderOnly();
    }
}
