package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Rows of a table [rows, width] by integers of any shape: [...] -> [..., width]. The padding row gets no gradient. */
public final class EmbeddingOp extends UnaryOp {
    private final Tensor index;
    private final int padding;
    private Shape table;

    /** {@code padding} is a row, or negative for none. */
    public EmbeddingOp(Tensor index, int padding) {
        this.index = index;
        this.padding = padding;
    }

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    protected Tensor forward(Tensor weight) {
        if (weight.rank() != 2) {
            throw Failure.of("embedding", "needs a table [rows, width]").operand("weight", weight.shape()).shape();
        }
        if (index.dtype() != DType.I32 && index.dtype() != DType.I64) {
            throw Failure.of("embedding", "indices are integers, not " + index.dtype()).operand("index", index.shape()).hint("convert with to(DType.I64)").dtype();
        }
        table = weight.shape();
        return weight.indexSelect(0, index.flatten()).reshape(index.shape().insert(index.rank(), weight.dim(1)));
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        int n = index.numel();
        int width = table.dim(1);
        Variable rows = dy.reshape(n, width);
        if (padding >= 0) {
            rows = rows.where(index.reshape(n, 1).ne(padding), 0);
        }
        return Ops.scatterAdd(Tensor.zeros(dy.dtype(), table), 0, index.reshape(n, 1).to(DType.I64).expand(Shape.of(n, width)), rows);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("embedding")
                .sample("row", in -> new EmbeddingOp(in[0].value(), -1).apply(in[1]), OpSpec.index(5, 7), OpSpec.input(-1, 1, 5, 3))
                .sample("batch", in -> new EmbeddingOp(in[0].value(), -1).apply(in[1]), OpSpec.index(6, 2, 3), OpSpec.input(-1, 1, 6, 33))
                .sample("one", in -> new EmbeddingOp(in[0].value(), -1).apply(in[1]), OpSpec.index(3), OpSpec.input(-1, 1, 3, 5));
    }
}
