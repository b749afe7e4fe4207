package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Broadcast to a larger shape, a view. */
public final class Expand extends UnaryOp {
    private final Shape to;
    private Shape from;

    public Expand(Shape to) {
        this.to = to;
    }

    @Override
    public String name() {
        return "expand";
    }

    @Override
    protected Tensor forward(Tensor x) {
        from = x.shape();
        return x.expand(to);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return Ops.sumTo(dy, from);
    }

    @Override
    protected boolean keepsInput(int i) {
        return false;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("expand")
                .sample("lead", in -> in[0].expand(Shape.of(4, 37)), OpSpec.input(-1, 1, 37))
                .sample("inside", in -> in[0].expand(Shape.of(2, 3, 5)), OpSpec.input(-1, 1, 2, 1, 5))
                .sample("scalar", in -> in[0].expand(Shape.of(2, 2)), OpSpec.input(-1, 1));
    }
}
