package loam.autograd.ops;

import loam.autograd.OpSpec;
import loam.autograd.Op;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Tensor;

/**
 * Mean over rows of -sum(target log softmax(scores)), scores [n, k], targets a distribution [n, k] (constant): log-softmax, the sum over
 * classes and the mean in one operation. Rows may carry weights; the divisor is given.
 */
public final class CrossEntropyOp extends Op {
    private final Tensor target;
    private final double divisor;

    public CrossEntropyOp(Tensor target, double divisor) {
        this.target = target;
        this.divisor = divisor;
    }

    @Override
    public String name() {
        return "cross_entropy";
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        Tensor logP = in[0].logSoftmax(-1);
        saved.keep(logP);
        return new Tensor[] {logP.mul(target).sum().div(-divisor)};
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable p = s.input().softmax(-1);
        Variable g = p.mul(target.sum(true, -1)).sub(target).div(divisor);
        return new Variable[] {g.mul(dy[0])};
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        Tensor p = s.extra(0).exp();
        return new Tensor[] {p.mul(target.sum(true, -1)).sub(target).mul(dy[0].item() / divisor)};
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("cross_entropy")
                .sample("labels", in -> Ops.crossEntropy(in[1], in[0].value().oneHot(5), 4), OpSpec.index(5, 4), OpSpec.input(-2, 2, 4, 5))
                .sample("wide", in -> Ops.crossEntropy(in[1], in[0].value().oneHot(37), 3), OpSpec.index(37, 3), OpSpec.input(-2, 2, 3, 37));
    }
}
