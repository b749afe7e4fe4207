package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** {@code x / (1 + exp(-x))}. Any shape, kept. */
public final class Silu extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return Ops.silu(x);
    }

    @Override
    protected Module fresh() {
        return new Silu();
    }
}
