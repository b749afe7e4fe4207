package loam.autograd;

import java.util.function.Consumer;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.Workspace;

/** Named state without a gradient: running statistics, moving averages, masks, counters, generators. Changes only through {@link #update}. */
public final class Buffer {
    private final Variable holder;

    /** A buffer that starts as a copy of {@code initial}. */
    public Buffer(Tensor initial) {
        holder = Variable.of(Workspace.outside(initial::copy));
    }

    /** The numbers, a true snapshot. */
    public Tensor value() {
        return holder.value();
    }

    /** Replaces the numbers by a copy of {@code next}, of the same shape. */
    public void update(Tensor next) {
        if (!next.shape().equals(holder.shape())) {
            throw Failure.of("update", "the new value has another shape").operand("buffer", holder.shape()).operand("value", next.shape()).shape();
        }
        Updates.replace(holder, next);
    }

    /** Lets {@code change} write the numbers in place, through a kernel. */
    public void update(Consumer<Tensor> change) {
        Updates.inPlace(holder, change);
    }

    /** Converts the numbers to another type. */
    public void convert(DType to) {
        if (to != holder.dtype()) {
            Tensor before = holder.peek();
            holder.replace(Workspace.outside(() -> before.to(to)));
            before.storage().bumpVersion();
        }
    }
}
