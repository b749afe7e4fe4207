package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/** Matrix product with NumPy's rules for vectors and batches. */
public final class MatMul extends Op {
    @Override
    public String name() {
        return "matmul";
    }

    @Override
    protected boolean broadcasts() {
        return true;
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        return new Tensor[] {in[0].matmul(in[1])};
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable a = s.input(0);
        Variable b = s.input(1);
        Variable x = a.rank() == 1 ? a.unsqueeze(0) : a;
        Variable y = b.rank() == 1 ? b.unsqueeze(1) : b;
        Variable g = dy[0];
        g = b.rank() == 1 ? g.unsqueeze(-1) : g;
        g = a.rank() == 1 ? g.unsqueeze(-2) : g;
        return new Variable[] {s.needs(0) ? left(g, x, y, a) : null, s.needs(1) ? right(g, x, y, b) : null};
    }

    private static Variable left(Variable g, Variable x, Variable y, Variable a) {
        Variable dx = g.matmul(y.t());
        return a.rank() == 1 ? dx.squeeze(-2) : dx;
    }

    private static Variable right(Variable g, Variable x, Variable y, Variable b) {
        if (y.rank() == 2 && x.rank() > 2) {
            Variable flatX = x.reshape(-1, x.dim(-1));
            Variable dy = flatX.t().matmul(g.reshape(-1, g.dim(-1)));
            return b.rank() == 1 ? dy.squeeze(-1) : dy;
        }
        Variable dy = x.t().matmul(g);
        return b.rank() == 1 ? dy.squeeze(-1) : dy;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        OpSpec.Body body = in -> in[0].matmul(in[1]);
        return OpSpec.of("matmul")
                .sample("odd", body, OpSpec.input(-1, 1, 3, 5), OpSpec.input(-1, 1, 5, 7))
                .sample("wide", body, OpSpec.input(-1, 1, 9, 70), OpSpec.input(-1, 1, 70, 37))
                .sample("batch", body, OpSpec.input(-1, 1, 2, 3, 4), OpSpec.input(-1, 1, 2, 4, 5))
                .sample("broadcast", body, OpSpec.input(-1, 1, 2, 1, 3, 4), OpSpec.input(-1, 1, 3, 4, 2))
                .sample("flat", body, OpSpec.input(-1, 1, 2, 3, 4), OpSpec.input(-1, 1, 4, 5))
                .sample("matrix vector", body, OpSpec.input(-1, 1, 3, 4), OpSpec.input(-1, 1, 4))
                .sample("vector matrix", body, OpSpec.input(-1, 1, 4), OpSpec.input(-1, 1, 4, 3))
                .sample("vectors", body, OpSpec.input(-1, 1, 33), OpSpec.input(-1, 1, 33))
                .sample("empty", body, OpSpec.input(-1, 1, 0, 4), OpSpec.input(-1, 1, 4, 3))
                .sample("nothing inside", body, OpSpec.input(-1, 1, 2, 0), OpSpec.input(-1, 1, 0, 3));
    }
}
