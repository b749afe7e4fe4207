package loam.autograd;

import loam.tensor.Tensor;

/** An operation of two broadcast inputs and one output; gradients may be returned in the broadcast shape. */
public abstract class BinaryOp extends Op {
    /** The output. */
    protected abstract Tensor forward(Tensor a, Tensor b);

    /** The gradient of the first input, asked for only when needed. */
    protected abstract Variable backwardLeft(Saved s, Variable dy);

    /** The gradient of the second input, asked for only when needed. */
    protected abstract Variable backwardRight(Saved s, Variable dy);

    @Override
    protected final boolean broadcasts() {
        return true;
    }

    @Override
    protected final Tensor[] forward(Saved saved, Tensor[] in) {
        return new Tensor[] {forward(in[0], in[1])};
    }

    @Override
    protected final Variable[] backward(Saved s, Variable[] dy) {
        return new Variable[] {s.needs(0) ? backwardLeft(s, dy[0]) : null, s.needs(1) ? backwardRight(s, dy[0]) : null};
    }
}
