package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Elements start..start+length-1 of an axis, a view; the gradient is padded with zeros. */
public final class Narrow extends UnaryOp {
    private final int axis;
    private final int start;
    private final int length;
    private Shape from;

    public Narrow(int axis, int start, int length) {
        this.axis = axis;
        this.start = start;
        this.length = length;
    }

    @Override
    public String name() {
        return "narrow";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.narrow(axis, start, length);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        int a = from.axis("narrow", axis);
        int first = start < 0 ? start + from.dim(a) : start;
        int[] before = new int[from.rank()];
        int[] after = new int[from.rank()];
        before[a] = first;
        after[a] = from.dim(a) - first - length;
        return Ops.pad(dy, before, after, 0);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("narrow")
                .sample("middle", in -> in[0].narrow(1, 2, 33), OpSpec.input(-1, 1, 3, 40))
                .sample("first", in -> in[0].narrow(0, -2, 1), OpSpec.input(-1, 1, 4, 3))
                .sample("none", in -> in[0].narrow(0, 1, 0), OpSpec.input(-1, 1, 4, 3))
                .sample("select", in -> in[0].select(1, -1), OpSpec.input(-1, 1, 4, 3));
    }
}
