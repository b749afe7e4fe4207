package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Product over axes; the gradient is right where elements are 0, to any order. */
public final class Prod extends UnaryOp {
    private final boolean keepDims;
    private final int[] axes;
    private Shape from;

    public Prod(boolean keepDims, int... axes) {
        this.keepDims = keepDims;
        this.axes = axes.clone();
    }

    @Override
    public String name() {
        return "prod";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return product(x);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Shape kept = from.reduced(from.axes("prod", axes), true);
        Variable g = dy.reshape(kept.toArray());
        if (from.numel() == 0) {
            return g.expand(from);
        }
        if (s.inputValue(0).eq(0).any().item() == 0) {
            return g.mul(s.output().reshape(kept.toArray())).div(s.input());
        }
        return g.mul(others(s.input()));
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    private Tensor product(Tensor x) {
        from = x.shape();
        return x.prod(keepDims, axes);
    }

    /** For each element the product of all others over the axes: what stands before it times what stands after. */
    private Variable others(Variable x) {
        int[] reduced = from.axes("prod", axes);
        int[] order = new int[from.rank()];
        int[] inverse = new int[from.rank()];
        int p = 0;
        int run = 1;
        for (int i = 0; i < from.rank(); i++) {
            if (java.util.Arrays.binarySearch(reduced, i) < 0) {
                order[p++] = i;
            }
        }
        for (int a : reduced) {
            order[p++] = a;
            run *= from.dim(a);
        }
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        Variable moved = x.permute(order);
        Variable rows = moved.reshape(x.numel() / run, run);
        Variable ones = Variable.of(Tensor.ones(x.dtype(), Shape.of(rows.dim(0), 1)));
        Variable before = Ops.cat(1, ones, rows.narrow(1, 0, run - 1).cumprod(1));
        Variable after = Ops.cat(1, rows.narrow(1, 1, run - 1).flip(1).cumprod(1).flip(1), ones);
        return before.mul(after).reshape(moved.shape().toArray()).permute(inverse);
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("prod")
                .sample("all", in -> in[0].prod(false), OpSpec.input(0.5, 1.5, 3, 5))
                .sample("last", in -> in[0].prod(true, -1), OpSpec.input(0.5, 1.5, 3, 37))
                .sample("outer", in -> in[0].prod(false, 0, 2), OpSpec.input(-1.5, -0.5, 2, 3, 4))
                .sample("zeros", in -> in[0].where(in[1].value(), 0).prod(false, 1), OpSpec.input(-1, 1, 4, 3), OpSpec.mask(4, 3))
                .sample("empty", in -> in[0].prod(false, 0), OpSpec.input(-1, 1, 0, 3));
    }
}
