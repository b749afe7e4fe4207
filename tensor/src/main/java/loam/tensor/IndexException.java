package loam.tensor;

/** An index or a label outside its range. */
public final class IndexException extends LoamException {
    private static final long serialVersionUID = 1L;

    IndexException(String message, Throwable cause) {
        super(message, cause);
    }
}
