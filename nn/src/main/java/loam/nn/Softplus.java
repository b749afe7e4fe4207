package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** {@code log(1 + exp(x))}. Any shape, kept. */
public final class Softplus extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return Ops.softplus(x);
    }

    @Override
    protected Module fresh() {
        return new Softplus();
    }
}
