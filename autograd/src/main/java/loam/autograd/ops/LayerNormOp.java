package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * gamma (x - mean) / sqrt(variance + eps) + beta over the last axes of x; gamma and beta of the shape of those axes, both or none
 * (Ba et al. 2016).
 */
public final class LayerNormOp extends Op {
    private final int axes;
    private final double eps;

    /** Normalises over the last {@code axes} axes. */
    public LayerNormOp(int axes, double eps) {
        this.axes = axes;
        this.eps = eps;
    }

    @Override
    public String name() {
        return "layer_norm";
    }

    @Override
    protected boolean keepsInput(int i) {
        return i < 2;
    }

    private Shape last(Tensor x) {
        int[] d = x.shape().toArray();
        return Shape.of(java.util.Arrays.copyOfRange(d, d.length - axes, d.length));
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        Tensor x = in[0];
        if (axes < 1 || axes > x.rank()) {
            throw Failure.of("layer_norm", "normalises over the last " + axes + " axes, the input has " + x.rank()).operand("input", x.shape()).shape();
        }
        Shape tail = last(x);
        for (int i = 1; i < in.length; i++) {
            if (!in[i].shape().equals(tail)) {
                throw Failure.of("layer_norm", (i == 1 ? "weight" : "bias") + " does not have the shape of the last axes").operand("input", x.shape())
                        .operand(i == 1 ? "weight" : "bias", in[i].shape()).shape();
            }
        }
        DType t = in.length > 1 ? DType.promote(x.dtype(), in[1].dtype()) : x.dtype();
        Shape rows = Shape.of(tail.numel() == 0 ? 0 : x.numel() / tail.numel());
        Tensor y = Tensor.empty(t, x.shape());
        Tensor mean = Tensor.empty(t, rows);
        Tensor rstd = Tensor.empty(t, rows);
        Context.current().kernels().layerNorm(x.to(t), eps, in.length > 1 ? in[1].to(t) : null, in.length > 1 ? in[2].to(t) : null, y, mean, rstd);
        saved.keep(mean, rstd);
        return new Tensor[] {y};
    }

    private int[] lastAxes() {
        int[] a = new int[axes];
        for (int i = 0; i < axes; i++) {
            a[i] = i - axes;
        }
        return a;
    }

    private int[] firstAxes(int rank) {
        int[] a = new int[rank - axes];
        for (int i = 0; i < a.length; i++) {
            a[i] = i;
        }
        return a;
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable x = s.input(0);
        int[] over = lastAxes();
        Variable centred = x.sub(x.mean(true, over));
        Variable rstd = centred.square().mean(true, over).add(eps).rsqrt();
        Variable normal = centred.mul(rstd);
        Variable h = s.size() > 1 ? dy[0].mul(s.input(1)) : dy[0];
        Variable[] out = new Variable[s.size()];
        if (s.needs(0)) {
            out[0] = h.sub(h.mean(true, over)).sub(normal.mul(h.mul(normal).mean(true, over))).mul(rstd);
        }
        if (s.size() > 1) {
            int[] first = firstAxes(x.rank());
            Variable weighted = dy[0].mul(normal);
            out[1] = !s.needs(1) ? null : first.length == 0 ? weighted : weighted.sum(first);
            out[2] = !s.needs(2) ? null : first.length == 0 ? dy[0] : dy[0].sum(first);
        }
        return out;
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        Tensor x = s.inputValue(0);
        Tensor mean = s.extra(0);
        Tensor rstd = s.extra(1);
        Tensor gamma = s.size() > 1 ? s.inputValue(1) : null;
        if (x.numel() == 0 || x.dtype() != dy[0].dtype() || gamma != null && gamma.dtype() != x.dtype()) {
            return null;
        }
        Tensor dx = s.needs(0) ? Tensor.empty(x.dtype(), x.shape()) : null;
        boolean parameters = gamma != null && (s.needs(1) || s.needs(2));
        Tensor dgamma = parameters ? Tensor.empty(gamma.dtype(), gamma.shape()) : null;
        Tensor dbeta = parameters ? Tensor.empty(gamma.dtype(), gamma.shape()) : null;
        Context.current().kernels().layerNormGrad(dy[0], x, mean, rstd, gamma, dx, dgamma, dbeta);
        Tensor[] out = new Tensor[s.size()];
        out[0] = dx;
        if (parameters) {
            out[1] = s.needs(1) ? dgamma : null;
            out[2] = s.needs(2) ? dbeta : null;
        }
        return out;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        return OpSpec.of("layer_norm").tolerance(32)
                .sample("last", in -> new LayerNormOp(1, 1e-5).apply(in[0], in[1], in[2]), OpSpec.input(-1, 3, 3, 4, 7), OpSpec.input(0.5, 1.5, 7), OpSpec.input(-1, 1, 7))
                .sample("wide", in -> new LayerNormOp(1, 1e-5).apply(in[0], in[1], in[2]), OpSpec.input(-1, 3, 5, 37), OpSpec.input(0.5, 1.5, 37), OpSpec.input(-1, 1, 37))
                .sample("last two", in -> new LayerNormOp(2, 1e-5).apply(in[0], in[1], in[2]), OpSpec.input(-1, 3, 2, 3, 5), OpSpec.input(0.5, 1.5, 3, 5), OpSpec.input(-1, 1, 3, 5))
                .sample("all", in -> new LayerNormOp(1, 1e-5).apply(in[0], in[1], in[2]), OpSpec.input(-1, 3, 7), OpSpec.input(0.5, 1.5, 7), OpSpec.input(-1, 1, 7))
                .sample("no weight", in -> new LayerNormOp(1, 1e-3).apply(in[0]), OpSpec.input(-1, 3, 3, 9));
    }
}
