package loam.methods.features.cnnofftheshelf;

import java.util.ArrayList;
import java.util.List;
import loam.methods.common.Rows;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;

/**
 * What is done to features before they are compared: steps one after the other, built by {@code new FeaturePipeline().l2().pca(64)...}.
 * Some steps learn from the features that {@link #fit} sees; those must not be test features or queries. All in double precision.
 */
public final class FeaturePipeline {
    private static final String NAME = "feature pipeline";

    private final List<Step> steps = new ArrayList<>();
    private boolean fitted;
    private int inputs;

    /** Rows in the making: n rows of d values. */
    private record Matrix(double[] x, int n, int d) {
    }

    /** One step; it may write over its input. */
    private interface Step {
        /** Learns from the training rows as the steps before leave them. */
        default void fit(Matrix m) {
        }

        Matrix apply(Matrix m);
    }

    /** Each row divided by its 2-norm. A row of zeros is an error that names it. */
    public FeaturePipeline l2() {
        return add(m -> {
            for (int i = 0; i < m.n(); i++) {
                Rows.normalize(NAME, m.x(), i, m.d());
            }
            return m;
        });
    }

    /** The mean is taken off, and rows are projected on the d directions of largest variance. */
    public FeaturePipeline pca(int d) {
        return add(new Pca(d));
    }

    /**
     * Right behind {@link #pca}: each component is divided by the root of its variance, to which {@code eps} times the largest variance is
     * added. Small variances are noise that this makes loud: keep eps above 0, or d below the rank.
     */
    public FeaturePipeline whiten(double eps) {
        Step last = steps.isEmpty() ? null : steps.get(steps.size() - 1);
        if (!(last instanceof Pca pca)) {
            throw Failure.of(NAME, "whitening needs the variances of a PCA").hint("call pca(d) right before whiten(eps)").state();
        }
        if (!(eps >= 0) || Double.isInfinite(eps)) {
            throw Failure.of(NAME, "eps is " + eps).hint("eps is 0 or a small positive share of the largest variance").argument();
        }
        return add(m -> {
            for (int j = 0; j < m.d(); j++) {
                double variance = pca.variance[j] + eps * pca.variance[0];
                if (!(variance > 1e-14 * pca.variance[0])) {
                    throw Failure.of(NAME, "component " + j + " has no variance to divide by").fact("variance", variance)
                            .hint("keep fewer components, or add an eps").numeric();
                }
                double factor = 1 / Math.sqrt(variance);
                for (int i = 0; i < m.n(); i++) {
                    m.x()[i * m.d() + j] *= factor;
                }
            }
            return m;
        });
    }

    /** Each value v becomes {@code sign(v) |v|^exponent}: 0.5 for the signed square root, 2 for the signed square. */
    public FeaturePipeline signedPower(double exponent) {
        if (!(exponent > 0) || Double.isInfinite(exponent)) {
            throw Failure.of(NAME, "the exponent is " + exponent).hint("it is positive").argument();
        }
        return add(m -> {
            double[] x = m.x();
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.signum(x[i]) * Math.pow(Math.abs(x[i]), exponent);
            }
            return m;
        });
    }

    /** The chain for retrieval: L2, PCA to d, whitening, L2, signed square root, L2. */
    public static FeaturePipeline retrieval(int d, double eps) {
        return new FeaturePipeline().l2().pca(d).whiten(eps).l2().signedPower(0.5).l2();
    }

    private FeaturePipeline add(Step step) {
        if (fitted) {
            throw Failure.of(NAME, "a fitted pipeline gets no more steps").state();
        }
        steps.add(step);
        return this;
    }

    /** Learns all steps from features [N, d], anew if there was a fit before. Returns this. */
    public FeaturePipeline fit(Tensor features) {
        fitTransform(features);
        return this;
    }

    /** {@link #fit} and {@link #transform} of the same features, in one pass. */
    public Tensor fitTransform(Tensor features) {
        Matrix m = new Matrix(Rows.of(NAME, features, -1), features.dim(0), features.dim(1));
        int d = m.d();
        fitted = false;                                                         // a fit that ends in an error leaves steps of two data sets
        for (Step step : steps) {
            step.fit(m);
            m = step.apply(m);
        }
        fitted = true;
        inputs = d;
        return tensor(m);
    }

    /** The features [N, d] after all steps, F64 [N, d']. */
    public Tensor transform(Tensor features) {
        if (!fitted) {
            throw Failure.of(NAME, "nothing is fitted").hint("call fit with training features first").state();
        }
        Matrix m = new Matrix(Rows.of(NAME, features, inputs), features.dim(0), inputs);
        for (Step step : steps) {
            m = step.apply(m);
        }
        return tensor(m);
    }

    /** Whether {@link #fit} was called. */
    public boolean isFitted() {
        return fitted;
    }

    private static Tensor tensor(Matrix m) {
        return Tensor.ofDoubles(Shape.of(m.n(), m.d()), m.x());
    }

    /** Principal components, by the eigenvalues of the covariance. */
    private static final class Pca implements Step {
        private final int keep;
        private Tensor mean;
        private Tensor directions;
        /** Variances of the components kept, descending. */
        private double[] variance;

        Pca(int keep) {
            if (keep < 1) {
                throw Failure.of(NAME, "PCA must keep a component").fact("components", keep).argument();
            }
            this.keep = keep;
        }

        @Override
        public void fit(Matrix m) {
            if (keep > Math.min(m.n() - 1, m.d())) {
                throw Failure.of(NAME, m.n() + " rows of " + m.d() + " values do not have " + keep + " principal components")
                        .hint("keep at most " + Math.min(m.n() - 1, m.d())).argument();
            }
            Tensor x = tensor(m);
            mean = x.mean(0);
            Tensor centred = x.sub(mean);
            boolean few = m.n() < m.d();
            // With fewer rows than values the products of rows have the same eigenvalues, and are the smaller matrix.
            Linalg.Eigh e = Linalg.eigh((few ? centred.matmul(centred.t()) : centred.t().matmul(centred)).div(m.n() - 1));
            int size = few ? m.n() : m.d();
            Tensor vectors = e.vectors().narrow(1, size - keep, keep).flip(1);
            variance = e.values().narrow(0, size - keep, keep).flip(0).toDoubles();
            directions = few ? centred.t().matmul(vectors).mul(Tensor.ofDoubles(Shape.of(keep), inverseLengths(m.n() - 1))) : vectors;
        }

        /** What makes X'v of each eigenvector v as long as 1; 0 where there is no variance, and so no direction. */
        private double[] inverseLengths(double n) {
            double[] out = new double[keep];
            for (int j = 0; j < keep; j++) {
                out[j] = variance[j] > 1e-14 * variance[0] ? 1 / Math.sqrt(n * variance[j]) : 0;
            }
            return out;
        }

        @Override
        public Matrix apply(Matrix m) {
            return new Matrix(tensor(m).sub(mean).matmul(directions).toDoubles(), m.n(), keep);
        }
    }
}
