package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** {@code x} where positive, {@code slope x} elsewhere. Any shape, kept. */
public final class LeakyRelu extends Layer {
    private final double slope;

    /** Slope 0.01. */
    public LeakyRelu() {
        this(0.01);
    }

    public LeakyRelu(double slope) {
        this.slope = slope;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.leakyRelu(x, slope);
    }

    @Override
    protected Module fresh() {
        return new LeakyRelu(slope);
    }
}
