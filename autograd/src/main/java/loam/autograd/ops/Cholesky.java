package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;

/**
 * L of {@code A = L LT}, [..., n, n]. The gradient is symmetric, as if both triangles of A moved together (Murray 2016, Differentiation
 * of the Cholesky decomposition).
 */
public final class Cholesky extends UnaryOp {
    @Override
    public String name() {
        return "cholesky";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return Linalg.cholesky(x);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable l = s.output();
        Variable m = l.t().matmul(dy);
        Variable phi = Ops.tril(m, 0).sub(Ops.diagEmbed(Ops.diagonal(m, 0, -2, -1)).mul(0.5));
        Variable left = Ops.solveTriangular(l.t(), phi, true);
        Variable g = Ops.solveTriangular(l.t(), left.t(), true);
        return g.add(g.t()).mul(0.5);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("cholesky")
                .sample("matrix", in -> Ops.cholesky(symmetric(in[0])), OpSpec.positiveDefinite(5, 5))
                .sample("batch", in -> Ops.cholesky(symmetric(in[0])), OpSpec.positiveDefinite(2, 3, 3));
    }

    static Variable symmetric(Variable a) {
        return a.add(a.t()).mul(0.5);
    }
}
