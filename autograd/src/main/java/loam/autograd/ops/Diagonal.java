package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** The elements whose indices on two axes differ by offset, as the last axis. */
public final class Diagonal extends UnaryOp {
    private final int offset;
    private final int a;
    private final int b;
    private Shape from;

    public Diagonal(int offset, int a, int b) {
        this.offset = offset;
        this.a = a;
        this.b = b;
    }

    @Override
    public String name() {
        return "diagonal";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.diagonal(offset, a, b);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        int rank = from.rank();
        int p = from.axis("diagonal", a);
        int q = from.axis("diagonal", b);
        int rows = from.dim(p);
        int columns = from.dim(q);
        int n = dy.dim(-1);
        // the two axes last and flattened: the diagonal is every (columns + 1)-th place
        Tensor places = Tensor.arange(DType.I64, n).mul(columns + 1).add(offset >= 0 ? offset : -offset * columns);
        int[] flat = new int[rank - 1];
        int[] back = new int[rank];
        int k = 0;
        for (int i = 0; i < rank; i++) {
            if (i != p && i != q) {
                back[i] = k;
                flat[k++] = from.dim(i);
            }
        }
        back[p] = rank - 2;
        back[q] = rank - 1;
        flat[k] = rows * columns;
        int[] full = java.util.Arrays.copyOf(flat, rank);
        full[rank - 2] = rows;
        full[rank - 1] = columns;
        Tensor zeros = Tensor.zeros(dy.dtype(), Shape.of(flat));
        return Ops.indexAdd(zeros, -1, places, dy).reshape(full).permute(back);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("diagonal")
                .sample("main", in -> Ops.diagonal(in[0], 0, 0, 1), OpSpec.input(-1, 1, 35, 36))
                .sample("above", in -> Ops.diagonal(in[0], 1, -2, -1), OpSpec.input(-1, 1, 2, 4, 5))
                .sample("below", in -> Ops.diagonal(in[0], -2, 2, 0), OpSpec.input(-1, 1, 4, 3, 5))
                .sample("outside", in -> Ops.diagonal(in[0], 7, 0, 1), OpSpec.input(-1, 1, 3, 4));
    }
}
