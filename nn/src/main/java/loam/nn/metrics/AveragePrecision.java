package loam.nn.metrics;

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
        Integer[] order = Evaluation.ascending(NAME, scores, positive);
        double sum = 0;
        int found = 0;
        for (int from = order.length - 1; from >= 0; ) {
            int to = from;
            int before = found;
            while (to >= 0 && scores[order[to]] == scores[order[from]]) {
                found += positive[order[to]] ? 1 : 0;
                to--;
            }
            sum += (found - before) * (found / (double) (order.length - 1 - to));
            from = to;
        }
        return sum / some(found);
    }

    /** Mean over the classes of one against the rest, scores {@code [N, K]}. Every class needs an example. */
    public static double oneVersusRest(Tensor scores, int[] labels) {
        return Evaluation.oneVersusRest(NAME, scores, labels, AveragePrecision::of);
    }

    private static int some(int found) {
        if (found == 0) {
            throw Failure.of(NAME, "there is no positive example").argument();
        }
        return found;
    }
}
