package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.DType;
import loam.tensor.Tensor;

/** The same numbers in another type; the gradient is converted back. */
public final class Cast extends UnaryOp {
    private final DType to;
    private DType from;

    public Cast(DType to) {
        this.to = to;
    }

    @Override
    public String name() {
        return "to";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.dtype();
        return x.to(to);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return Ops.to(dy, from);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("to", -2, 2, x -> x.to(DType.F64));
    }
}
