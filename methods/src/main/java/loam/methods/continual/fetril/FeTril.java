package loam.methods.continual.fetril;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.methods.common.Pretraining;
import loam.methods.common.Rows;
import loam.methods.continual.common.ClassMeans;
import loam.methods.continual.common.ContinualLearner;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import loam.tensor.io.Safetensors;

/**
 * Class-incremental learning on frozen features without stored samples (Petit and others 2023, arXiv:2211.13131). Of a past class only the
 * mean is kept. When new classes come, each past class gets pseudo-features, the features of its nearest new class moved to its mean, and a
 * linear classifier of all classes is fitted from scratch.
 */
public final class FeTril implements ContinualLearner {
    private static final String NAME = "fetril";
    /** Whether the classifier saw features of length 1, in a file. */
    private static final String NORMALIZED = "normalized";

    /** What is fitted on real and pseudo-features. */
    public enum Classifier {
        /** One support vector machine a class, against all others. */
        LINEAR_SVM,
        /** One linear layer under cross-entropy: the variant called FeTrIL-fc. */
        SOFTMAX
    }

    /** What the pseudo-features of a past class look like around its mean. */
    public enum Cloud {
        /** As the donor's features do: the method. */
        DONOR_FEATURES,
        /** A round normal distribution of the donor's mean variance: the comparison that tells what the donor's shape is worth. */
        ROUND_GAUSSIAN
    }

    /**
     * The method's numbers.
     *
     * @param featureDim length of a feature
     * @param classifier what is fitted
     * @param c          weight of the support vector machine's loss, above 0
     * @param tolerance  of the support vector machine's solver, above 0
     * @param fc         how the linear layer of {@link Classifier#SOFTMAX} is trained
     * @param donor      which new class lends its features
     * @param kNearest   1 for the nearest new class, 2 for the second nearest, ...; the farthest where there are fewer
     * @param cloud      what is lent: the features, or only their spread
     * @param normalize  whether features are divided by their length, after the translation
     * @param seed       of random donors, random clouds and the linear layer
     */
    public record Config(int featureDim, Classifier classifier, double c, double tolerance, Pretraining fc, Donor donor, int kNearest, Cloud cloud,
                         boolean normalize, long seed) {
        public Config {
            if (featureDim < 1 || kNearest < 1) {
                throw Failure.of(NAME, "featureDim and kNearest are at least 1").fact("featureDim", featureDim).fact("kNearest", kNearest).argument();
            }
            if (!(c > 0) || !(tolerance > 0) || Double.isInfinite(c)) {
                throw Failure.of(NAME, "C and the tolerance must be positive").fact("C", c).fact("tolerance", tolerance).argument();
            }
        }

        /** The defaults of the reference code: support vector machines with C = 1, the nearest new class, features of length 1. */
        public static Config standard(int featureDim) {
            return new Config(featureDim, Classifier.LINEAR_SVM, 1, 1e-4, new Pretraining(0.5, 20, 128, 0), Donor.NEAREST_EUCLIDEAN, 1,
                    Cloud.DONOR_FEATURES, true, 0);
        }

        /** The same with another weight of the loss. */
        public Config withC(double value) {
            return new Config(featureDim, classifier, value, tolerance, fc, donor, kNearest, cloud, normalize, seed);
        }

        /** The same with a linear layer under cross-entropy. */
        public Config withSoftmax(Pretraining training) {
            return new Config(featureDim, Classifier.SOFTMAX, c, tolerance, training, donor, kNearest, cloud, normalize, seed);
        }

        /** The same with another choice of donors. */
        public Config withDonor(Donor value, int k) {
            return new Config(featureDim, classifier, c, tolerance, fc, value, k, cloud, normalize, seed);
        }

        /** The same with another cloud. */
        public Config withCloud(Cloud value) {
            return new Config(featureDim, classifier, c, tolerance, fc, donor, kNearest, value, normalize, seed);
        }

        /** The same with features as they are, or of length 1. */
        public Config withNormalize(boolean value) {
            return new Config(featureDim, classifier, c, tolerance, fc, donor, kNearest, cloud, value, seed);
        }

        /** The same with another seed. */
        public Config withSeed(long value) {
            return new Config(featureDim, classifier, c, tolerance, fc, donor, kNearest, cloud, normalize, value);
        }
    }

    /** Features of the classes of one state, row after row. */
    private record Arrivals(double[] rows, int[] labels, int d) {
        /** The rows of one class. */
        double[] of(int label) {
            double[] own = new double[rows.length];
            int n = 0;
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == label) {
                    System.arraycopy(rows, i * d, own, n, d);
                    n += d;
                }
            }
            return Arrays.copyOf(own, n);
        }
    }

    private final Config config;
    private final ClassMeans means;
    private final Map<Integer, Integer> donors = new LinkedHashMap<>();
    private LinearClassifier classifier;

    /** No class yet. */
    public FeTril(Config config) {
        this.config = config;
        this.means = new ClassMeans(config.featureDim());
    }

    /**
     * Learns the classes of the next state from their features [N, d] and fits the classifier of all classes anew. The features are not kept.
     * The order of the rows does not matter to the support vector machines.
     *
     * @throws loam.tensor.ShapeException    when features are not [N, d] with a label each
     * @throws loam.tensor.ArgumentException when a class is known already, there is no row, a feature is not finite or, with normalize, zero,
     *                                       or there is only one class in all
     */
    public void addClasses(Tensor features, int[] labels) {
        Rows.labels(NAME, features, labels);
        int d = config.featureDim();
        Arrivals now = new Arrivals(Rows.of(NAME, features, d), labels, d);
        ClassMeans fresh = new ClassMeans(d);
        fresh.add(now.rows(), labels);
        for (int c : fresh.classes()) {
            if (means.has(c)) {
                throw Failure.of(NAME, "class " + c + " is already known").fact("classes", Arrays.toString(means.classes())).argument();
            }
        }
        int[] past = means.classes();
        if (past.length + fresh.classes().length < 2) {
            throw Failure.of(NAME, "there is only class " + labels[0] + ": nothing to tell it from").hint("bring two classes or more at first").argument();
        }
        Rng rng = Rng.seed(config.seed()).split(past.length);
        Map<Integer, Integer> chosen = new LinkedHashMap<>();
        List<double[]> parts = new ArrayList<>(List.of(now.rows().clone()));
        List<int[]> partLabels = new ArrayList<>(List.of(labels));
        for (int p : past) {
            double[] pseudo = pseudo(now, fresh, p, rng.split(p), chosen);
            int[] label = new int[pseudo.length / d];
            Arrays.fill(label, p);
            parts.add(pseudo);
            partLabels.add(label);
        }
        LinearClassifier fitted = fit(join(parts), partLabels.stream().flatMapToInt(Arrays::stream).toArray(), rng.split("classifier"));
        means.addAll(fresh);
        donors.clear();
        donors.putAll(chosen);
        classifier = fitted;
    }

    /** Pseudo-features of the past class p; notes its donor where there is one. */
    private double[] pseudo(Arrivals now, ClassMeans fresh, int p, Rng rng, Map<Integer, Integer> chosen) {
        double[] target = means.mean(p);
        if (config.donor() == Donor.RANDOM_MIX) {
            return mix(now, fresh, target, rng);
        }
        int donor = donor(fresh, target, rng);
        chosen.put(p, donor);
        double[] lent = now.of(donor);
        if (config.cloud() == Cloud.ROUND_GAUSSIAN) {
            return PseudoFeatureGenerator.gaussian(lent, fresh.mean(donor), target, rng);
        }
        PseudoFeatureGenerator.translate(lent, fresh.mean(donor), target);
        return lent;
    }

    /** As many rows as a new class has on average, each from a new class drawn at random and moved by that class's mean. */
    private double[] mix(Arrivals now, ClassMeans fresh, double[] target, Rng rng) {
        int d = config.featureDim();
        int[] ids = fresh.classes();
        int n = Math.max(1, now.labels().length / ids.length);
        double[] out = new double[n * d];
        double[][] rows = Arrays.stream(ids).mapToObj(now::of).toArray(double[][]::new);
        for (int i = 0; i < n; i++) {
            int k = rng.nextInt(ids.length);
            int at = d * rng.nextInt(rows[k].length / d);
            double[] row = Arrays.copyOfRange(rows[k], at, at + d);
            PseudoFeatureGenerator.translate(row, fresh.mean(ids[k]), target);
            System.arraycopy(row, 0, out, i * d, d);
        }
        return out;
    }

    private int donor(ClassMeans fresh, double[] target, Rng rng) {
        int[] ids = Arrays.stream(fresh.classes()).sorted().toArray();                 // not by the order of the rows
        if (config.donor() == Donor.RANDOM_CLASS) {
            return ids[rng.nextInt(ids.length)];
        }
        Map<Integer, Double> distance = new LinkedHashMap<>();
        for (int c : ids) {
            double[] mu = fresh.mean(c);
            distance.put(c, config.donor() == Donor.NEAREST_COSINE ? angle(mu, target) : apart(mu, target));
        }
        return Arrays.stream(ids).boxed().sorted(Comparator.comparing(distance::get)).skip(Math.min(config.kNearest(), ids.length) - 1L)
                .findFirst().orElseThrow();
    }

    private static double apart(double[] a, double[] b) {
        double[] off = a.clone();
        Rows.addTo(-1, b, 0, off, 0, off.length);
        return Rows.norm(off, 0, off.length);
    }

    /** Smaller for smaller angles; a mean of zero stands at a right angle to all. */
    private static double angle(double[] a, double[] b) {
        double norms = Rows.norm(a, 0, a.length) * Rows.norm(b, 0, b.length);
        return norms == 0 ? 0 : -Rows.dot(a, 0, b, 0, a.length) / norms;
    }

    private LinearClassifier fit(double[] rows, int[] labels, Rng rng) {
        int d = config.featureDim();
        for (int i = 0; config.normalize() && i < labels.length; i++) {
            Rows.normalize(NAME, rows, i, d);
        }
        return switch (config.classifier()) {
            case LINEAR_SVM -> LinearClassifier.svm(rows, d, labels, config.c(), config.tolerance());
            case SOFTMAX -> LinearClassifier.softmax(rows, d, labels, config.fc(), rng);
        };
    }

    static double[] join(List<double[]> parts) {
        double[] all = new double[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (double[] p : parts) {
            System.arraycopy(p, 0, all, at, p.length);
            at += p.length;
        }
        return all;
    }

    /** {@code w_c . f + b_c} of features [N, d] for every known class in the order of {@link #knownClasses}: F64 [N, classes]. */
    public Tensor decisionFunction(Tensor features) {
        return learned().decision(ready(features));
    }

    @Override
    public void learn(LabelledDataset task) {
        addClasses(task.x(), task.labels());
    }

    /** The class with the highest score for each of the features [N, d]. */
    @Override
    public int[] predict(Tensor features) {
        return learned().predict(ready(features));
    }

    private double[] ready(Tensor features) {
        return config.normalize() ? Rows.units(NAME, features, config.featureDim()) : Rows.of(NAME, features, config.featureDim());
    }

    private LinearClassifier learned() {
        if (classifier == null) {
            throw Failure.of(NAME, "no class is known").hint("call addClasses first").state();
        }
        return classifier;
    }

    /** The labels of all known classes, ascending; none at first. */
    public int[] knownClasses() {
        return classifier == null ? new int[0] : classifier.classes();
    }

    /** The mean of a class's features as they came, F64 [d]. */
    public Tensor centroid(int label) {
        return Tensor.ofDoubles(Shape.of(config.featureDim()), means.mean(label));
    }

    /** The new class that lent its features to a past class when classes were added last. */
    public int donorOf(int pastClass) {
        Integer donor = donors.get(pastClass);
        if (donor == null) {
            throw Failure.of(NAME, "class " + pastClass + " had no donor").fact("classes with a donor", donors.keySet())
                    .hint("donors are those of the latest state; new classes, random mixes and a loaded file have none").argument();
        }
        return donor;
    }

    /** Writes means and classifier, all that is kept, as a safetensors file. */
    public void save(Path file) {
        LinearClassifier fitted = learned();
        Map<String, Tensor> all = means.stateDict();
        all.put("weight", fitted.weight());
        all.put("bias", fitted.bias());
        all.put("classes", Tensor.ofInts(Shape.of(fitted.classes().length), fitted.classes()));
        all.put(NORMALIZED, Tensor.ofInts(Shape.of(1), config.normalize() ? 1 : 0));
        Safetensors.write(file, all);
    }

    /**
     * What {@link #save} wrote; {@code config} says how the next classes are learned.
     *
     * @throws loam.tensor.FormatException   when the file is not such a one, or its means and its classifier do not belong together
     * @throws loam.tensor.ShapeException    when its features have another length
     * @throws loam.tensor.ArgumentException when its classifier was fitted with the other choice of {@code normalize}
     */
    public static FeTril load(Path file, Config config) {
        Map<String, Tensor> all = Safetensors.read(file);
        ClassMeans means = ClassMeans.of(all);
        if (!all.keySet().containsAll(List.of("weight", "bias", "classes", NORMALIZED))) {
            throw Failure.of(NAME, "the file has no classifier").fact("file", file).hint("is it one that save wrote?").format();
        }
        LinearClassifier fitted = new LinearClassifier(all.get("classes").toInts(), all.get("weight"), all.get("bias"));
        if (fitted.weight().dim(1) != means.dim() || !Arrays.equals(fitted.classes(), Arrays.stream(means.classes()).sorted().toArray())) {
            throw Failure.of(NAME, "means and classifier of the file do not belong together").fact("file", file)
                    .fact("means", Arrays.toString(means.classes())).fact("classifier", Arrays.toString(fitted.classes())).format();
        }
        if (config.normalize() != (all.get(NORMALIZED).toInts()[0] == 1)) {
            throw Failure.of(NAME, "the saved classifier was fitted with normalize = " + !config.normalize()).fact("file", file)
                    .hint("load it with withNormalize(" + !config.normalize() + ")").argument();
        }
        if (means.dim() != config.featureDim()) {
            throw Failure.of(NAME, "the saved means are of another length").fact("file", means.dim()).fact("featureDim", config.featureDim()).shape();
        }
        FeTril out = new FeTril(config);
        out.means.addAll(means);
        out.classifier = fitted;
        return out;
    }
}
