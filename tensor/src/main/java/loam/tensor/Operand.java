package loam.tensor;

/** What an operation takes: a {@link Tensor}, or a value with history. */
public interface Operand {
    /** The extents. */
    Shape shape();

    /** The element type. */
    DType dtype();
}
