package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;

/** act(x wT + bias), x [..., in], w [out, in], bias [out] (or absent): product, bias and activation in one pass. */
public final class LinearOp extends Op {
    private final Activation act;

    public LinearOp(Activation act) {
        this.act = act;
    }

    @Override
    public String name() {
        return "linear";
    }

    @Override
    protected boolean keepsInput(int i) {
        return i < 2;
    }

    @Override
    protected boolean keepsOutput() {
        return act == Activation.RELU;
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        return new Tensor[] {in[0].linear(in[1], in.length > 2 ? in[2] : null, act)};
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable g = act == Activation.RELU ? dy[0].where(s.outputValue(0).gt(0), 0) : dy[0];
        Variable x = s.input(0);
        Variable w = s.input(1);
        Variable flat = g.reshape(-1, w.dim(0));
        Variable[] out = new Variable[s.size()];
        out[0] = s.needs(0) ? g.matmul(w) : null;
        out[1] = s.needs(1) ? flat.t().matmul(x.reshape(-1, w.dim(1))) : null;
        if (out.length > 2) {
            out[2] = s.needs(2) ? flat.sum(0) : null;
        }
        return out;
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        Tensor g = act == Activation.RELU ? dy[0].binary(BinaryKind.RELU_GRAD, s.outputValue(0)) : dy[0];
        Tensor x = s.inputValue(0);
        Tensor w = s.inputValue(1);
        if (x.numel() == 0 || w.numel() == 0) {
            return null;
        }
        Tensor flat = g.reshape(-1, w.dim(0));
        Tensor[] out = new Tensor[s.size()];
        out[0] = s.needs(0) ? g.matmul(w) : null;
        out[1] = s.needs(1) ? flat.t().matmul(x.reshape(-1, w.dim(1))) : null;
        if (out.length > 2) {
            out[2] = s.needs(2) ? flat.sum(0) : null;
        }
        return out;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("linear")
                .sample("bias", in -> Ops.linear(in[0], in[1], in[2], Activation.NONE), OpSpec.input(-1, 1, 5, 7), OpSpec.input(-1, 1, 3, 7), OpSpec.input(-1, 1, 3))
                .sample("wide", in -> Ops.linear(in[0], in[1], in[2], Activation.NONE), OpSpec.input(-1, 1, 9, 70), OpSpec.input(-1, 1, 37, 70), OpSpec.input(-1, 1, 37))
                .sample("no bias", in -> Ops.linear(in[0], in[1], null, Activation.NONE), OpSpec.input(-1, 1, 2, 3, 4), OpSpec.input(-1, 1, 5, 4));
    }
}
