package loam.methods.continual.fetril;

import java.util.Arrays;
import loam.methods.common.Rows;
import loam.methods.continual.common.ClassLearner;
import loam.methods.continual.common.ClassMeans;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Each class is the mean of its features of length 1; the nearest mean (Euclidean) wins. Keeps means alone and fits nothing. */
public final class NearestMean implements ClassLearner {
    private static final String NAME = "nearest mean";

    private final ClassMeans means;

    /** No class yet; features have {@code dim} values. */
    public NearestMean(int dim) {
        means = new ClassMeans(dim);
    }

    @Override
    public void addClasses(Tensor features, int[] labels) {
        Rows.labels(NAME, features, labels);
        means.add(Rows.units(NAME, features, means.dim()), labels);
    }

    @Override
    public int[] predict(Tensor features) {
        int[] ids = means.classes();
        if (ids.length == 0) {
            throw Failure.of(NAME, "no class is known").hint("call addClasses first").state();
        }
        // |x - m|^2 is smallest where x . m - |m|^2 / 2 is largest.
        double[] bias = Arrays.stream(ids).mapToDouble(c -> -0.5 * Rows.dot(means.mean(c), 0, means.mean(c), 0, means.dim())).toArray();
        return new LinearClassifier(ids, means.means(), Tensor.ofDoubles(Shape.of(ids.length), bias))
                .predict(Rows.units(NAME, features, means.dim()));
    }
}
