package loam.methods.continual.common;

import java.util.Arrays;
import loam.methods.common.Rows;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/** One direction for each class of a gallery, the mean of its features at length 1, itself at length 1. A query finds the class at the smallest angle. */
public final class ClassTemplates {
    private static final String NAME = "class templates";

    private final int dim;
    private final int[] classes;
    private final double[] templates;

    /**
     * The templates of a gallery, features [N, d].
     *
     * @throws loam.tensor.ArgumentException when a feature, or the mean of a class, is zero and has no direction
     */
    public ClassTemplates(Tensor gallery, int[] labels) {
        Rows.labels(NAME, gallery, labels);
        double[] rows = Rows.units(NAME, gallery, -1);
        dim = gallery.dim(1);
        ClassMeans means = new ClassMeans(dim);
        means.add(rows, labels);
        classes = means.classes();
        templates = Rows.units(NAME, means.means(), dim);
    }

    /** The classes of the gallery in the order of their first samples. */
    public int[] classes() {
        return classes.clone();
    }

    /** The class of the best template for each of the features [N, d]. */
    public int[] search(Tensor queries) {
        double[] rows = Rows.units(NAME, queries, dim);
        int[] found = new int[queries.dim(0)];
        for (int i = 0; i < found.length; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < classes.length; k++) {
                double cosine = Rows.dot(rows, i * dim, templates, k * dim, dim);
                if (cosine > best) {
                    best = cosine;
                    found[i] = classes[k];
                }
            }
        }
        return found;
    }

    /** Share of the queries whose class is found; a query of a class that the gallery lacks is an ArgumentException. */
    public double accuracy(Tensor queries, int[] labels) {
        Rows.labels(NAME, queries, labels);
        int[] found = search(queries);
        int right = 0;
        for (int i = 0; i < found.length; i++) {
            int label = labels[i];
            if (Arrays.stream(classes).noneMatch(c -> c == label)) {
                throw Failure.of(NAME, "class " + label + " of query " + i + " is not in the gallery").fact("classes", Arrays.toString(classes))
                        .hint("a query can only be judged when the gallery holds its class").argument();
            }
            right += found[i] == label ? 1 : 0;
        }
        return right / (double) found.length;
    }
}
