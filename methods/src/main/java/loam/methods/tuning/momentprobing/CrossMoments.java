package loam.methods.tuning.momentprobing;

import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Second moments between heads of projected tokens (Gao and others 2023, MHC3). Heads are [B, H, L, m]; a mask of valid tokens is BOOL [B, L],
 * null where all count.
 */
public final class CrossMoments {
    private static final double EPS = 1e-12;

    private CrossMoments() {
    }

    /** {@code R_c = (1/L) Z_left[c]' Z_right[c]}: [B, H, L, m] to [B, pairs, m, m]. L is the number of valid tokens of a sample. */
    public static Variable of(Variable heads, int[] left, int[] right, Tensor mask) {
        int tokens = heads.dim(2);
        Variable z = mask == null ? heads : heads.where(column(mask), 0);       // one factor of zero is enough
        Variable r = pick(z, left).transpose(2, 3).matmul(pick(heads, right));
        return mask == null ? r.div(tokens) : r.div(counts(mask, r));
    }

    private static Variable pick(Variable heads, int[] which) {
        return heads.indexSelect(1, Tensor.ofInts(Shape.of(which.length), which));
    }

    /** Subtracts one number for each sample and head: the mean over its valid tokens and all channels. */
    public static Variable centredByScalar(Variable heads, Tensor mask) {
        return mask == null ? heads.sub(heads.mean(true, 2, 3))
                : heads.sub(heads.where(column(mask), 0).sum(true, 2, 3).div(counts(mask, heads).mul(heads.dim(3))));
    }

    /** Subtracts the mean over the valid tokens from each channel of each head: the textbook covariance. */
    public static Variable centredByChannel(Variable heads, Tensor mask) {
        return mask == null ? heads.sub(heads.mean(true, 2)) : heads.sub(heads.where(column(mask), 0).sum(true, 2).div(counts(mask, heads)));
    }

    /** Divides each column (over the first matrix axis) by its 2-norm, at least 1e-12. A column of zeros stays, with a plain gradient. */
    public static Variable normalizedColumns(Variable r) {
        Variable norm = Ops.norm(r, 2, true, -2);
        return r.div(norm.maximum(EPS).where(norm.gt(0), 1));
    }

    /** Checks that a mask is BOOL [B, L] with two valid tokens or more in each sample. */
    static void check(String name, Tensor mask, int samples, int tokens) {
        if (tokens < 2) {
            throw Failure.of(name, "moments need at least two tokens").fact("tokens", tokens).argument();
        }
        if (mask == null) {
            return;
        }
        if (mask.rank() != 2 || mask.dim(0) != samples || mask.dim(1) != tokens || mask.dtype() != DType.BOOL) {
            throw Failure.of(name, "the mask is not BOOL [" + samples + ", " + tokens + "]").operand("mask", mask.shape()).fact("type", mask.dtype()).shape();
        }
        int[] valid = mask.to(DType.I32).sum(1).toInts();
        for (int i = 0; i < samples; i++) {
            if (valid[i] < 2) {
                throw Failure.of(name, "moments need at least two valid tokens").fact("sample", i).fact("valid", valid[i]).argument();
            }
        }
    }

    /** [B, 1, L, 1]. */
    private static Tensor column(Tensor mask) {
        return mask.reshape(mask.dim(0), 1, mask.dim(1), 1);
    }

    /** Number of valid tokens, [B, 1, 1, 1]. */
    private static Tensor counts(Tensor mask, Variable like) {
        return mask.to(like.dtype()).sum(1).reshape(mask.dim(0), 1, 1, 1);
    }
}
