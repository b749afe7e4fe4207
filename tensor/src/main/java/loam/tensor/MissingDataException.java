package loam.tensor;

/** Data that is not on this machine; the message says how to bring it. */
public final class MissingDataException extends LoamException {
    private static final long serialVersionUID = 1L;

    MissingDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
