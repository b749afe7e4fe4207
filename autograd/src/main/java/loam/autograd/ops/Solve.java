package loam.autograd.ops;

import loam.autograd.BinaryOp;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;

/** x of {@code a x = b}: a [..., n, n], b [..., n, k], batches broadcast. */
public final class Solve extends BinaryOp {
    @Override
    public String name() {
        return "solve";
    }

    @Override
    protected Tensor forward(Tensor a, Tensor b) {
        return Linalg.solve(a, b);
    }

    @Override
    protected Variable backwardLeft(Saved s, Variable dy) {
        return Ops.matmul(backwardRight(s, dy), s.output().t()).neg();
    }

    @Override
    protected Variable backwardRight(Saved s, Variable dy) {
        return Ops.solve(s.input(0).t(), dy);
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
        OpSpec.Body body = in -> Ops.solve(in[0], in[1]);
        return OpSpec.of("solve")
                .sample("matrix", body, OpSpec.positiveDefinite(4, 4), OpSpec.input(-1, 1, 4, 3))
                .sample("vector", body, OpSpec.positiveDefinite(5, 5), OpSpec.input(-1, 1, 5))
                .sample("broadcast", body, OpSpec.positiveDefinite(3, 3), OpSpec.input(-1, 1, 2, 3, 2))
                .sample("batch", body, OpSpec.positiveDefinite(2, 3, 3), OpSpec.input(-1, 1, 3, 35));
    }
}
