package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Constant padding before and after each axis. */
public final class Pad extends UnaryOp {
    private final int[] before;
    private final int[] after;
    private final double value;
    private Shape from;

    public Pad(int[] before, int[] after, double value) {
        this.before = before.clone();
        this.after = after.clone();
        this.value = value;
    }

    @Override
    public String name() {
        return "pad";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.pad(before, after, value);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable g = dy;
        for (int a = 0; a < from.rank(); a++) {
            g = g.narrow(a, before[a], from.dim(a));
        }
        return g;
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("pad")
                .sample("both", in -> Ops.pad(in[0], new int[] {1, 2}, new int[] {0, 3}, 0.5), OpSpec.input(-1, 1, 3, 33))
                .sample("nothing", in -> Ops.pad(in[0], new int[] {0}, new int[] {0}, 0), OpSpec.input(-1, 1, 5));
    }
}
