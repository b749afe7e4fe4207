package loam.methods.continual.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.methods.common.FeatureExtractor;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * How well features of newer models fit to galleries that older models made: {@code m[i][j]}, j up to i, is the share of queries of model i that
 * find their class among the templates of model j. On the diagonal stand self-tests, below it cross-tests (Biondi and others 2024,
 * arXiv:2405.02581).
 */
public final class CompatibilityMatrix {
    private static final String NAME = "compatibility";

    private final double[][] m;

    private CompatibilityMatrix(double[][] m) {
        this.m = m;
    }

    /** A matrix of known values; what stands above the diagonal is not used. */
    public static CompatibilityMatrix of(double[][] values) {
        if (values.length == 0) {
            throw Failure.of(NAME, "there is no model").argument();
        }
        double[][] m = new double[values.length][];
        for (int i = 0; i < m.length; i++) {
            if (values[i].length <= i) {
                throw Failure.of(NAME, "row " + i + " has " + values[i].length + " values").hint("row i needs the columns 0 .. i").argument();
            }
            m[i] = Arrays.copyOf(values[i], i + 1);
        }
        return new CompatibilityMatrix(m);
    }

    /** Tests all models, oldest first, on queries and a gallery of the same classes. All features must be of one length. */
    public static CompatibilityMatrix evaluate(List<? extends FeatureExtractor> models, LabelledDataset query, LabelledDataset gallery) {
        List<ClassTemplates> galleries = new ArrayList<>();
        double[][] m = new double[models.size()][];
        for (int i = 0; i < m.length; i++) {
            FeatureExtractor model = models.get(i);
            if (model.dim() != models.get(0).dim()) {
                throw Failure.of(NAME, "features of different lengths cannot be compared").fact("model 0", models.get(0).dim())
                        .fact("model " + i, model.dim()).shape();
            }
            galleries.add(new ClassTemplates(model.features(gallery.x()), gallery.labels()));
            Tensor features = model.features(query.x());
            m[i] = galleries.stream().mapToDouble(g -> g.accuracy(features, query.labels())).toArray();
        }
        return of(m);
    }

    /** Number of models. */
    public int models() {
        return m.length;
    }

    /** Queries by model {@code query}, gallery by model {@code gallery}, which is not newer. */
    public double at(int query, int gallery) {
        return m[query][gallery];
    }

    /** AC: the share of pairs of models in which the newer one's queries do better on the old gallery than the old one's own. A tie fails. */
    public double averageCompatibility() {
        int pairs = 0;
        int better = 0;
        for (int i = 1; i < m.length; i++) {
            for (int j = 0; j < i; j++) {
                pairs++;
                better += m[i][j] > m[j][j] ? 1 : 0;
            }
        }
        return pairs == 0 ? Double.NaN : better / (double) pairs;
    }

    /** AM: the mean of all entries, self-tests and cross-tests. */
    public double averageAccuracy() {
        return Arrays.stream(m).flatMapToDouble(Arrays::stream).average().orElse(Double.NaN);
    }

    /** The mean of the entries below the diagonal; NaN for a single model. */
    public double crossTest() {
        double sum = 0;
        for (int i = 1; i < m.length; i++) {
            sum += Arrays.stream(m[i], 0, i).sum();
        }
        return 2 * sum / (m.length * (m.length - 1.0));
    }

    /** The mean of the diagonal. */
    public double selfTest() {
        double sum = 0;
        for (int i = 0; i < m.length; i++) {
            sum += m[i][i];
        }
        return sum / m.length;
    }
}
