package loam.bench;

/**
 * How a turn is spent: some iterations that are not counted, since the other side left the caches cold, then batches of iterations, each
 * timed as a whole. A turn takes about a tenth of a second; an iteration longer than that is the whole turn.
 */
public record Plan(int uncounted, int iterations, int batches) {
    private static final double TURN_MS = 100;
    private static final int BATCHES = 5;

    /** The plan for iterations of {@code ms} milliseconds. */
    public static Plan of(double ms) {
        int iterations = (int) Math.max(1, Math.round(TURN_MS / BATCHES / ms));
        double batch = ms * iterations;
        int batches = (int) Math.max(1, Math.min(BATCHES, Math.round(TURN_MS / batch)));
        return new Plan(batch < TURN_MS ? iterations : 0, iterations, batches);
    }

    String command() {
        return uncounted + " " + iterations + " " + batches;
    }
}
