package loam.bench;

/** One row's work in one engine, ready to run. */
public interface Work extends AutoCloseable {
    /** Goes back to the initial weights, so that every round does the same work; not timed. */
    default void reset() { }

    /** Does the work {@code n} times. */
    void iterate(int n);

    /** The same, leaving all memory to the virtual machine where {@link #iterate} recycles it. */
    default void iteratePlainly(int n) {
        iterate(n);
    }

    /**
     * What all engines must agree on, from the initial state: every array that one iteration computes, or the losses of ten training
     * steps (with the optimizer, whatever the row times).
     */
    float[][] results();

    @Override
    default void close() { }
}
