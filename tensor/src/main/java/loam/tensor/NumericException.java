package loam.tensor;

/** A result that is not a number where one is needed: a NaN loss, a matrix that is singular. */
public final class NumericException extends LoamException {
    private static final long serialVersionUID = 1L;

    NumericException(String message, Throwable cause) {
        super(message, cause);
    }
}
