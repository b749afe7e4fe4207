package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.BinaryKind;

/** x sigmoid(x), also called swish. */
public final class Silu extends UnaryOp {
    @Override
    public String name() {
        return "silu";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.silu();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable y = s.input().sigmoid();
        return dy.mul(y.mul(s.input().mul(y.neg().add(1)).add(1)));
    }

    @Override
    protected Tensor fastBackward(Saved s, Tensor dy) {
        return dy.binary(BinaryKind.SILU_GRAD, s.inputValue(0));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("silu", -3, 3, Ops::silu);
    }
}
