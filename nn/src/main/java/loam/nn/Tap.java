package loam.nn;

import loam.autograd.Variable;
import loam.tensor.Failure;

/** The latest output of a layer inside a model. */
public final class Tap implements AutoCloseable {
    private final Layer.Handle handle;
    private Variable latest;

    Tap(Layer layer) {
        handle = layer.hook((l, x, y) -> {
            latest = y;
            return y;
        });
    }

    /** The output of the last forward pass, with its history. */
    public Variable output() {
        if (latest == null) {
            throw Failure.of("tap", "the layer has not run yet").hint("call forward first").state();
        }
        return latest;
    }

    @Override
    public void close() {
        handle.close();
    }
}
