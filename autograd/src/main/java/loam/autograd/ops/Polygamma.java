package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.kernel.UnaryKind;

/** The n-th derivative of digamma, n at least 1. */
public final class Polygamma extends UnaryOp {
    private final int n;

    public Polygamma(int n) {
        if (n < 1) {
            throw Failure.of("polygamma", "n is " + n).hint("n is at least 1; use digamma for n = 0").argument();
        }
        this.n = n;
    }

    @Override
    public String name() {
        return "polygamma";
    }

    @Override
    protected Tensor forward(Tensor x) {
        return x.unary(UnaryKind.POLYGAMMA, n, 0);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return dy.mul(Ops.polygamma(n + 1, s.input()));
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("polygamma")
                .sample("first", in -> Ops.polygamma(1, in[0]), OpSpec.input(0.5, 4, 3, 35))
                .sample("third", in -> Ops.polygamma(3, in[0]), OpSpec.input(1, 4, 7));
    }
}
