package loam.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** One side of a comparison. Implementations have a public constructor without arguments; each runs in a process of its own. */
public interface Engine {
    /** Prepares a row's work from the inputs below {@code dir}. */
    Work open(Row row, Path dir) throws IOException;

    /** Native arrays alive now; 0 for an engine without any. */
    default long handles() {
        return 0;
    }

    /** Prepares the product {@link Rows#PROBE} from the inputs below {@code dir}, both as work and for {@link #ownProducts}. */
    default Work probe(Path dir) throws IOException {
        throw new UnsupportedOperationException("this engine is no peer");
    }

    /**
     * Multiplies the probe's matrices {@code iterations} times in a loop inside the engine, without any Java between two products:
     * the engine's own rate.
     */
    default void ownProducts(int iterations) {
        throw new UnsupportedOperationException("this engine has no loop of its own");
    }

    /** Version and settings, for the record. */
    Map<String, String> facts();
}
