package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** {@code x} where positive, {@code alpha (exp(x) - 1)} elsewhere (Clevert et al. 2016). Any shape, kept. */
public final class Elu extends Layer {
    private final double alpha;

    /** Alpha 1. */
    public Elu() {
        this(1);
    }

    public Elu(double alpha) {
        this.alpha = alpha;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.elu(x, alpha);
    }

    @Override
    protected Module fresh() {
        return new Elu(alpha);
    }
}
