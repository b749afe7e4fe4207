package loam.autograd;

import java.util.function.Consumer;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.Workspace;

/** A trained leaf. It changes only through {@link #update}; snapshots handed out before stay as they were. */
public final class Parameter extends Variable {
    /** A parameter that starts as a copy of {@code initial}, wanting a gradient. */
    public Parameter(Tensor initial) {
        super(Workspace.outside(initial::copy), null, 0, true);
    }

    /** Replaces the numbers by a copy of {@code next}, of the same shape; converted to this parameter's type. */
    public void update(Tensor next) {
        if (!next.shape().equals(shape())) {
            throw Failure.of("update", "the new value has another shape").operand("parameter", shape()).operand("value", next.shape()).shape();
        }
        Updates.replace(this, next);
    }

    /** Lets {@code change} write the numbers in place, through a kernel. */
    public void update(Consumer<Tensor> change) {
        Updates.inPlace(this, change);
    }

    /** Converts the numbers to another floating type; the gradient is forgotten. */
    public void convert(DType to) {
        if (!to.isFloating()) {
            throw Failure.of("convert", "a parameter needs a floating type").fact("type", to).dtype();
        }
        if (to != dtype()) {
            Tensor before = peek();
            replace(Workspace.outside(() -> before.to(to)));
            before.storage().bumpVersion();
            zeroGrad();
        }
    }
}
