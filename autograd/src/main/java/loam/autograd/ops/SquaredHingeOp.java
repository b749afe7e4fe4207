package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.UnaryOp;
import loam.autograd.Variable;
import loam.tensor.Tensor;
import loam.tensor.kernel.ReduceKind;

/** sum(max(0, 1 - t s)^2) / divisor for scores s and constant targets t of +1 and -1, of one shape. */
public final class SquaredHingeOp extends UnaryOp {
    private final Tensor target;
    private final double divisor;
    private Tensor slack;

    public SquaredHingeOp(Tensor target, double divisor) {
        this.target = target;
        this.divisor = divisor;
    }

    @Override
    public String name() {
        return "squared_hinge";
    }

    @Override
    protected Tensor forward(Tensor x) {
        slack = target.mul(x).neg().add(1).relu();
        return slack.reduce(ReduceKind.SUM_SQUARES, false).div(divisor);
    }

    @Override
    protected Variable backward(Saved s, Variable dy) {
        return s.input().mul(target).neg().add(1).relu().mul(target).mul(-2 / divisor).mul(dy);
    }

    @Override
    protected Tensor fastBackward(Saved s, Tensor dy) {
        return slack.mul(target).mul(-2 / divisor * dy.item());
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("squared_hinge")
                .sample("few", in -> hinge(in[0], in[1].value(), 3), OpSpec.input(-3, 3, new double[] {-1, 1}, 4, 3), OpSpec.index(3, 4))
                .sample("wide", in -> hinge(in[0], in[1].value(), 37), OpSpec.input(-3, 3, new double[] {-1, 1}, 3, 37), OpSpec.index(37, 3));
    }

    private static Variable hinge(Variable x, Tensor labels, int classes) {
        return new SquaredHingeOp(labels.oneHot(classes).mul(2).sub(1).to(x.dtype()), x.numel()).apply(x);
    }
}
