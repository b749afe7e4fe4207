package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;

/** Logarithm of the absolute value of determinants, [..., n, n] to [...]; the signs stand beside it, without gradient. */
public final class Slogdet extends UnaryOp {
    private Tensor sign;

    @Override
    public String name() {
        return "slogdet";
    }

    /** The signs, once applied. */
    public Tensor sign() {
        return sign;
    }

    @Override
    protected Tensor forward(Tensor x) {
        Linalg.Slogdet d = Linalg.slogdet(x);
        sign = d.sign();
        return d.logAbs();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return Ops.inverse(s.input()).t().mul(dy.unsqueeze(-1).unsqueeze(-1));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("slogdet")
                .sample("matrix", in -> Ops.slogdet(in[0]).logAbs(), OpSpec.positiveDefinite(4, 4))
                .sample("negative", in -> Ops.slogdet(in[0].neg()).logAbs(), OpSpec.positiveDefinite(3, 3))
                .sample("logdet", in -> Ops.logdet(in[0]), OpSpec.positiveDefinite(2, 3, 3));
    }
}
