package loam.nn;

import loam.autograd.Variable;

/** {@code max(x, 0)}. Any shape, kept. */
public final class Relu extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return x.relu();
    }

    @Override
    protected Module fresh() {
        return new Relu();
    }
}
