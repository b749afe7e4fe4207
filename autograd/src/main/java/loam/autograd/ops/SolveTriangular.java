package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;

/** x of {@code a x = b} for triangular a [..., n, n], of which one triangle is read; b [..., n, k], batches broadcast. */
public final class SolveTriangular extends BinaryOp {
    private final boolean upper;

    public SolveTriangular(boolean upper) {
        this.upper = upper;
    }

    @Override
    public String name() {
        return "solve_triangular";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return Linalg.solveTriangular(a, b, upper);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        Variable g = Ops.matmul(backwardRight(s, dy), s.output().t()).neg();
        return upper ? Ops.triu(g, 0) : Ops.tril(g, 0);
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return Ops.solveTriangular(s.input(0).t(), dy, !upper);
    }

    @Override
    protected boolean keepsInput(int i) {
        return i == 0;
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("solve_triangular")
                .sample("lower", in -> Ops.solveTriangular(in[0], in[1], false), OpSpec.positiveDefinite(4, 4), OpSpec.input(-1, 1, 4, 3))
                .sample("upper", in -> Ops.solveTriangular(in[0], in[1], true), OpSpec.positiveDefinite(2, 3, 3), OpSpec.input(-1, 1, 3, 2));
    }
}
