package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;

/** The inverse of matrices [..., n, n]. */
public final class Inverse extends UnaryOp {
    @Override
    public String name() {
        return "inverse";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return Linalg.inverse(x);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        Variable yt = s.output().t();
        return yt.matmul(dy).matmul(yt).neg();
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
        return OpSpec.of("inverse")
                .sample("matrix", in -> Ops.inverse(in[0]), OpSpec.positiveDefinite(4, 4))
                .sample("batch", in -> Ops.inverse(in[0]), OpSpec.positiveDefinite(2, 3, 3));
    }
}
