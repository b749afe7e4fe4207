package loam.tensor;

/** An element type that the operation does not take. */
public final class DTypeException extends LoamException {
    private static final long serialVersionUID = 1L;

    DTypeException(String message, Throwable cause) {
        super(message, cause);
    }
}
