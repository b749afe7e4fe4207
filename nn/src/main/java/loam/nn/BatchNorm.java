package loam.nn;

import java.util.List;
import loam.autograd.Buffer;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.autograd.ops.BatchNormOp;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;

/**
 * What the batch norms share: in training each channel is normalised by the batch's moments and the running statistics move towards
 * them; in evaluation (or frozen) the running statistics are used. Weight and bias [C], or neither (Ioffe and Szegedy 2015).
 */
public abstract sealed class BatchNorm extends Layer implements FusesRelu permits BatchNorm1d, BatchNorm2d {
    static final double EPS = 1e-5;
    static final double MOMENTUM = 0.1;

    private final Parameter weight;
    private final Parameter bias;
    private final Buffer runningMean;
    private final Buffer runningVar;
    private final Buffer batches;
    final int channels;
    final double eps;
    final double momentum;
    private boolean frozen;

    BatchNorm(int channels, double eps, double momentum, boolean affine) {
        if (channels < 1) {
            throw Failure.of("batch_norm", "needs at least one channel").fact("channels", channels).argument();
        }
        this.channels = channels;
        this.eps = eps;
        this.momentum = momentum;
        Shape shape = Shape.of(channels);
        weight = affine ? parameter("weight", Tensor.ones(shape)) : null;
        bias = affine ? parameter("bias", Tensor.zeros(shape)) : null;
        runningMean = buffer("running_mean", Tensor.zeros(shape));
        runningVar = buffer("running_var", Tensor.ones(shape));
        batches = buffer("num_batches_tracked", Tensor.zeros(DType.I64, Shape.scalar()));
    }

    /** [C], or null. */
    public final Parameter weight() {
        return weight;
    }

    /** [C], or null. */
    public final Parameter bias() {
        return bias;
    }

    /** [C]. */
    public final Buffer runningMean() {
        return runningMean;
    }

    /** [C], unbiased. */
    public final Buffer runningVar() {
        return runningVar;
    }

    final boolean affine() {
        return weight != null;
    }

    /** Fails unless the input has a shape that this norm is for. */
    abstract void checkRank(Variable x);

    @Override
    protected final Variable compute(Variable x) {
        return normalise(x, Activation.NONE);
    }

    @Override
    public final Variable computeRelu(Variable x) {
        return normalise(x, Activation.RELU);
    }

    private Variable normalise(Variable x, Activation act) {
        checkRank(x);
        boolean live = isTraining() && !frozen;
        BatchNormOp op = live ? new BatchNormOp(eps, act) : new BatchNormOp(eps, act, runningMean.value(), runningVar.value());
        Variable y = weight == null ? op.apply(x) : op.apply(x, weight, bias);
        if (live) {
            track(op, x.numel() / (double) channels);
        }
        return y;
    }

    /** r = (1 - momentum) r + momentum batch; the variance with n - 1 in the denominator. */
    private void track(BatchNormOp op, double n) {
        move(runningMean, op.mean(), 1);
        move(runningVar, op.variance(), n / (n - 1));
        batches.update(batches.value().add(1));
    }

    private void move(Buffer running, Tensor batch, double factor) {
        Tensor before = running.value().to(DType.F64);
        running.update(before.mul(1 - momentum).add(batch.mul(momentum * factor)));
    }

    @Override
    protected List<String> optionalBuffers() {
        return List.of("num_batches_tracked");
    }

    @Override
    boolean statisticsFrozen() {
        return frozen;
    }

    @Override
    void freezeStatistics(boolean on) {
        frozen = on;
    }
}
