package loam.nn;

import java.util.List;
import loam.autograd.Buffer;
import loam.autograd.Draws;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Rng;

/**
 * In training zeroes each element with probability {@code p} and divides the others by {@code 1 - p}; the identity in evaluation. Any
 * shape, kept. The generator's state is the buffer "rng", so that a saved model goes on where it stopped.
 */
public final class Dropout extends Layer {
    private final double p;
    private final Buffer state;

    public Dropout(double p, Rng rng) {
        if (!(p >= 0 && p <= 1)) {
            throw Failure.of("dropout", "a probability is from 0 to 1").fact("p", p).argument();
        }
        this.p = p;
        state = buffer("rng", Draws.state(Init.next(rng)));
    }

    @Override
    protected Variable compute(Variable x) {
        return isTraining() && p > 0 ? Ops.dropout(x, p, Draws.next(state)) : x;
    }

    @Override
    protected List<String> optionalBuffers() {
        return List.of("rng");
    }

    @Override
    protected Module fresh() {
        return new Dropout(p, Rng.seed(0));
    }
}
