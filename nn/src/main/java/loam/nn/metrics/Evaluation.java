package loam.nn.metrics;

import java.util.Arrays;
import java.util.Comparator;
import loam.autograd.Grad;
import loam.nn.Layer;
import loam.nn.Mode;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.data.Dataset;

/** Runs a model over a dataset in evaluation mode and without history, and restores its mode. */
final class Evaluation {
    private static final int BATCH = 256;

    private Evaluation() {
    }

    /** Sees the scores and labels of one batch. */
    interface Visit {
        void batch(Tensor scores, int[] labels);
    }

    static void each(Layer model, Dataset data, Visit visit) {
        Mode mode = model.eval();
        try {
            for (Batch b : DataLoader.of(data, BATCH)) {
                visit.batch(Grad.noGrad(() -> model.forward(b.x()).value()), b.y());
            }
        } finally {
            mode.close();
        }
    }

    /** The class of the largest score of each row; the first of equals. */
    static int[] largest(String metric, Tensor scores, int[] labels) {
        check(metric, scores.shape(), labels);
        return scores.argmax(1).toInts();
    }

    /** The metric of one class's scores against the rest. */
    interface OfScores {
        double of(double[] scores, boolean[] positive);
    }

    /** Mean over the classes of one against the rest, scores {@code [N, K]}. */
    static double oneVersusRest(String name, Tensor scores, int[] labels, OfScores metric) {
        check(name, scores.shape(), labels);
        double sum = 0;
        int k = scores.dim(1);
        for (int c = 0; c < k; c++) {
            boolean[] positive = new boolean[labels.length];
            for (int i = 0; i < labels.length; i++) {
                positive[i] = labels[i] == c;
            }
            sum += metric.of(scores.select(1, c).toDoubles(), positive);
        }
        return sum / k;
    }

    /** The numbers of the examples by ascending score; -0 and 0 are equal. Checks that every score is a number and has its label. */
    static Integer[] ascending(String metric, double[] scores, boolean[] positive) {
        int n = scores.length;
        if (n != positive.length) {
            throw Failure.of(metric, "needs one label for each score").fact("scores", n).fact("labels", positive.length).argument();
        }
        Integer[] order = new Integer[n];
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(scores[i])) {
                throw Failure.of(metric, "score " + i + " is not a number").numeric();
            }
            order[i] = i;
        }
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i] + 0.0));
        return order;
    }

    static void check(String metric, Shape scores, int[] labels) {
        if (scores.rank() != 2 || scores.dim(0) != labels.length) {
            throw Failure.of(metric, "needs scores [n, classes] and n labels").operand("scores", scores).fact("labels", labels.length).shape();
        }
        if (labels.length == 0) {
            throw Failure.of(metric, "of no examples is not defined").argument();
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= scores.dim(1)) {
                throw Failure.of(metric, "label " + labels[i] + " at position " + i + " is not one of " + scores.dim(1) + " classes")
                        .operand("scores", scores, 1).index();
            }
        }
    }
}
