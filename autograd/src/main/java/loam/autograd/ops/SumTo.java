package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Undoes a broadcast: sums over the axes that grew. */
public final class SumTo extends UnaryOp {
    private final Shape to;
    private Shape from;

    public SumTo(Shape to) {
        this.to = to;
    }

    @Override
    public String name() {
        return "sum_to";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        int lead = x.rank() - to.rank();
        int[] axes = new int[x.rank()];
        int n = 0;
        for (int i = 0; i < x.rank(); i++) {
            if (i < lead || to.dim(i - lead) == 1 && x.dim(i) != 1) {
                axes[n++] = i;
            }
        }
        return (n == 0 ? x : x.sum(true, java.util.Arrays.copyOf(axes, n))).reshape(to);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.expand(from);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("sum_to")
                .sample("rows", in -> Ops.sumTo(in[0], Shape.of(37)), OpSpec.input(-1, 1, 5, 37))
                .sample("inside", in -> Ops.sumTo(in[0], Shape.of(2, 1, 4)), OpSpec.input(-1, 1, 2, 3, 4))
                .sample("scalar", in -> Ops.sumTo(in[0], Shape.scalar()), OpSpec.input(-1, 1, 2, 3));
    }
}
