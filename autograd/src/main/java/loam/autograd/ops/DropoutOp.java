package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;

/** Each element is 0 with probability p, else divided by 1 - p. The mask is not kept: it is drawn again from the same place. */
public final class DropoutOp extends UnaryOp {
    private final double p;
    private final long key;
    private final long counter;

    /** Draws from where {@code rng} stands. */
    public DropoutOp(double p, Rng rng) {
        this(p, rng.key(), rng.counter());
    }

    private DropoutOp(double p, long key, long counter) {
        if (!(p >= 0 && p <= 1)) {
            throw Failure.of("dropout", "a probability is from 0 to 1").fact("p", p).argument();
        }
        this.p = p;
        this.key = key;
        this.counter = counter;
    }

    @Override
    public String name() {
        return "dropout";
    }

    @Override
    protected Tensor forward(Tensor x) {
        if (p == 1) {
            return Tensor.zeros(x.dtype(), x.shape());
        }
        Tensor mask = Tensor.bernoulli(x.shape(), 1 - p, Rng.at(key, counter));
        return x.mul(1 / (1 - p)).mul(mask);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return new DropoutOp(p, key, counter).apply(dy);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.unary("dropout", -2, 2, x -> new DropoutOp(0.3, Rng.seed(1)).apply(x));
    }
}
