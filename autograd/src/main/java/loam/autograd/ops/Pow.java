package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** a to the b, broadcast; the gradient for b is 0 where a is 0. */
public final class Pow extends BinaryOp {
    @Override
    public String name() {
        return "pow";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return a.pow(b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return powLeft(s, dy);
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return dy.mul(Ops.where(s.inputValue(0).gt(0), s.input(0), Tensor.scalar(s.inputValue(0).dtype(), 1)).log()).mul(Ops.pow(s.input(0), s.input(1)));
    }

    /** b a^(b-1), and 0 where b is 0 (there the power is constant). */
    private static Variable powLeft(Saved s, Variable dy) {
        Variable slope = s.input(1).mul(Ops.pow(s.input(0), s.input(1).sub(1)));
        return dy.mul(Ops.where(s.inputValue(1).ne(0), slope, Tensor.scalar(slope.dtype(), 0)));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.binary("pow", OpSpec.input(0.3, 2), OpSpec.input(-2, 2), Variable::pow);
    }
}
