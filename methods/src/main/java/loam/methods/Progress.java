package loam.methods;

/** Hears how a run goes on. Implementations must not throw. */
public interface Progress {
    /** Hears nothing. */
    Progress NONE = new Progress() {
    };

    /** A seed starts. */
    default void start(long seed) {
    }

    /** The part of a seed's work that is done, 0 to 1, and what is being done. */
    default void update(long seed, double fraction, String what) {
    }

    /** A seed has ended. */
    default void end(long seed, double seconds) {
    }

    /** Something the reader should know. */
    default void note(String text) {
    }
}
