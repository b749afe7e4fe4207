package loam.nn.metrics;

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
        Integer[] order = Evaluation.ascending("auroc", scores, positive);
        int n = order.length;
        long up = 0;
        for (boolean p : positive) {
            up += p ? 1 : 0;
        }
        if (up == 0 || up == n) {
            throw Failure.of("auroc", "needs positive and negative examples").fact("positive", up).fact("negative", n - up).argument();
        }
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
        return Evaluation.oneVersusRest("auroc", scores, labels, Auroc::of);
    }
}
