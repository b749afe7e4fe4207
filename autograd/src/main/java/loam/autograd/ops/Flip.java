package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** The order of some axes reversed. */
public final class Flip extends UnaryOp {
    private final int[] axes;

    public Flip(int... axes) {
        this.axes = axes.clone();
    }

    @Override
    public String name() {
        return "flip";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.flip(axes);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.flip(axes);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("flip")
                .sample("last", in -> in[0].flip(-1), OpSpec.input(-1, 1, 3, 37))
                .sample("both", in -> in[0].flip(0, 2), OpSpec.input(-1, 1, 3, 4, 5));
    }
}
