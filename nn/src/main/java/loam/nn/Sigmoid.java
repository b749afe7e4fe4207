package loam.nn;

import loam.autograd.Variable;

/** {@code 1 / (1 + exp(-x))}. Any shape, kept. */
public final class Sigmoid extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return x.sigmoid();
    }

    @Override
    protected Module fresh() {
        return new Sigmoid();
    }
}
