package loam.methods.continual.fetril;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.methods.common.Rows;
import loam.methods.continual.common.ContinualLearner;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Support vector machines on the real features of all classes so far, each against all others. It keeps every feature, which the methods it is
 * compared with must not: an upper bound for what a linear classifier can do on these features.
 */
public final class JointSvm implements ContinualLearner {
    private static final String NAME = "joint svm";

    private final int dim;
    private final double c;
    private final List<double[]> rows = new ArrayList<>();
    private final List<int[]> labels = new ArrayList<>();
    private LinearClassifier classifier;

    /** No class yet; features have {@code dim} values, the loss the weight {@code c}. */
    public JointSvm(int dim, double c) {
        this.dim = dim;
        this.c = c;
    }

    @Override
    public void learn(LabelledDataset task) {
        rows.add(Rows.units(NAME, task.x(), dim));
        labels.add(task.labels());
        classifier = LinearClassifier.svm(FeTril.join(rows), dim, labels.stream().flatMapToInt(Arrays::stream).toArray(), c, 1e-4);
    }

    @Override
    public int[] predict(Tensor features) {
        if (classifier == null) {
            throw Failure.of(NAME, "no class is known").hint("call learn first").state();
        }
        return classifier.predict(Rows.units(NAME, features, dim));
    }
}
