package loam.tensor;

/** Shapes or axes that do not fit together. */
public final class ShapeException extends LoamException {
    private static final long serialVersionUID = 1L;

    ShapeException(String message, Throwable cause) {
        super(message, cause);
    }
}
