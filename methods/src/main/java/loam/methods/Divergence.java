package loam.methods;

/**
 * Work whose numbers ceased to be numbers, such as training with a loss that is NaN. What it should have measured is NaN.
 *
 * @param seed   of the run
 * @param work   the arm, or what was being done
 * @param reason what was found, in one line
 */
public record Divergence(long seed, String work, String reason) {
    /** For the reader. */
    @Override
    public String toString() {
        return "seed " + seed + ", " + work + ": " + reason;
    }
}
