package loam.tensor;

/** The one parent of every error that Loam raises on purpose; the message names the operation, the reason, the operands and a likely fix. */
public abstract class LoamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoamException(String message, Throwable cause) {
        super(message, cause);
    }
}
