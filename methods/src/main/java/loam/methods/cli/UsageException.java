package loam.methods.cli;

import java.util.function.Supplier;
import loam.tensor.ArgumentException;

/** Wrong words on the command line; becomes exit status 64. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String hint;

    UsageException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    /** What may help, or an empty text. */
    String hint() {
        return hint;
    }

    /** What {@code lookUp} gives; a refused argument in it is wrong usage. */
    static <T> T asking(Supplier<T> lookUp) {
        try {
            return lookUp.get();
        } catch (ArgumentException e) {
            Problem p = Problem.of(e);
            UsageException usage = new UsageException(p.message(), p.hint());
            usage.initCause(e);
            throw usage;
        }
    }
}
