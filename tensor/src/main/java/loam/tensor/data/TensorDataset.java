package loam.tensor.data;

import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;

/** Inputs [N, ...], with or without a target tensor [N, ...]. */
public final class TensorDataset implements Dataset {
    private final Tensor x;
    private final Tensor target;

    private TensorDataset(Tensor x, Tensor target) {
        this.x = x;
        this.target = target;
    }

    /** Inputs alone. */
    public static TensorDataset of(Tensor x) {
        Rows.requireExamples(x);
        return new TensorDataset(x.contiguous(), null);
    }

    /** Inputs with targets of the same number. */
    public static TensorDataset of(Tensor x, Tensor target) {
        Rows.requireExamples(x);
        Rows.requireExamples(target);
        if (x.dim(0) != target.dim(0)) {
            throw Failure.of("dataset", x.dim(0) + " inputs with " + target.dim(0) + " targets").operand("input", x.shape(), 0)
                    .operand("target", target.shape(), 0).shape();
        }
        return new TensorDataset(x.contiguous(), target.contiguous());
    }

    /** All inputs, [N, ...]. */
    public Tensor x() {
        return x;
    }

    /** All targets, [N, ...], or null. */
    public Tensor target() {
        return target;
    }

    @Override
    public int size() {
        return x.dim(0);
    }

    @Override
    public Batch batch(int... indices) {
        Tensor rows = Rows.take(x, indices);
        return target == null ? Batch.of(rows, indices.clone()) : Batch.withTarget(rows, Rows.take(target, indices), indices.clone());
    }

    /** A copy of the examples at these places. */
    @Override
    public TensorDataset subset(int... indices) {
        return new TensorDataset(Rows.take(x, indices), target == null ? null : Rows.take(target, indices));
    }

    @Override
    public Split<TensorDataset> splitRandomly(double share, Rng rng) {
        int[][] parts = Split.random(size(), share, rng);
        return new Split<>(subset(parts[0]), subset(parts[1]));
    }
}
