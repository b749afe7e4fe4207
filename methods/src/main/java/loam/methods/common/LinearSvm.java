package loam.methods.common;

import java.util.Arrays;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * A linear support vector machine, one class against the rest: {@code min 0.5 w'w + C sum loss(1 - y (w'x + b))} for each class. The
 * squared hinge is solved by Newton's method with conjugate gradients, the hinge by dual coordinate descent. All arithmetic is in double
 * precision. The intercept is the weight of a constant feature 1, and so part of the penalty, as in LIBLINEAR.
 *
 * <p>It is no layer: it is solved, not trained by gradients through a network. It stands here because methods of several families fit it
 * on frozen features.
 */
public final class LinearSvm {
    private static final String NAME = "linear svm";

    /** What a violated margin costs. */
    public enum Loss {
        HINGE, SQUARED_HINGE
    }

    /**
     * The problem and when to stop.
     *
     * @param c             weight of the loss against the penalty, above 0
     * @param loss          cost of a violated margin
     * @param tolerance     squared hinge: of the gradient's norm, relative to its first value and to the share of the smaller side;
     *                      hinge: of the spread of the projected gradient
     * @param maxIterations Newton steps, or passes over the rows
     * @param intercept     whether there is a constant feature
     * @param seed          of the order in which the hinge's solver goes through the rows
     */
    public record Config(double c, Loss loss, double tolerance, int maxIterations, boolean intercept, long seed) {
        public Config {
            if (!(c > 0) || !(tolerance > 0) || maxIterations < 1 || Double.isInfinite(c)) {
                throw Failure.of(NAME, "C, tolerance and iterations must be positive").fact("C", c).fact("tolerance", tolerance)
                        .fact("iterations", maxIterations).argument();
            }
        }

        /** The same with another C. */
        public Config withC(double other) {
            return new Config(other, loss, tolerance, maxIterations, intercept, seed);
        }

        /** The squared hinge with LIBLINEAR's tolerance, with intercept. */
        public static Config squaredHinge(double c) {
            return new Config(c, Loss.SQUARED_HINGE, 1e-4, 1000, true, 0);
        }

        /** The hinge with an intercept. */
        public static Config hinge(double c) {
            return new Config(c, Loss.HINGE, 1e-3, 1000, true, 0);
        }
    }

    private final Config config;
    private int[] classes;
    private int dim;
    private double[][] weights;
    private double[][] alphas;
    private double gap;
    private boolean converged;

    public LinearSvm(Config config) {
        this.config = config;
    }

    /** Fits features [N, d] with labels from scratch; two classes or more. Returns this. */
    public LinearSvm fit(Tensor features, int[] labels) {
        Rows.labels(NAME, features, labels);
        double[] x = Rows.of(NAME, features, -1);
        return fit(x, features.dim(1), labels);
    }

    /** Fits rows of d doubles, which are not kept. */
    public LinearSvm fit(double[] rows, int d, int[] labels) {
        int[] found = Arrays.stream(labels).distinct().sorted().toArray();
        if (found.length < 2) {
            throw Failure.of(NAME, "there must be two classes or more").fact("classes", Arrays.toString(found)).argument();
        }
        int p = d + (config.intercept() ? 1 : 0);
        double[] x = config.intercept() ? withOnes(rows, d) : rows;
        double[][] w = new double[found.length][];
        double[][] a = new double[found.length][];
        double worst = 0;
        boolean all = true;
        for (int k = 0; k < found.length; k++) {
            double[] y = new double[labels.length];
            for (int i = 0; i < y.length; i++) {
                y[i] = labels[i] == found[k] ? 1 : -1;
            }
            BinarySvm problem = new BinarySvm(x, y, p, config);
            problem.solve(Rng.seed(config.seed()).split(k));
            w[k] = problem.w;
            a[k] = problem.alpha;
            worst = Math.max(worst, problem.gap());
            all &= problem.converged;
        }
        classes = found;
        dim = d;
        weights = w;
        alphas = a;
        gap = worst;
        converged = all;
        return this;
    }

    private static double[] withOnes(double[] rows, int d) {
        int n = rows.length / d;
        double[] x = new double[n * (d + 1)];
        for (int i = 0; i < n; i++) {
            System.arraycopy(rows, i * d, x, i * (d + 1), d);
            x[i * (d + 1) + d] = 1;
        }
        return x;
    }

    /** {@code w_k'x + b_k} of features [N, d], one column a class in the order of {@link #classes}: F64 [N, K]. */
    public Tensor decision(Tensor features) {
        fitted();
        return Tensor.ofDoubles(Shape.of(features.dim(0), classes.length), decision(Rows.of(NAME, features, dim)));
    }

    /** The same for rows of doubles; row after row. */
    public double[] decision(double[] rows) {
        fitted();
        int n = rows.length / dim;
        int k = classes.length;
        double[] out = new double[n * k];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                out[i * k + j] = Rows.dot(weights[j], 0, rows, i * dim, dim) + (config.intercept() ? weights[j][dim] : 0);
            }
        }
        return out;
    }

    /** The class with the highest decision value for each row; the first of equals. */
    public int[] predict(Tensor features) {
        fitted();
        return predict(Rows.of(NAME, features, dim));
    }

    /** The same for rows of doubles. */
    public int[] predict(double[] rows) {
        return classesOf(decision(rows));
    }

    /** The class of the highest of each K decision values; the first of equals. */
    public int[] classesOf(double[] decision) {
        fitted();
        int k = classes.length;
        int[] out = new int[decision.length / k];
        for (int i = 0; i < out.length; i++) {
            int best = 0;
            for (int j = 1; j < k; j++) {
                best = decision[i * k + j] > decision[i * k + best] ? j : best;
            }
            out[i] = classes[best];
        }
        return out;
    }

    /** The labels seen by fit, ascending. */
    public int[] classes() {
        fitted();
        return classes.clone();
    }

    /** Weights, F64 [K, d]. */
    public Tensor weight() {
        fitted();
        double[] all = new double[classes.length * dim];
        for (int k = 0; k < classes.length; k++) {
            System.arraycopy(weights[k], 0, all, k * dim, dim);
        }
        return Tensor.ofDoubles(Shape.of(classes.length, dim), all);
    }

    /** Intercepts, F64 [K]; zeros without one. */
    public Tensor bias() {
        fitted();
        return Tensor.ofDoubles(Shape.of(classes.length), Arrays.stream(weights).mapToDouble(w -> config.intercept() ? w[dim] : 0).toArray());
    }

    /** The dual values of the rows, F64 [K, N]: 0 beyond the margin. */
    public Tensor dual() {
        fitted();
        return Tensor.ofDoubles(Shape.of(classes.length, alphas[0].length), Arrays.stream(alphas).flatMapToDouble(Arrays::stream).toArray());
    }

    /** Primal minus dual objective over the primal, of the class where it is largest: how far from the optimum the fit can be. */
    public double dualityGap() {
        fitted();
        return gap;
    }

    /** Whether every class reached the tolerance. */
    public boolean converged() {
        fitted();
        return converged;
    }

    private void fitted() {
        if (classes == null) {
            throw Failure.of(NAME, "nothing is fitted").hint("call fit first").state();
        }
    }
}
