package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** {@code x} times the normal distribution function of x (Hendrycks and Gimpel 2016), exact or in its tanh form. Any shape, kept. */
public final class Gelu extends Layer {
    private final boolean tanhForm;

    /** Exact. */
    public Gelu() {
        this(false);
    }

    public Gelu(boolean tanhForm) {
        this.tanhForm = tanhForm;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.gelu(x, tanhForm);
    }

    @Override
    protected Module fresh() {
        return new Gelu(tanhForm);
    }
}
