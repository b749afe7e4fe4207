package loam.nn;

import loam.autograd.Variable;

/** {@code exp(x) / sum(exp(x))} along an axis, the last unless given. Any shape, kept. */
public final class Softmax extends Layer {
    private final int axis;

    public Softmax() {
        this(-1);
    }

    public Softmax(int axis) {
        this.axis = axis;
    }

    @Override
    protected Variable compute(Variable x) {
        return x.softmax(axis);
    }

    @Override
    protected Module fresh() {
        return new Softmax(axis);
    }
}
