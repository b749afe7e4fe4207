package loam.nn.metrics;

import loam.nn.Layer;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.data.Dataset;

/** The share of examples whose label gets the largest score, from 0 to 1. */
public final class Accuracy {
    private Accuracy() {
    }

    /** Of a model on a labelled dataset, in evaluation mode and without history; the mode is restored. */
    public static double of(Layer model, Dataset data) {
        if (data.size() == 0) {
            throw Failure.of("accuracy", "of no examples is not defined").argument();
        }
        long[] hits = {0};
        Evaluation.each(model, data, (scores, labels) -> hits[0] += hits(scores, labels));
        return hits[0] / (double) data.size();
    }

    /** Of scores {@code [N, K]}; the first of equal scores counts. */
    public static double of(Tensor scores, int[] labels) {
        return hits(scores, labels) / (double) labels.length;
    }

    /** Of predicted classes. */
    public static double of(int[] predicted, int[] labels) {
        if (predicted.length != labels.length || labels.length == 0) {
            throw Failure.of("accuracy", "needs one prediction for each label").fact("predictions", predicted.length).fact("labels", labels.length).argument();
        }
        int n = 0;
        for (int i = 0; i < labels.length; i++) {
            n += predicted[i] == labels[i] ? 1 : 0;
        }
        return n / (double) labels.length;
    }

    /** The share of examples whose label is among the k largest of scores {@code [N, K]}. */
    public static double top(int k, Tensor scores, int[] labels) {
        Evaluation.check("accuracy", scores.shape(), labels);
        int[] best = scores.topk(k, 1, true).indices().toInts();
        int n = 0;
        for (int i = 0; i < best.length; i++) {
            n += best[i] == labels[i / k] ? 1 : 0;
        }
        return n / (double) labels.length;
    }

    private static long hits(Tensor scores, int[] labels) {
        int[] best = Evaluation.largest("accuracy", scores, labels);
        long n = 0;
        for (int i = 0; i < best.length; i++) {
            n += best[i] == labels[i] ? 1 : 0;
        }
        return n;
    }
}
