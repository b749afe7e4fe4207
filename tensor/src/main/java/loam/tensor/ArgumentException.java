package loam.tensor;

/** A parameter outside its domain. */
public final class ArgumentException extends LoamException {
    private static final long serialVersionUID = 1L;

    ArgumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
