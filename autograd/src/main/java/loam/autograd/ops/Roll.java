package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Elements moved along an axis, those that fall off come in at the other end. */
public final class Roll extends UnaryOp {
    private final int axis;
    private final int shift;

    public Roll(int axis, int shift) {
        this.axis = axis;
        this.shift = shift;
    }

    @Override
    public String name() {
        return "roll";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.roll(axis, shift);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.roll(axis, -shift);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("roll")
                .sample("last", in -> in[0].roll(-1, 5), OpSpec.input(-1, 1, 3, 37))
                .sample("back", in -> in[0].roll(0, -9), OpSpec.input(-1, 1, 4, 3));
    }
}
