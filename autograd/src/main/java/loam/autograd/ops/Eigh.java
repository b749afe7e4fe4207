package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;

/**
 * Eigenvalues [..., n], ascending, and eigenvectors [..., n, n] (columns) of symmetric matrices. The gradient is symmetric; that through
 * the eigenvectors needs distinct eigenvalues.
 */
public final class Eigh extends Op {
    @Override
    public String name() {
        return "eigh";
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        Linalg.Eigh e = Linalg.eigh(in[0]);
        return new Tensor[] {e.values(), e.vectors()};
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable v = s.output(1);
        Variable inner = dy[0] == null ? null : Ops.diagEmbed(dy[0]);
        if (dy[1] != null) {
            Variable w = s.output(0);
            Tensor one = Tensor.eye(w.dtype(), w.dim(-1));
            Variable gaps = w.unsqueeze(-2).sub(w.unsqueeze(-1)).add(one);
            Variable turn = v.t().matmul(dy[1]).div(gaps).mul(Tensor.scalar(w.dtype(), 1).sub(one));
            inner = inner == null ? turn : inner.add(turn);
        }
        Variable g = v.matmul(inner).matmul(v.t());
        return new Variable[] {g.add(g.t()).mul(0.5)};
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** Samples for tests and benchmarks; signs of eigenvectors are free, so their squares are compared. */
    public static OpSpec spec() {
        return OpSpec.of("eigh")
                .sample("values", in -> Ops.eigh(Cholesky.symmetric(in[0])).values(), OpSpec.positiveDefinite(5, 5))
                .sample("vectors", in -> Ops.eigh(Cholesky.symmetric(in[0])).vectors().square(), OpSpec.positiveDefinite(3, 3))
                .sample("both", in -> {
                    Ops.Eigen e = Ops.eigh(Cholesky.symmetric(in[0]));
                    return Ops.cat(-2, e.values().unsqueeze(-2), e.vectors().square());
                }, OpSpec.positiveDefinite(2, 3, 3));
    }
}
