package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Joins along an axis. */
public final class Cat extends Op {
    private final int axis;
    private int[] extents;

    public Cat(int axis) {
        this.axis = axis;
    }

    @Override
    public String name() {
        return "cat";
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        Tensor y = Tensor.cat(axis, in);
        extents = new int[in.length];
        for (int i = 0; i < in.length; i++) {
            extents[i] = in[i].dim(axis);
        }
        return new Tensor[] {y};
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable[] out = new Variable[extents.length];
        int at = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = s.needs(i) ? dy[0].narrow(axis, at, extents[i]) : null;
            at += extents[i];
        }
        return out;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("cat")
                .sample("rows", in -> Ops.cat(0, in), OpSpec.input(-1, 1, 2, 33), OpSpec.input(-1, 1, 3, 33))
                .sample("columns", in -> Ops.cat(-1, in), OpSpec.input(-1, 1, 3, 2), OpSpec.input(-1, 1, 3, 0), OpSpec.input(-1, 1, 3, 5));
    }
}
