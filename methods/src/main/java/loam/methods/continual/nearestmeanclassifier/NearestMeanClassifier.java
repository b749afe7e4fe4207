package loam.methods.continual.nearestmeanclassifier;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import loam.methods.common.Rows;
import loam.methods.continual.common.ClassMeans;
import loam.methods.continual.common.ContinualLearner;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import loam.tensor.io.Safetensors;
import loam.tensor.linalg.Linalg;

/**
 * The nearest class mean of normalised features from a frozen network (Janson and others 2022, arXiv:2210.04428). It keeps a sum and a count
 * for each class, in double precision: no sample, no gradient, no order. Features are [N, dim]; a prediction is the class, of all seen so far,
 * whose mean is at the smallest Euclidean distance, the lowest label among equals.
 *
 * <p>Errors: a feature of another length is a ShapeException; one that is not finite, one of only zeros where inputs are normalised, and a
 * negative label are ArgumentExceptions; a prediction before the first class is a StateException. A refused call changes nothing.
 */
public final class NearestMeanClassifier implements ContinualLearner {
    private static final String NAME = "nearest mean";
    /** What the stored moment of shared covariances is called in a file. */
    private static final String MOMENT = "moment";
    /** Whether sums are of features at length 1, in a file. */
    private static final String NORMALIZED = "normalized";

    /** A spread within classes below this share of the features' square is rounding. */
    private static final double ROUNDING = 1e-12;

    /** How far a feature is from a mean. */
    public enum Distance {
        /** The paper's. */
        EUCLIDEAN,
        /** Mahalanobis distance under one covariance for all classes, from the spread within classes. Not the paper's method. */
        SHARED_COVARIANCE
    }

    /**
     * Variants. {@link #standard} is the paper's method.
     *
     * @param normalizeInput whether features are divided by their length before they are averaged and compared
     * @param normalizeMeans whether means are divided by their length too: the nearest cosine
     * @param distance       the distance
     * @param ridge          of the shared covariance: what is added to its diagonal, as a share of the diagonal's mean; above 0
     */
    public record Config(boolean normalizeInput, boolean normalizeMeans, Distance distance, double ridge) {
        public Config {
            if (!(ridge > 0) || Double.isInfinite(ridge)) {
                throw Failure.of(NAME, "the ridge is " + ridge).hint("it is a positive share of the mean variance, such as 0.01").argument();
            }
        }

        /** Normalised inputs, means as they are, Euclidean distance. */
        public static Config standard() {
            return new Config(true, false, Distance.EUCLIDEAN, 0.01);
        }

        /** The same with inputs normalised or not. */
        public Config normalizeInput(boolean on) {
            return new Config(on, normalizeMeans, distance, ridge);
        }

        /** The same with means normalised or not. */
        public Config normalizeMeans(boolean on) {
            return new Config(normalizeInput, on, distance, ridge);
        }

        /** The same under another distance. */
        public Config distance(Distance other) {
            return new Config(normalizeInput, normalizeMeans, other, ridge);
        }
    }

    /**
     * The classifier as a linear layer: the class of a (normalised) feature e is that of the greatest {@code weights e + bias}.
     *
     * @param labels  of the rows, ascending
     * @param weights {@code 2 m}, or {@code 2 S^-1 m} under a shared covariance S; F64 [K, dim]
     * @param bias    {@code -m'm}, or {@code -m'S^-1 m}; F64 [K]
     */
    public record LinearForm(int[] labels, Tensor weights, Tensor bias) {
    }

    private final int dim;
    private final Config config;
    private final ClassMeans means;
    /** Sum of e e' over all features; only for the shared covariance. */
    private final double[] moment;

    /** The paper's classifier for features of {@code dim} values. */
    public NearestMeanClassifier(int dim) {
        this(dim, Config.standard());
    }

    /** A variant. */
    public NearestMeanClassifier(int dim, Config config) {
        this(config, new ClassMeans(dim));
    }

    private NearestMeanClassifier(Config config, ClassMeans means) {
        this.dim = means.dim();
        this.config = config;
        this.means = means;
        this.moment = config.distance() == Distance.SHARED_COVARIANCE ? new double[Math.multiplyExact(dim, dim)] : null;
    }

    // ---- learning

    /** Adds features [N, dim] to the means of their classes, new ones or known. */
    public void observe(Tensor features, int[] labels) {
        Rows.labels(NAME, features, labels);
        double[] e = embedded(features);
        means.add(e, labels);
        addToMoment(1, e);
    }

    /** The same for a task of a stream. */
    @Override
    public void learn(LabelledDataset task) {
        observe(task.x(), task.labels());
    }

    /**
     * Takes features [N, dim] back that were observed before: afterwards the means are as if they never had been. A class without a feature
     * left is gone. An ArgumentException names a class that has fewer features than are taken back.
     */
    public void forget(Tensor features, int[] labels) {
        Rows.labels(NAME, features, labels);
        double[] e = embedded(features);
        Map<Integer, Long> taken = new LinkedHashMap<>();
        for (int y : labels) {
            if (taken.merge(y, 1L, Long::sum) > means.count(y)) {
                throw Failure.of(NAME, "class " + y + " has " + means.count(y) + " features, more are to be forgotten")
                        .fact("classes", Arrays.toString(classes())).hint("forget only what was observed").argument();
            }
        }
        for (int i = 0; i < labels.length; i++) {
            means.remove(Arrays.copyOfRange(e, i * dim, (i + 1) * dim), labels[i]);
        }
        addToMoment(-1, e);
    }

    /** Forgets a class altogether. Under a shared covariance that needs its features: use {@link #forget}. */
    public void forgetClass(int label) {
        if (moment != null) {
            throw Failure.of(NAME, "the shared covariance cannot forget a class without its features").hint("call forget with them").state();
        }
        means.removeClass(label);
    }

    /** A classifier that knows what both know, as if one had observed everything. Both stay as they are. */
    public NearestMeanClassifier merge(NearestMeanClassifier other) {
        if (other.dim != dim || !other.config.equals(config)) {
            throw Failure.of(NAME, "classifiers of different make cannot be merged").fact("one", dim + ", " + config)
                    .fact("other", other.dim + ", " + other.config).argument();
        }
        NearestMeanClassifier both = new NearestMeanClassifier(dim, config);
        for (NearestMeanClassifier c : new NearestMeanClassifier[] {this, other}) {
            both.means.addAll(c.means);
            if (moment != null) {
                Rows.addTo(1, c.moment, 0, both.moment, 0, moment.length);
            }
        }
        return both;
    }

    // ---- predicting

    /** The class of the nearest mean for each of the features [N, dim]. */
    @Override
    public int[] predict(Tensor features) {
        LinearForm form = linearForm();
        Tensor e = Tensor.ofDoubles(Shape.of(features.dim(0), dim), embedded(features));
        Tensor scores = e.matmul(form.weights().t()).add(form.bias());          // 2 e.m - |m|^2 = |e|^2 - |e - m|^2
        return Arrays.stream(scores.argmax(1).toInts()).map(k -> form.labels()[k]).toArray();
    }

    /** The distance of each of the features [N, dim] from each mean, in the order of {@link #classes}: F64 [N, K]. */
    public Tensor distances(Tensor features) {
        LinearForm form = linearForm();
        double[] e = embedded(features);
        int n = features.dim(0);
        int k = form.labels().length;
        double[] out = new double[n * k];
        if (moment == null) {
            double[] m = used().toDoubles();
            for (int i = 0; i < n * k; i++) {
                out[i] = Math.sqrt(squaredDistance(e, i / k * dim, m, i % k * dim));
            }
            return Tensor.ofDoubles(Shape.of(n, k), out);
        }
        Tensor rows = Tensor.ofDoubles(Shape.of(n, dim), e);
        Tensor own = rows.matmul(precision()).mul(rows).sum(true, 1);           // e' S^-1 e
        return own.sub(rows.matmul(form.weights().t()).add(form.bias())).maximum(0).sqrt();
    }

    private double squaredDistance(double[] a, int i, double[] b, int j) {
        double sum = 0;
        for (int c = 0; c < dim; c++) {
            double d = a[i + c] - b[j + c];
            sum += d * d;
        }
        return sum;
    }

    /** Weights and biases that predict the same without a distance. */
    public LinearForm linearForm() {
        Tensor m = used();
        Tensor w = moment == null ? m : m.matmul(precision());
        return new LinearForm(classes(), w.mul(2), w.mul(m).sum(1).neg());
    }

    /** The means that distances are measured from, in the order of {@link #classes}: F64 [K, dim]. */
    private Tensor used() {
        int[] labels = classes();
        if (labels.length == 0) {
            throw Failure.of(NAME, "there is no class yet").hint("call observe first").state();
        }
        double[] all = new double[labels.length * dim];
        for (int k = 0; k < labels.length; k++) {
            System.arraycopy(means.mean(labels[k]), 0, all, k * dim, dim);
            if (config.normalizeMeans()) {
                Rows.normalize(NAME, all, k, dim);
            }
        }
        return Tensor.ofDoubles(Shape.of(labels.length, dim), all);
    }

    /** The inverse of the covariance within classes, with the ridge on its diagonal. */
    private Tensor precision() {
        double[] s = moment.clone();
        long n = 0;
        for (int c : classes()) {
            double[] m = means.mean(c);
            n += means.count(c);
            for (int i = 0; i < dim; i++) {
                Rows.addTo(-means.count(c) * m[i], m, 0, s, i * dim, dim);
            }
        }
        double trace = 0;
        double all = 0;
        for (int i = 0; i < dim; i++) {
            trace += s[i * dim + i];
            all += moment[i * dim + i];
        }
        if (!(trace > ROUNDING * all)) {
            throw Failure.of(NAME, "features do not vary within classes, so there is no covariance").fact("features", n).state();
        }
        for (int i = 0; i < dim; i++) {
            s[i * dim + i] += config.ridge() * trace / dim;
        }
        return Linalg.inverse(Tensor.ofDoubles(Shape.of(dim, dim), s).div(n));
    }

    /** Checked features as rows of doubles, normalised where the configuration says so. */
    private double[] embedded(Tensor features) {
        double[] e = Rows.of(NAME, features, dim);
        if (config.normalizeInput()) {
            for (int i = 0; i < features.dim(0); i++) {
                Rows.normalize(NAME, e, i, dim);
            }
        }
        return e;
    }

    private void addToMoment(double factor, double[] e) {
        if (moment != null) {
            for (int at = 0; at < e.length; at += dim) {
                for (int i = 0; i < dim; i++) {
                    Rows.addTo(factor * e[at + i], e, at, moment, i * dim, dim);
                }
            }
        }
    }

    // ---- what it knows

    /** The labels seen so far, ascending. */
    public int[] classes() {
        return Arrays.stream(means.classes()).sorted().toArray();
    }

    /** The mean of a class, not normalised: F64 [dim]. */
    public Tensor mean(int label) {
        return Tensor.ofDoubles(Shape.of(dim), means.mean(label));
    }

    /** How many features of a class were observed; 0 for an unknown class. */
    public long count(int label) {
        return means.count(label);
    }

    /** Writes sums and counts as a safetensors file. */
    public void save(Path file) {
        Map<String, Tensor> state = means.stateDict();
        state.put(NORMALIZED, Tensor.ofInts(Shape.of(1), config.normalizeInput() ? 1 : 0));
        if (moment != null) {
            state.put(MOMENT, Tensor.ofDoubles(Shape.of(dim, dim), moment));
        }
        Safetensors.write(file, state);
    }

    /**
     * Reads what {@link #save} wrote. Normalisation of inputs and distance of {@code config} must be those of the classifier that was saved: an
     * ArgumentException where they are not, since its sums would mean something else.
     */
    public static NearestMeanClassifier load(Path file, Config config) {
        Map<String, Tensor> state = Safetensors.read(file);
        NearestMeanClassifier c = new NearestMeanClassifier(config, ClassMeans.of(state));
        Tensor moment = state.get(MOMENT);
        Tensor normalized = state.get(NORMALIZED);
        if (normalized == null) {
            throw Failure.of(NAME, "the file does not say whether its inputs were normalised").fact("file", file)
                    .hint("is it one that save wrote?").format();
        }
        if (config.normalizeInput() != (normalized.toInts()[0] == 1)) {
            throw Failure.of(NAME, "the file was written with normalizeInput = " + !config.normalizeInput()).fact("file", file).fact("config", config)
                    .argument();
        }
        if ((moment == null) != (c.moment == null)) {
            throw Failure.of(NAME, "the file was written under the other distance").fact("file", file).fact("config", config).argument();
        }
        if (moment != null) {
            System.arraycopy(moment.to(DType.F64).toDoubles(), 0, c.moment, 0, c.moment.length);
        }
        return c;
    }
}
