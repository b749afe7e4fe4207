package loam.nn;

import loam.autograd.Variable;
import loam.tensor.Failure;

/** Batch normalisation of {@code [N, C, H, W]}, shape kept; see {@link BatchNorm}. */
public final class BatchNorm2d extends BatchNorm {
    /** With PyTorch's defaults. */
    public BatchNorm2d(int channels) {
        this(channels, EPS, MOMENTUM, true);
    }

    public BatchNorm2d(int channels, double eps, double momentum, boolean affine) {
        super(channels, eps, momentum, affine);
    }

    @Override
    void checkRank(Variable x) {
        if (x.rank() != 4) {
            throw Failure.of("batch_norm", "needs images [n, channels, h, w]").operand("input", x.shape()).shape();
        }
    }

    @Override
    protected Module fresh() {
        return new BatchNorm2d(channels, eps, momentum, affine());
    }
}
