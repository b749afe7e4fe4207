package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.UnaryKind;

/**
 * (1 - z) x + (1 + (w - 1) z) log(1 + exp(-x)) element by element, for logits x, constant targets z in [0, 1] and weights w of the
 * positive targets (null: 1): binary cross-entropy without ever forming a probability.
 */
public final class BceWithLogitsOp extends UnaryOp {
    private final Tensor rest;
    private final Tensor mass;

    /** {@code target} of the logits' shape; {@code positiveWeight} broadcast to it, or null. */
    public BceWithLogitsOp(Tensor target, Tensor positiveWeight) {
        rest = target.neg().add(1);
        mass = positiveWeight == null ? null : positiveWeight.sub(1).mul(target).add(1);
    }

    @Override
    public String name() {
        return "bce_with_logits";
    }

    @Override
    protected Tensor forward(Tensor x) {
        Tensor soft = x.unary(UnaryKind.LOG_SIGMOID);
        return rest.mul(x).sub(mass == null ? soft : soft.mul(mass));
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable p = s.input().neg().sigmoid();
        return (mass == null ? p : p.mul(mass)).neg().add(rest).mul(dy);
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("bce_with_logits")
                .sample("plain", in -> new BceWithLogitsOp(in[1].value().to(in[0].dtype()), null).apply(in[0]), OpSpec.input(-4, 4, 3, 5), OpSpec.index(2, 3, 5))
                .sample("wide", in -> new BceWithLogitsOp(in[1].value().to(in[0].dtype()), Tensor.full(in[0].dtype(), in[0].shape(), 2.5)).apply(in[0]),
                        OpSpec.input(-4, 4, 3, 67), OpSpec.index(2, 3, 67));
    }
}
