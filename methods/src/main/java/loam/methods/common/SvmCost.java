package loam.methods.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.tensor.Failure;
import loam.tensor.Rng;

/** Chooses the C of a {@link LinearSvm} by cross-validation on its training rows alone. */
public final class SvmCost {
    private static final String NAME = "choice of C";

    private SvmCost() {
    }

    /** A fold 0 .. k-1 for each label, as evenly as each class allows. Every class needs two rows or more. */
    public static int[] folds(int[] labels, int k, Rng rng) {
        if (k < 2) {
            throw Failure.of(NAME, "there must be two folds or more").fact("folds", k).argument();
        }
        int[] fold = new int[labels.length];
        int next = 0;
        for (int label : Arrays.stream(labels).distinct().sorted().toArray()) {
            List<Integer> own = new ArrayList<>();
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == label) {
                    own.add(i);
                }
            }
            if (own.size() < 2) {
                throw Failure.of(NAME, "class " + label + " has " + own.size() + " row, which cannot be learned from and judged on").argument();
            }
            for (int i : rng.split(label).permutation(own.size())) {
                fold[own.get(i)] = next++ % k;
            }
        }
        return fold;
    }

    /**
     * The C of {@code costs} with the highest share of right predictions over all rows, each predicted by an SVM fitted without its fold;
     * the first of equals.
     *
     * @param rows   row after row, d values each
     * @param labels one a row
     * @param fold   one a row; rows that stem from the same sample must share one
     */
    public static double choose(LinearSvm.Config config, double[] costs, double[] rows, int d, int[] labels, int[] fold) {
        if (costs.length == 0 || labels.length != fold.length || labels.length * d != rows.length) {
            throw Failure.of(NAME, "values of C, and one label and one fold for each row are needed").fact("costs", costs.length)
                    .fact("rows", rows.length / d).fact("labels", labels.length).fact("folds", fold.length).argument();
        }
        if (costs.length == 1) {
            return costs[0];
        }
        int[] right = new int[costs.length];
        for (int f : Arrays.stream(fold).distinct().sorted().toArray()) {
            int held = f;
            int[] in = matching(fold, held, false);
            int[] out = matching(fold, held, true);
            int[] trainLabels = Arrays.stream(in).map(i -> labels[i]).toArray();
            double[] train = take(rows, d, in);
            double[] test = take(rows, d, out);
            for (int c = 0; c < costs.length; c++) {
                LinearSvm svm = new LinearSvm(config.withC(costs[c])).fit(train, d, trainLabels);
                int[] predicted = svm.predict(test);
                for (int i = 0; i < out.length; i++) {
                    right[c] += predicted[i] == labels[out[i]] ? 1 : 0;
                }
            }
        }
        int best = 0;
        for (int c = 1; c < costs.length; c++) {
            best = right[c] > right[best] ? c : best;
        }
        return costs[best];
    }

    private static int[] matching(int[] fold, int held, boolean wanted) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < fold.length; i++) {
            if ((fold[i] == held) == wanted) {
                found.add(i);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private static double[] take(double[] rows, int d, int[] which) {
        double[] out = new double[which.length * d];
        for (int i = 0; i < which.length; i++) {
            System.arraycopy(rows, which[i] * d, out, i * d, d);
        }
        return out;
    }
}
