package loam.methods.continual.common;

import java.util.Arrays;

/**
 * How well a learner did along a stream. All values from 0 to 1.
 *
 * @param accuracy {@code accuracy[t][i]} on test set i after task t; in a stream of classes only i up to t
 * @param seen     after each task, over all test samples of that time
 */
public record ContinualReport(double[][] accuracy, double[] seen) {
    /** Mean of {@link #seen} over the tasks: what most papers print. Not the accuracy at the end. */
    public double average() {
        return Arrays.stream(seen).average().orElse(Double.NaN);
    }

    /** Accuracy after the first task. */
    public double first() {
        return seen[0];
    }

    /** Accuracy after the last task. */
    public double last() {
        return seen[seen.length - 1];
    }

    /** Mean over all test sets before the latest task's of: best accuracy that they ever had, minus the one now. 0 when there is no such set. */
    public double forgetting() {
        return forgetting(accuracy);
    }

    static double forgetting(double[][] accuracy) {
        int now = accuracy.length - 1;
        int past = now < 0 ? 0 : Math.min(now, accuracy[now].length);
        double sum = 0;
        for (int i = 0; i < past; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int t = 0; t < now; t++) {
                if (i < accuracy[t].length) {
                    best = Math.max(best, accuracy[t][i]);
                }
            }
            sum += best - accuracy[now][i];
        }
        return past == 0 ? 0 : sum / past;
    }
}
