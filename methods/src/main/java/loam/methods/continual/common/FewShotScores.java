package loam.methods.continual.common;

import java.util.Arrays;
import loam.tensor.Failure;

/**
 * How well base classes and new classes are told apart after a session. All values from 0 to 1; NaN where no class of the kind was tested.
 *
 * @param all       share of right predictions over all samples
 * @param seen      mean accuracy of the base classes
 * @param unseen    mean accuracy of the new classes
 * @param harmonic  harmonic mean of seen and unseen; 0 when both are 0
 * @param newToBase share of the new classes' samples that were taken for a base class
 */
public record FewShotScores(double all, double seen, double unseen, double harmonic, double newToBase) {
    /** Keeps the harmonic mean of two zeros at zero. */
    private static final double TINY = 1e-12;

    /** Scores of predictions for test samples of the classes known so far; {@code base} are the classes of session 0. */
    public static FewShotScores of(int[] predicted, int[] labels, int[] base) {
        if (predicted.length != labels.length || labels.length == 0) {
            throw Failure.of("scores", "one prediction is needed for each label").fact("predictions", predicted.length).fact("labels", labels.length).argument();
        }
        int size = Math.max(Arrays.stream(labels).max().getAsInt(), Arrays.stream(base).max().orElse(0)) + 1;
        boolean[] isBase = new boolean[size];
        for (int c : base) {
            isBase[c] = true;
        }
        int[] count = new int[size];
        int[] right = new int[size];
        int hits = 0;
        int fresh = 0;
        int drawn = 0;
        for (int i = 0; i < labels.length; i++) {
            int y = labels[i];
            count[y]++;
            if (predicted[i] == y) {
                right[y]++;
                hits++;
            }
            if (!isBase[y]) {
                fresh++;
                drawn += predicted[i] >= 0 && predicted[i] < size && isBase[predicted[i]] ? 1 : 0;
            }
        }
        double seen = mean(count, right, isBase, true);
        double unseen = mean(count, right, isBase, false);
        return new FewShotScores(hits / (double) labels.length, seen, unseen, harmonic(seen, unseen), fresh == 0 ? Double.NaN : drawn / (double) fresh);
    }

    /** {@code 2 a b / (a + b)}; 0 when both are 0. */
    public static double harmonic(double a, double b) {
        return 2 * a * b / (a + b + TINY);
    }

    private static double mean(int[] count, int[] right, boolean[] isBase, boolean wanted) {
        double sum = 0;
        int classes = 0;
        for (int c = 0; c < count.length; c++) {
            if (count[c] > 0 && isBase[c] == wanted) {
                sum += right[c] / (double) count[c];
                classes++;
            }
        }
        return classes == 0 ? Double.NaN : sum / classes;
    }
}
