package loam.methods.cli;

/** The exit statuses of the command line. */
final class Exit {
    /** All well: all gating claims hold or are undecided. */
    static final int OK = 0;
    /** A gating claim does not hold. */
    static final int CLAIM_FAILS = 2;
    /** Wrong usage. */
    static final int USAGE = 64;
    /** Missing or damaged data. */
    static final int DATA = 66;
    /** Anything else went wrong. */
    static final int FAILED = 70;

    private Exit() {
    }
}
