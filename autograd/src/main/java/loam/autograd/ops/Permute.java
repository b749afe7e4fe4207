package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Axes in another order, a view. */
public final class Permute extends UnaryOp {
    private final int[] axes;

    public Permute(int... axes) {
        this.axes = axes.clone();
    }

    @Override
    public String name() {
        return "permute";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.permute(axes);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        int[] inverse = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            inverse[Math.floorMod(axes[i], axes.length)] = i;
        }
        return dy.permute(inverse);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("permute")
                .sample("turn", in -> in[0].permute(2, 0, 1), OpSpec.input(-1, 1, 2, 3, 35))
                .sample("transpose", in -> in[0].t(), OpSpec.input(-1, 1, 3, 5))
                .sample("negative", in -> in[0].permute(-1, 0), OpSpec.input(-1, 1, 3, 5));
    }
}
