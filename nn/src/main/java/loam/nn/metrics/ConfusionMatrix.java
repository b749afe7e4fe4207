package loam.nn.metrics;

import java.util.Locale;
import loam.nn.Layer;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.data.Dataset;

/** How often each class (row) was taken for each class (column). */
public final class ConfusionMatrix {
    private final long[][] counts;

    private ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw Failure.of("confusion_matrix", "needs at least one class").fact("classes", classes).argument();
        }
        counts = new long[classes][classes];
    }

    /** Of a model on a labelled dataset, in evaluation mode and without history; the mode is restored. */
    public static ConfusionMatrix of(Layer model, Dataset data, int classes) {
        ConfusionMatrix m = new ConfusionMatrix(classes);
        Evaluation.each(model, data, (scores, labels) -> m.add(Evaluation.largest("confusion_matrix", scores, labels), labels));
        return m;
    }

    /** Of scores {@code [N, K]}. */
    public static ConfusionMatrix of(Tensor scores, int[] labels) {
        int[] predicted = Evaluation.largest("confusion_matrix", scores, labels);
        return of(predicted, labels, scores.dim(1));
    }

    /** Of predicted classes. */
    public static ConfusionMatrix of(int[] predicted, int[] labels, int classes) {
        ConfusionMatrix m = new ConfusionMatrix(classes);
        m.add(predicted, labels);
        return m;
    }

    private void add(int[] predicted, int[] labels) {
        if (predicted.length != labels.length) {
            throw Failure.of("confusion_matrix", "needs one prediction for each label").fact("predictions", predicted.length)
                    .fact("labels", labels.length).argument();
        }
        for (int i = 0; i < labels.length; i++) {
            check("label", labels[i], i);
            check("prediction", predicted[i], i);
            counts[labels[i]][predicted[i]]++;
        }
    }

    private void check(String what, int value, int place) {
        if (value < 0 || value >= counts.length) {
            throw Failure.of("confusion_matrix", what + " " + value + " at position " + place + " is not one of " + counts.length + " classes").index();
        }
    }

    /** Number of classes. */
    public int classes() {
        return counts.length;
    }

    /** How often {@code label} was taken for {@code predicted}. */
    public long count(int label, int predicted) {
        return counts[label][predicted];
    }

    /** The share on the diagonal; NaN without examples. */
    public double accuracy() {
        long hit = 0;
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            hit += counts[i][i];
            all += row(i);
        }
        return hit / (double) all;
    }

    /** Of the examples of a class, the share that was found; NaN where there are none. */
    public double recall(int label) {
        return counts[label][label] / (double) row(label);
    }

    /** Of the examples taken for a class, the share that is of it; NaN where there are none. */
    public double precision(int label) {
        long column = 0;
        for (long[] r : counts) {
            column += r[label];
        }
        return counts[label][label] / (double) column;
    }

    /** Harmonic mean of precision and recall; 0 where no example was found. */
    public double f1(int label) {
        long hit = counts[label][label];
        if (hit == 0) {
            return 0;
        }
        double p = precision(label);
        double r = recall(label);
        return 2 * p * r / (p + r);
    }

    /** Mean of {@link #f1} over the classes. */
    public double macroF1() {
        double s = 0;
        for (int i = 0; i < counts.length; i++) {
            s += f1(i);
        }
        return s / counts.length;
    }

    /** Mean recall of the classes that have examples: balanced accuracy. */
    public double balancedAccuracy() {
        double s = 0;
        int n = 0;
        for (int i = 0; i < counts.length; i++) {
            if (row(i) > 0) {
                s += recall(i);
                n++;
            }
        }
        return s / n;
    }

    private long row(int label) {
        long s = 0;
        for (long c : counts[label]) {
            s += c;
        }
        return s;
    }

    @Override
    public String toString() {
        int width = 5;
        for (long[] r : counts) {
            for (long c : r) {
                width = Math.max(width, String.valueOf(c).length() + 1);
            }
        }
        StringBuilder text = new StringBuilder("label");
        for (int j = 0; j < counts.length; j++) {
            text.append(String.format(Locale.ROOT, "%" + width + "d", j));
        }
        for (int i = 0; i < counts.length; i++) {
            text.append(String.format(Locale.ROOT, "%n%5d", i));
            for (long c : counts[i]) {
                text.append(String.format(Locale.ROOT, "%" + width + "d", c));
            }
        }
        return text.toString();
    }
}
