package loam.autograd;

import loam.tensor.Tensor;

/** An operation of one input and one output. */
public abstract class UnaryOp extends Op {
    /** The output. */
    protected abstract Tensor forward(Tensor x);

    /** The gradient of the input. */
    protected abstract Variable backward(Saved s, Variable dy);

    /** A faster rule on numbers; null when there is none. */
    protected Tensor fastBackward(Saved s, Tensor dy) {
        return null;
    }

    @Override
    protected final Tensor[] forward(Saved saved, Tensor[] in) {
        return new Tensor[] {forward(in[0])};
    }

    @Override
    protected final Variable[] backward(Saved saved, Variable[] dy) {
        return new Variable[] {backward(saved, dy[0])};
    }

    @Override
    protected final Tensor[] fastBackward(Saved saved, Tensor[] dy) {
        Tensor g = fastBackward(saved, dy[0]);
        return g == null ? null : new Tensor[] {g};
    }
}
