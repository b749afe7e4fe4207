package loam.methods.common;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/** Checks and double-precision arithmetic on rows of features, for methods that solve small problems exactly. */
public final class Rows {
    private Rows() {
    }

    /**
     * The rows [N, d] as doubles, row after row.
     *
     * @throws loam.tensor.ShapeException    when it is no matrix of {@code dim} columns (any number when {@code dim} is negative)
     * @throws loam.tensor.ArgumentException when it has no row, or a value that is not finite
     */
    public static double[] of(String method, Tensor features, int dim) {
        if (features.rank() != 2 || dim >= 0 && features.dim(1) != dim) {
            throw Failure.of(method, "features are not [N, " + (dim < 0 ? "d" : dim) + "]").operand("features", features.shape()).shape();
        }
        if (features.dim(0) == 0) {
            throw Failure.of(method, "there is no row").operand("features", features.shape(), 0).argument();
        }
        double[] x = features.toDoubles();
        for (int i = 0; i < x.length; i++) {
            if (!Double.isFinite(x[i])) {
                throw Failure.of(method, "a feature is " + x[i]).fact("row", i / features.dim(1)).fact("column", i % features.dim(1)).argument();
            }
        }
        return x;
    }

    /** Checks that there is one label, not negative, for each row. */
    public static void labels(String method, Tensor features, int[] labels) {
        if (features.rank() == 0 || features.dim(0) != labels.length) {
            throw Failure.of(method, "one label is needed for each row").operand("features", features.shape()).fact("labels", labels.length).shape();
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0) {
                throw Failure.of(method, "label " + labels[i] + " of row " + i + " is negative").argument();
            }
        }
    }

    /** What {@code map} makes of the rows of x, {@code rows} of them at a time: bounded memory however many there are. */
    public static Tensor inParts(Tensor x, int rows, UnaryOperator<Tensor> map) {
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < x.dim(0); i += rows) {
            parts.add(map.apply(x.narrow(0, i, Math.min(rows, x.dim(0) - i))));
        }
        return parts.size() == 1 ? parts.get(0) : Tensor.cat(0, parts.toArray(Tensor[]::new));
    }

    /** Divides row {@code i} of {@code x} by its 2-norm; an ArgumentException names a row of zeros. */
    public static void normalize(String method, double[] x, int i, int dim) {
        double norm = norm(x, i * dim, dim);
        if (norm == 0) {
            throw Failure.of(method, "a feature of only zeros has no direction").fact("row", i).argument();
        }
        for (int j = i * dim; j < (i + 1) * dim; j++) {
            x[j] /= norm;
        }
    }

    /** The rows [N, d] as doubles, each divided by its 2-norm; the same errors as {@link #of} and {@link #normalize}. */
    public static double[] units(String method, Tensor features, int dim) {
        double[] x = of(method, features, dim);
        for (int i = 0; i < features.dim(0); i++) {
            normalize(method, x, i, features.dim(1));
        }
        return x;
    }

    /** The 2-norm of {@code n} values from {@code at}. */
    public static double norm(double[] x, int at, int n) {
        return Math.sqrt(dot(x, at, x, at, n));
    }

    /** The sum of n products. Four sums side by side, so that no addition waits for the one before. */
    public static double dot(double[] a, int i, double[] b, int j, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int k = 0;
        for (; k + 3 < n; k += 4) {
            s0 += a[i + k] * b[j + k];
            s1 += a[i + k + 1] * b[j + k + 1];
            s2 += a[i + k + 2] * b[j + k + 2];
            s3 += a[i + k + 3] * b[j + k + 3];
        }
        for (; k < n; k++) {
            s0 += a[i + k] * b[j + k];
        }
        return s0 + s1 + (s2 + s3);
    }

    /** {@code b[j..] += factor * a[i..]}, n values. */
    public static void addTo(double factor, double[] a, int i, double[] b, int j, int n) {
        for (int k = 0; k < n; k++) {
            b[j + k] += factor * a[i + k];
        }
    }
}
