package loam.nn.metrics;

import java.util.Arrays;
import java.util.Comparator;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/**
 * Area under the ROC curve: the probability that a positive example scores above a negative one, a tie counting half (the rank
 * statistic of Mann and Whitney).
 */
public final class Auroc {
    private Auroc() {
    }

    /** Of scores {@code [N]}, higher meaning positive. */
    public static double of(Tensor scores, boolean[] positive) {
        if (scores.rank() != 1 || scores.dim(0) != positive.length) {
            throw Failure.of("auroc", "needs scores [n] and n labels").operand("scores", scores.shape()).fact("labels", positive.length).shape();
        }
        return of(scores.toDoubles(), positive);
    }

    /** Of scores, higher meaning positive. */
    public static double of(double[] scores, boolean[] positive) {
        int n = scores.length;
        if (n != positive.length) {
            throw Failure.of("auroc", "needs one label for each score").fact("scores", n).fact("labels", positive.length).argument();
        }
        Integer[] order = new Integer[n];
        long up = 0;
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(scores[i])) {
                throw Failure.of("auroc", "score " + i + " is not a number").numeric();
            }
            order[i] = i;
            up += positive[i] ? 1 : 0;
        }
        if (up == 0 || up == n) {
            throw Failure.of("auroc", "needs positive and negative examples").fact("positive", up).fact("negative", n - up).argument();
        }
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i] + 0.0));
        double ranks = 0;
        for (int from = 0; from < n; ) {
            int to = from;
            int ups = 0;
            while (to < n && scores[order[to]] == scores[order[from]]) {
                ups += positive[order[to]] ? 1 : 0;
                to++;
            }
            // all of a tie get the mean of their ranks from + 1 .. to
            ranks += ups * ((from + 1.0 + to) / 2);
            from = to;
        }
        return (ranks - up * (up + 1.0) / 2) / ((double) up * (n - up));
    }

    /** Mean over the classes of one against the rest, scores {@code [N, K]}. Every class needs an example. */
    public static double oneVersusRest(Tensor scores, int[] labels) {
        Evaluation.check("auroc", scores.shape(), labels);
        double sum = 0;
        int k = scores.dim(1);
        for (int c = 0; c < k; c++) {
            boolean[] positive = new boolean[labels.length];
            for (int i = 0; i < labels.length; i++) {
                positive[i] = labels[i] == c;
            }
            sum += of(scores.select(1, c), positive);
        }
        return sum / k;
    }
}
