package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Cross-entropy of scores [n, k] against constant targets: -sum over classes of t log softmax(scores), for each row or summed and
 * divided. Targets are given as labels, where {@code t = mass} at the label plus {@code spread} on every class, or as a tensor [n, k].
 * The softmax is computed once and no one-hot matrix is made.
 */
public final class CrossEntropyOp extends Op {
    private final Tensor dense;
    private final Tensor labels;
    private final Tensor mass;
    private final Tensor spread;
    private final Tensor rows;
    private final double divisor;

    private CrossEntropyOp(Tensor dense, Tensor labels, Tensor mass, Tensor spread, Tensor rows, double divisor) {
        this.dense = dense;
        this.labels = labels;
        this.mass = mass;
        this.spread = spread;
        this.rows = rows;
        this.divisor = divisor;
    }

    /** Targets [n, k]; {@code divisor} 0 asks for the loss of each row. */
    public CrossEntropyOp(Tensor target, double divisor) {
        this(target, null, null, null, null, divisor);
    }

    /** Labels [n] (I64, in range), each with all of the mass. */
    public static CrossEntropyOp labels(Tensor labels, double divisor) {
        return new CrossEntropyOp(null, labels.reshape(-1, 1).contiguous(), null, null, null, divisor);
    }

    /** Labels [n] with the mass [n] at the label, plus the mass spread [k] (null: none) on every class of the rows [n] that are 1. */
    public static CrossEntropyOp labels(Tensor labels, Tensor mass, Tensor spread, Tensor rows, double divisor) {
        return new CrossEntropyOp(null, labels.reshape(-1, 1).contiguous(), mass.reshape(-1, 1), spread, rows.reshape(-1, 1), divisor);
    }

    @Override
    public String name() {
        return "cross_entropy";
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        Tensor logP = in[0].logSoftmax(-1);
        saved.keep(logP);
        Tensor perRow;
        if (dense != null) {
            perRow = logP.mul(dense).sum(true, -1);
        } else {
            perRow = logP.gather(1, labels);
            perRow = mass == null ? perRow : perRow.mul(mass);
            perRow = spread == null ? perRow : perRow.add(logP.mul(spread).sum(true, -1).mul(rows));
        }
        return new Tensor[] {divisor == 0 ? perRow.neg().reshape(in[0].dim(0)) : perRow.sum().div(-divisor)};
    }

    /** All targets [n, k]. */
    private Tensor target(Shape shape, loam.tensor.DType dtype) {
        if (dense != null) {
            return dense;
        }
        Tensor t = spread == null ? Tensor.zeros(dtype, shape) : spread.mul(rows);
        return t.scatterAdd(1, labels, mass == null ? Tensor.ones(dtype, labels.shape()) : mass);
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Tensor t = target(s.input().shape(), s.input().dtype());
        Variable g = s.input().softmax(-1).mul(t.sum(true, -1)).sub(t);
        return new Variable[] {divisor == 0 ? g.mul(dy[0].reshape(-1, 1)) : g.mul(dy[0]).div(divisor)};
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        Tensor p = s.extra(0).exp();
        Tensor scale = divisor == 0 ? dy[0].reshape(-1, 1) : dy[0].div(divisor);
        if (dense != null) {
            return new Tensor[] {p.mul(dense.sum(true, -1)).sub(dense).mul(scale)};
        }
        Tensor at = mass == null ? scale : mass.mul(scale);
        Tensor g;
        if (spread == null) {
            g = p.mul(at);
        } else {
            Tensor spreads = rows.mul(scale);
            g = p.mul(spreads.mul(spread.sum()).add(at)).sub(spreads.mul(spread));
        }
        // g is this method's own, so the labels' share may go straight in
        Context.current().kernels().scatterAdd(g, 1, labels, at.neg().expand(labels.shape()).contiguous());
        return new Tensor[] {g};
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("cross_entropy")
                .sample("labels", in -> labels(in[0].value(), 4).apply(in[1]), OpSpec.index(5, 4), OpSpec.input(-2, 2, 4, 5))
                .sample("wide", in -> labels(in[0].value(), 3).apply(in[1]), OpSpec.index(37, 3), OpSpec.input(-2, 2, 3, 37))
                .sample("rows", in -> labels(in[0].value(), 0).apply(in[1]), OpSpec.index(5, 3), OpSpec.input(-2, 2, 3, 5))
                .sample("smoothed", in -> labels(in[0].value(), constant(in[1], 0.9, 3), constant(in[1], 0.02, 5), constant(in[1], 1, 3), 2.5).apply(in[1]),
                        OpSpec.index(5, 3), OpSpec.input(-2, 2, 3, 5))
                .sample("dense", in -> Ops.crossEntropy(in[1], in[0].value().oneHot(7).mul(0.5).to(in[1].dtype()), 3), OpSpec.index(7, 3), OpSpec.input(-2, 2, 3, 7));
    }

    private static Tensor constant(Variable like, double value, int n) {
        return Tensor.full(like.dtype(), Shape.of(n), value);
    }
}
