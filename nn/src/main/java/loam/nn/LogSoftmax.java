package loam.nn;

import loam.autograd.Variable;

/** The logarithm of {@link Softmax} along an axis, the last unless given. Any shape, kept. */
public final class LogSoftmax extends Layer {
    private final int axis;

    public LogSoftmax() {
        this(-1);
    }

    public LogSoftmax(int axis) {
        this.axis = axis;
    }

    @Override
    protected Variable compute(Variable x) {
        return x.logSoftmax(axis);
    }

    @Override
    protected Module fresh() {
        return new LogSoftmax(axis);
    }
}
