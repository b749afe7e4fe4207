package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.UnaryKind;

/** x times the normal distribution's cumulative probability at x: the erf form, or its tanh approximation (Hendrycks and Gimpel 2016). */
public final class Gelu extends UnaryOp {
    private static final double CUBIC = 0.044715;
    private static final double SCALE = Math.sqrt(2 / Math.PI);
    private final boolean tanhForm;

    public Gelu(boolean tanhForm) {
        this.tanhForm = tanhForm;
    }

    @Override
    public String name() {
        return tanhForm ? "gelu_tanh" : "gelu";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return tanhForm ? x.unary(UnaryKind.GELU_TANH) : x.gelu();
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable x = s.input();
        if (tanhForm) {
            Variable t = x.add(x.mul(x.square()).mul(CUBIC)).mul(SCALE).tanh();
            Variable slope = x.square().mul(3 * CUBIC).add(1).mul(0.5 * SCALE);
            return dy.mul(t.add(1).mul(0.5).add(x.mul(t.square().neg().add(1)).mul(slope)));
        }
        Variable cdf = x.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5);
        Variable density = x.square().mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI));
        return dy.mul(cdf.add(x.mul(density)));
    }

    @Override
    protected Tensor fastBackward(Saved s, Tensor dy) {
        return dy.binary(tanhForm ? BinaryKind.GELU_TANH_GRAD : BinaryKind.GELU_GRAD, s.inputValue(0));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("gelu")
                .sample("erf", in -> Ops.gelu(in[0], false), OpSpec.input(-3, 3, 3, 37))
                .sample("tanh", in -> Ops.gelu(in[0], true), OpSpec.input(-3, 3, 3, 37))
                .sample("scalar", in -> Ops.gelu(in[0], false), OpSpec.input(-3, 3))
                .sample("empty", in -> Ops.gelu(in[0], true), OpSpec.input(-3, 3, 0, 3));
    }
}
