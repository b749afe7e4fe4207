package loam.autograd.ops;

import java.util.Locale;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.UnaryKind;

/** Floor, ceil, round (half to even), trunc and sign: constant almost everywhere, so the gradient is 0. */
public final class Rounding extends UnaryOp {
    private static final double[] HALVES = {-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3};
    private final UnaryKind kind;

    public Rounding(UnaryKind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.unary(kind);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return Variable.of(Tensor.zeros(dy.dtype(), dy.shape()));
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("rounding")
                .sample("floor", in -> Ops.floor(in[0]), OpSpec.input(-3, 3, HALVES, 3, 37))
                .sample("ceil", in -> Ops.ceil(in[0]), OpSpec.input(-3, 3, HALVES, 3, 37))
                .sample("round", in -> Ops.round(in[0]), OpSpec.input(-3, 3, HALVES, 3, 37))
                .sample("trunc", in -> Ops.trunc(in[0]), OpSpec.input(-3, 3, HALVES, 3, 37))
                .sample("sign", in -> Ops.sign(in[0]), OpSpec.input(-3, 3, HALVES, 7))
                .firstOrderOnly();
    }
}
