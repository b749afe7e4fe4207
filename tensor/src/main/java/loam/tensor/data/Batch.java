package loam.tensor.data;

import loam.tensor.Failure;
import loam.tensor.Tensor;

/** Some examples of a dataset: inputs [B, ...], labels or targets where the dataset has them, and their places in the dataset. */
public final class Batch {
    private final Tensor x;
    private final int[] y;
    private final Tensor target;
    private final int[] indices;

    private Batch(Tensor x, int[] y, Tensor target, int[] indices) {
        this.x = x;
        this.y = y;
        this.target = target;
        this.indices = indices;
    }

    /** Inputs without labels. */
    public static Batch of(Tensor x, int[] indices) {
        return new Batch(x, null, null, indices);
    }

    /** Inputs with a class label each. */
    public static Batch labelled(Tensor x, int[] y, int[] indices) {
        return new Batch(x, y, null, indices);
    }

    /** Inputs with a target tensor [B, ...]. */
    public static Batch withTarget(Tensor x, Tensor target, int[] indices) {
        return new Batch(x, null, target, indices);
    }

    /** Number of examples. */
    public int size() {
        return indices.length;
    }

    /** The inputs, [B, ...]. */
    public Tensor x() {
        return x;
    }

    /** The labels, B of them; a {@link loam.tensor.StateException} where the dataset has none. */
    public int[] y() {
        if (y == null) {
            throw Failure.of("batch", "this dataset has no labels").hint("use LabelledDataset.of(x, labels)").state();
        }
        return y;
    }

    /** The targets, [B, ...]; a {@link loam.tensor.StateException} where the dataset has none. */
    public Tensor target() {
        if (target == null) {
            throw Failure.of("batch", "this dataset has no target tensor").hint("use TensorDataset.of(x, target), or y() for labels").state();
        }
        return target;
    }

    /** Places of the examples in the dataset. */
    public int[] indices() {
        return indices;
    }

    /** The same examples under other places. */
    Batch at(int[] places) {
        return new Batch(x, y, target, places.clone());
    }

    /** The same examples with other inputs. */
    public Batch withX(Tensor other) {
        if (other.rank() == 0 || other.dim(0) != size()) {
            throw Failure.of("batch", "the new inputs are not " + size() + " examples").operand("input", other.shape(), 0).shape();
        }
        return new Batch(other, y, target, indices);
    }
}
