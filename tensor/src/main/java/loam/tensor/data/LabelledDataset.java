package loam.tensor.data;

import java.util.Arrays;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;

/** Inputs [N, ...] with a class label each, 0 .. classes-1. */
public final class LabelledDataset implements Dataset {
    private final Tensor x;
    private final int[] labels;
    private final int classes;

    private LabelledDataset(Tensor x, int[] labels, int classes) {
        this.x = x;
        this.labels = labels;
        this.classes = classes;
    }

    /** Inputs with labels; there are as many classes as the largest label says. */
    public static LabelledDataset of(Tensor x, int[] labels) {
        return of(x, labels, Arrays.stream(labels).max().orElse(-1) + 1);
    }

    /** Inputs with labels 0 .. classes-1. A label outside is an {@link loam.tensor.IndexException} that names its place. */
    public static LabelledDataset of(Tensor x, int[] labels, int classes) {
        Rows.requireExamples(x);
        if (x.dim(0) != labels.length) {
            throw Failure.of("dataset", x.dim(0) + " inputs with " + labels.length + " labels").operand("input", x.shape(), 0).shape();
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw Failure.of("dataset", "label " + labels[i] + " of example " + i + " is outside 0.." + (classes - 1))
                        .fact("classes", classes).hint("labels count from 0; are there more classes?").index();
            }
        }
        return new LabelledDataset(x.contiguous(), labels.clone(), classes);
    }

    /** All inputs, [N, ...]. */
    public Tensor x() {
        return x;
    }

    /** All labels, N of them, a copy. */
    public int[] labels() {
        return labels.clone();
    }

    /** All labels: the name that a {@link Batch} gives them. */
    public int[] y() {
        return labels.clone();
    }

    /** Number of classes, those without an example included. */
    public int classes() {
        return classes;
    }

    /** Number of examples of each class. */
    public int[] counts() {
        int[] counts = new int[classes];
        for (int y : labels) {
            counts[y]++;
        }
        return counts;
    }

    /** The places of the examples of a class, ascending. */
    public int[] indicesOf(int label) {
        int[] found = new int[labels.length];
        int n = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == label) {
                found[n++] = i;
            }
        }
        return Arrays.copyOf(found, n);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public Batch batch(int... indices) {
        return Batch.labelled(Rows.take(x, indices), Rows.take(labels, indices), indices.clone());
    }

    /** A copy of the examples at these places; the number of classes stays. */
    @Override
    public LabelledDataset subset(int... indices) {
        return new LabelledDataset(Rows.take(x, indices), Rows.take(labels, indices), classes);
    }

    /** The examples of these classes, in their old order and with their old labels. */
    public LabelledDataset ofClasses(int... wanted) {
        boolean[] keep = new boolean[classes];
        for (int c : wanted) {
            if (c < 0 || c >= classes) {
                throw Failure.of("dataset", "class " + c + " is outside 0.." + (classes - 1)).index();
            }
            keep[c] = true;
        }
        int[] found = new int[labels.length];
        int n = 0;
        for (int i = 0; i < labels.length; i++) {
            if (keep[labels[i]]) {
                found[n++] = i;
            }
        }
        return subset(Arrays.copyOf(found, n));
    }

    /** The same labels with other inputs of the same number. */
    public LabelledDataset withX(Tensor other) {
        return of(other, labels, classes);
    }

    /** Two parts, the first with this share (0..1) of the examples of each class; both in their old order. */
    public Split<LabelledDataset> split(double share, Rng rng) {
        int[][] parts = Split.stratified(labels, classes, share, rng);
        return new Split<>(subset(parts[0]), subset(parts[1]));
    }

    /** Two parts, the first with this share (0..1) of the examples, whatever their classes; both in their old order. */
    @Override
    public Split<LabelledDataset> splitRandomly(double share, Rng rng) {
        int[][] parts = Split.random(size(), share, rng);
        return new Split<>(subset(parts[0]), subset(parts[1]));
    }
}
