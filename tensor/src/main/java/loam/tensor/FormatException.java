package loam.tensor;

/** A file or stream that is damaged, hostile, or not of the expected format. */
public final class FormatException extends LoamException {
    private static final long serialVersionUID = 1L;

    FormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
