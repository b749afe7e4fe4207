package loam.nn;

import loam.autograd.Variable;

/** Hyperbolic tangent. Any shape, kept. */
public final class Tanh extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return x.tanh();
    }

    @Override
    protected Module fresh() {
        return new Tanh();
    }
}
