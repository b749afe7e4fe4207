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
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.Kernels;

/**
 * act(gamma (x - mean) / sqrt(variance + eps) + beta) for each channel of x [n, c, ...]; gamma and beta [c], both or none. In training the
 * moments are the batch's and part of the derivative; in evaluation they are given (Ioffe and Szegedy 2015).
 */
public final class BatchNormOp extends Op {
    private final double eps;
    private final Activation act;
    private final boolean training;
    private Tensor mean;
    private Tensor variance;

    /** Training: the moments come from the batch. */
    public BatchNormOp(double eps, Activation act) {
        this.eps = eps;
        this.act = act;
        training = true;
    }

    /** Evaluation: the moments are given, [c] each. */
    public BatchNormOp(double eps, Activation act, Tensor mean, Tensor variance) {
        this.eps = eps;
        this.act = act;
        this.mean = mean.to(DType.F64);
        this.variance = variance.to(DType.F64);
        training = false;
    }

    /** The mean of each channel, F64 [c]; in training once applied. */
    public Tensor mean() {
        return mean;
    }

    /** The biased variance of each channel, F64 [c]; in training once applied. */
    public Tensor variance() {
        return variance;
    }

    @Override
    public String name() {
        return "batch_norm";
    }

    @Override
    protected boolean keepsInput(int i) {
        return i < 2;
    }

    @Override
    protected boolean keepsOutput() {
        return act == Activation.RELU;
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        check(in);
        DType t = in.length > 1 ? DType.promote(in[0].dtype(), in[1].dtype()) : in[0].dtype();
        Tensor x = in[0].to(t);
        int c = x.dim(1);
        Kernels kernels = Context.current().kernels();
        if (training) {
            mean = Tensor.empty(DType.F64, Shape.of(c));
            variance = Tensor.empty(DType.F64, Shape.of(c));
            kernels.channelMoments(x, mean, variance);
        }
        double[] m = mean.toDoubles();
        double[] scale = variance.toDoubles();
        double[] gamma = in.length > 1 ? in[1].toDoubles() : null;
        double[] shift = in.length > 1 ? in[2].toDoubles() : new double[c];
        double[] rstd = new double[c];
        for (int k = 0; k < c; k++) {
            rstd[k] = 1 / Math.sqrt(scale[k] + eps);
            scale[k] = gamma == null ? rstd[k] : gamma[k] * rstd[k];
            shift[k] -= m[k] * scale[k];
        }
        Tensor y = Tensor.empty(t, x.shape());
        if (y.numel() > 0) {
            kernels.channelAffine(x, vector(scale), vector(shift), act, y);
        }
        saved.keep(mean, vector(rstd));
        return new Tensor[] {y};
    }

    private static Tensor vector(double[] v) {
        return Tensor.ofDoubles(Shape.of(v.length), v);
    }

    private void check(Tensor[] in) {
        Tensor x = in[0];
        if (x.rank() < 2) {
            throw Failure.of("batch_norm", "needs [n, channels, ...]").operand("input", x.shape()).shape();
        }
        for (int i = 1; i < in.length; i++) {
            sameChannels(x, in[i], i == 1 ? "weight" : "bias");
        }
        if (!training) {
            sameChannels(x, mean, "mean");
            sameChannels(x, variance, "variance");
        } else if (x.numel() <= x.dim(1)) {
            throw Failure.of("batch_norm", "training needs more than one value for each channel").operand("input", x.shape())
                    .hint("use a batch of at least two, or eval()").shape();
        }
    }

    private static void sameChannels(Tensor x, Tensor v, String what) {
        if (v.rank() != 1 || v.dim(0) != x.dim(1)) {
            throw Failure.of("batch_norm", "input has " + x.dim(1) + " channels, the " + what + " " + v.numel()).operand("input", x.shape(), 1)
                    .operand(what, v.shape()).shape();
        }
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        Variable g = act == Activation.RELU ? dy[0].where(s.outputValue(0).gt(0), 0) : dy[0];
        Variable x = s.input(0);
        int[] axes = new int[x.rank() - 1];
        int[] view = new int[x.rank()];
        java.util.Arrays.fill(view, 1);
        view[1] = x.dim(1);
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i == 0 ? 0 : i + 1;
        }
        Variable centred = training ? x.sub(x.mean(true, axes)) : x.sub(mean.to(x.dtype()).reshape(view));
        Variable rstd = training ? centred.square().mean(true, axes).add(eps).rsqrt() : Variable.of(variance.add(eps).rsqrt().to(x.dtype()).reshape(view));
        Variable normal = centred.mul(rstd);
        Variable h = s.size() > 1 ? g.mul(s.input(1).reshape(view)) : g;
        Variable[] out = new Variable[s.size()];
        if (s.needs(0)) {
            Variable inner = training ? h.sub(h.mean(true, axes)).sub(normal.mul(h.mul(normal).mean(true, axes))) : h;
            out[0] = inner.mul(rstd);
        }
        if (s.size() > 1) {
            out[1] = s.needs(1) ? g.mul(normal).sum(axes) : null;
            out[2] = s.needs(2) ? g.sum(axes) : null;
        }
        return out;
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        Tensor x = s.inputValue(0);
        if (x.numel() == 0 || x.dtype() != dy[0].dtype()) {
            return null;
        }
        Tensor g = act == Activation.RELU ? dy[0].binary(BinaryKind.RELU_GRAD, s.outputValue(0)) : dy[0];
        Kernels kernels = Context.current().kernels();
        int c = x.dim(1);
        Tensor sum = Tensor.empty(DType.F64, Shape.of(c));
        Tensor dot = Tensor.empty(DType.F64, Shape.of(c));
        kernels.channelGradSums(g, x, s.extra(0), sum, dot);
        Tensor rstd = s.extra(1);
        Tensor[] out = new Tensor[s.size()];
        if (s.needs(0)) {
            out[0] = Tensor.empty(x.dtype(), x.shape());
            inputGrad(kernels, s, g, x, sum, dot, out[0]);
        }
        if (out.length > 1) {
            DType t = s.inputValue(1).dtype();
            out[1] = s.needs(1) ? dot.mul(rstd).to(t) : null;
            out[2] = s.needs(2) ? sum.to(t) : null;
        }
        return out;
    }

    /** dx = gamma rstd (g - sum / m - (x - mean) rstd^2 dot / m), the last two terms in training only. */
    private void inputGrad(Kernels kernels, Saved s, Tensor g, Tensor x, Tensor sum, Tensor dot, Tensor dx) {
        int c = x.dim(1);
        double m = x.numel() / (double) c;
        double[] p = s.extra(1).toDoubles();
        double[] centre = s.extra(0).toDoubles();
        double[] gamma = s.size() > 1 ? s.inputValue(1).toDoubles() : null;
        double[] sums = sum.toDoubles();
        double[] dots = dot.toDoubles();
        double[] q = new double[c];
        double[] r = new double[c];
        for (int k = 0; k < c; k++) {
            double rstd = p[k];
            p[k] = gamma == null ? rstd : gamma[k] * rstd;
            if (training) {
                q[k] = -p[k] * rstd * rstd * dots[k] / m;
                r[k] = -p[k] * sums[k] / m - q[k] * centre[k];
            }
        }
        if (training) {
            kernels.channelAffine2(g, x, vector(p), vector(q), vector(r), dx);
        } else {
            kernels.channelAffine(g, vector(p), vector(r), Activation.NONE, dx);
        }
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        OpSpec s = OpSpec.of("batch_norm").tolerance(32);
        for (int[] d : new int[][] {{7, 3}, {3, 2, 5}, {2, 3, 3, 4}, {2, 2, 5, 7}}) {
            s.sample("training " + Shape.of(d), in -> new BatchNormOp(1e-5, Activation.NONE).apply(in[0], in[1], in[2]),
                    OpSpec.input(-1, 3, d), OpSpec.input(0.5, 1.5, d[1]), OpSpec.input(-1, 1, d[1]));
            s.sample("evaluation " + Shape.of(d), in -> new BatchNormOp(1e-5, Activation.NONE, in[3].value(), in[3].value().square()).apply(in[0], in[1], in[2]),
                    OpSpec.input(-1, 3, d), OpSpec.input(0.5, 1.5, d[1]), OpSpec.input(-1, 1, d[1]), new OpSpec.Input(Shape.of(d[1]), 1, 4, DType.I64, OpSpec.Kind.INDEX, new double[0]));
        }
        return s.sample("no weight", in -> new BatchNormOp(1e-3, Activation.NONE).apply(in[0]), OpSpec.input(-1, 3, 5, 3, 4));
    }
}
