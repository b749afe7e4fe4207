package loam.tensor;

/** An object used at the wrong time: a value changed since it was saved, a model without weights, a storage given back. */
public final class StateException extends LoamException {
    private static final long serialVersionUID = 1L;

    StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
