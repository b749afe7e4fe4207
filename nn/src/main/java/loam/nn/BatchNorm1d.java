package loam.nn;

import loam.autograd.Variable;
import loam.tensor.Failure;

/** Batch normalisation of {@code [N, C]} or {@code [N, C, L]}, shape kept; see {@link BatchNorm}. */
public final class BatchNorm1d extends BatchNorm {
    /** With PyTorch's defaults. */
    public BatchNorm1d(int channels) {
        this(channels, EPS, MOMENTUM, true);
    }

    public BatchNorm1d(int channels, double eps, double momentum, boolean affine) {
        super(channels, eps, momentum, affine);
    }

    @Override
    void checkRank(Variable x) {
        if (x.rank() != 2 && x.rank() != 3) {
            throw Failure.of("batch_norm", "needs [n, channels] or [n, channels, length]").operand("input", x.shape()).shape();
        }
    }

    @Override
    protected Module fresh() {
        return new BatchNorm1d(channels, eps, momentum, affine());
    }
}
