package loam.methods.continual.teen;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import loam.methods.common.Rows;
import loam.methods.continual.common.ClassMeans;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Prototypes for new classes of a few samples, calibrated without training (Wang and others 2023, arXiv:2312.05229): the mean of the few
 * features is pulled towards a mix of base-class prototypes, weighted by similarity. Classification by cosine.
 */
public final class Teen {
    private static final String NAME = "teen";

    /**
     * The method's numbers.
     *
     * @param alpha       weight of the mix of base prototypes, in [0, 1]; 0 is the plain prototype
     * @param tau         sharpness of the softmax over base classes, above 0
     * @param temperature T, factor on the cosines in {@link Teen#scores}; it changes no prediction
     */
    public record Config(double alpha, double tau, double temperature) {
        public Config {
            if (!(alpha >= 0 && alpha <= 1)) {
                throw Failure.of(NAME, "alpha is " + alpha).hint("alpha lies in [0, 1]").argument();
            }
            if (!(tau > 0) || !(temperature > 0) || Double.isInfinite(tau) || Double.isInfinite(temperature)) {
                throw Failure.of(NAME, "tau and temperature must be positive").fact("tau", tau).fact("temperature", temperature).argument();
            }
        }

        /** The defaults of the reference code: alpha 0.5, tau 16, temperature 16. */
        public static Config standard() {
            return new Config(0.5, 16, 16);
        }

        /** The same with another weight and sharpness. */
        public Config with(double otherAlpha, double otherTau) {
            return new Config(otherAlpha, otherTau, temperature);
        }
    }

    private final Config config;
    private final Map<Integer, double[]> prototypes = new LinkedHashMap<>();
    private final Map<Integer, double[]> weights = new LinkedHashMap<>();
    private double[][] base = new double[0][];

    /** No class yet. */
    public Teen(Config config) {
        this.config = config;
    }

    /** Base prototypes: the mean of the features [N, d] of each label. */
    public void setBase(Tensor features, int[] labels) {
        Rows.of(NAME, features, -1);
        ClassMeans means = new ClassMeans(features.dim(1));
        means.add(features, labels);
        setBasePrototypes(means.means(), means.classes());
    }

    /** Base prototypes [B, d] of the classes {@code ids}; their lengths do not matter. Forgets all classes known before. */
    public void setBasePrototypes(Tensor rows, int[] ids) {
        double[] p = Rows.of(NAME, rows, -1);
        Rows.labels(NAME, rows, ids);
        if (Arrays.stream(ids).distinct().count() != ids.length) {
            throw Failure.of(NAME, "a base class is named twice").fact("classes", Arrays.toString(ids)).argument();
        }
        int d = rows.dim(1);
        double[][] pbar = new double[ids.length][];
        for (int b = 0; b < ids.length; b++) {
            pbar[b] = unit(Arrays.copyOfRange(p, b * d, (b + 1) * d), ids[b]);
        }
        prototypes.clear();
        weights.clear();
        base = pbar;
        for (int b = 0; b < ids.length; b++) {
            prototypes.put(ids[b], pbar[b]);
        }
    }

    /** Adds the new classes of a session from their few features [N, d]. Everything known before stays as it is. */
    public void addClasses(Tensor features, int[] labels) {
        if (base.length == 0) {
            throw Failure.of(NAME, "there are no base classes").hint("call setBase first").state();
        }
        Rows.labels(NAME, features, labels);
        int d = base[0].length;
        ClassMeans means = new ClassMeans(d);
        means.add(Rows.of(NAME, features, d), labels);
        Map<Integer, double[]> units = new LinkedHashMap<>();
        for (int n : means.classes()) {
            if (prototypes.containsKey(n)) {
                throw Failure.of(NAME, "class " + n + " is already known").fact("classes", prototypes.keySet()).argument();
            }
            units.put(n, unit(means.mean(n), n));
        }
        units.forEach((n, pbar) -> {
            double[] w = softmaxOverBase(pbar);                                 // [B], sums to 1
            double[] delta = new double[d];
            for (int b = 0; b < base.length; b++) {
                Rows.addTo(w[b], base[b], 0, delta, 0, d);
            }
            delta = unit(delta, n);
            double[] p = new double[d];                                         // (1 - alpha) pbar + alpha Delta
            Rows.addTo(1 - config.alpha(), pbar, 0, p, 0, d);
            Rows.addTo(config.alpha(), delta, 0, p, 0, d);
            weights.put(n, w);
            prototypes.put(n, p);
        });
    }

    /** {@code softmax_b(tau * pbar . base_b)}. */
    private double[] softmaxOverBase(double[] pbar) {
        double[] w = new double[base.length];
        for (int b = 0; b < w.length; b++) {
            w[b] = config.tau() * Rows.dot(pbar, 0, base[b], 0, pbar.length);
        }
        double max = Arrays.stream(w).max().getAsDouble();
        double sum = 0;
        for (int b = 0; b < w.length; b++) {
            w[b] = Math.exp(w[b] - max);
            sum += w[b];
        }
        for (int b = 0; b < w.length; b++) {
            w[b] /= sum;
        }
        return w;
    }

    /** {@code T cos(x, P_k)} for features [N, d] and every class in the order of {@link #classes}: [N, classes]. */
    public Tensor scores(Tensor features) {
        if (base.length == 0) {
            throw Failure.of(NAME, "there are no base classes").hint("call setBase first").state();
        }
        int d = base[0].length;
        double[] p = new double[prototypes.size() * d];
        int k = 0;
        for (Map.Entry<Integer, double[]> e : prototypes.entrySet()) {
            System.arraycopy(unit(e.getValue(), e.getKey()), 0, p, k++ * d, d);
        }
        if (features.rank() != 2 || features.dim(1) != d) {
            throw Failure.of(NAME, "features are not [N, " + d + "]").operand("features", features.shape()).shape();
        }
        if (!features.isFinite().all().toBooleans()[0]) {
            throw Failure.of(NAME, "a feature is no finite number").operand("features", features.shape()).argument();
        }
        Tensor norms = features.norm(2, true, -1).maximum(1e-12);
        return features.div(norms).matmul(Tensor.ofDoubles(Shape.of(k, d), p).to(features.dtype()).t()).mul(config.temperature());
    }

    /** The class with the highest cosine for each of the features [N, d]. */
    public int[] predict(Tensor features) {
        int[] ids = classes();
        return Arrays.stream(scores(features).argmax(1).toInts()).map(k -> ids[k]).toArray();
    }

    /** All classes: base first, then in the order of their arrival. */
    public int[] classes() {
        return prototypes.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    /** A class's prototype, F64 [d]: of length 1 for a base class, at most 1 for a new one. */
    public Tensor prototype(int label) {
        return Tensor.ofDoubles(Shape.of(base.length == 0 ? 0 : base[0].length), known(prototypes, label));
    }

    /** A new class's weights over the base classes in their order; they sum to 1. */
    public double[] calibrationWeights(int label) {
        return known(weights, label).clone();
    }

    private static double[] known(Map<Integer, double[]> map, int label) {
        double[] v = map.get(label);
        if (v == null) {
            Set<Integer> keys = map.keySet();
            throw Failure.of(NAME, "class " + label + " is not among them").fact("classes", keys).argument();
        }
        return v;
    }

    private static double[] unit(double[] v, int label) {
        double norm = Rows.norm(v, 0, v.length);
        if (norm == 0) {
            throw Failure.of(NAME, "the prototype of class " + label + " is zero and has no direction").argument();
        }
        return Arrays.stream(v).map(x -> x / norm).toArray();
    }
}
