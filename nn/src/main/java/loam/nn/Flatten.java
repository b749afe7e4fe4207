package loam.nn;

import loam.autograd.Variable;

/** Makes all axes from {@code first} on one. {@code [N, C, H, W] -> [N, C H W]}. */
public final class Flatten extends Layer {
    private final int first;

    /** Keeps the batch axis. */
    public Flatten() {
        this(1);
    }

    public Flatten(int first) {
        this.first = first;
    }

    @Override
    protected Variable compute(Variable x) {
        return x.flatten(first, -1);
    }

    @Override
    protected Module fresh() {
        return new Flatten(first);
    }
}
