package loam.nn.metrics;

import java.util.Arrays;
import java.util.Comparator;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/**
 * Average precision: the mean, over all positive examples, of the share of positives among what ranks as high as they do or higher. No
 * interpolation. Its mean over queries or classes is the mAP of retrieval.
 */
public final class AveragePrecision {
    private static final String NAME = "average precision";

    private AveragePrecision() {
    }

    /** Of a whole ranked list, best first: whether each place holds a relevant item. */
    public static double ofRanking(boolean... relevant) {
        double sum = 0;
        int found = 0;
        for (int i = 0; i < relevant.length; i++) {
            if (relevant[i]) {
                found++;
                sum += found / (i + 1.0);
            }
        }
        return sum / some(found);
    }

    /** Of scores, higher meaning positive. Examples of equal scores count as one place that holds them all. */
    public static double of(double[] scores, boolean[] positive) {
        int n = scores.length;
        if (n != positive.length) {
            throw Failure.of(NAME, "needs one label for each score").fact("scores", n).fact("labels", positive.length).argument();
        }
        Integer[] order = new Integer[n];
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(scores[i])) {
                throw Failure.of(NAME, "score " + i + " is not a number").numeric();
            }
            order[i] = i;
        }
        Arrays.sort(order, Comparator.comparingDouble(i -> -scores[i] + 0.0));
        double sum = 0;
        int found = 0;
        for (int from = 0; from < n; ) {
            int to = from;
            int before = found;
            while (to < n && scores[order[to]] == scores[order[from]]) {
                found += positive[order[to]] ? 1 : 0;
                to++;
            }
            sum += (found - before) * (found / (double) to);
            from = to;
        }
        return sum / some(found);
    }

    /** Mean over the classes of one against the rest, scores {@code [N, K]}. Every class needs an example. */
    public static double oneVersusRest(Tensor scores, int[] labels) {
        Evaluation.check(NAME, scores.shape(), labels);
        double sum = 0;
        int k = scores.dim(1);
        for (int c = 0; c < k; c++) {
            boolean[] positive = new boolean[labels.length];
            for (int i = 0; i < labels.length; i++) {
                positive[i] = labels[i] == c;
            }
            sum += of(scores.select(1, c).toDoubles(), positive);
        }
        return sum / k;
    }

    private static int some(int found) {
        if (found == 0) {
            throw Failure.of(NAME, "there is no positive example").argument();
        }
        return found;
    }
}
