package loam.methods.continual.fetril;

import java.util.ArrayList;
import java.util.List;
import loam.methods.common.Rows;
import loam.methods.continual.common.ContinualLearner;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Deep-Shallow Incremental Learning (Belouadah and Popescu 2018): a class's support vector machine is fitted once, against the other classes
 * of its own state, and never again. Features are divided by their length. The baseline that FeTrIL starts from.
 */
public final class DeeSil implements ContinualLearner {
    private static final String NAME = "deesil";

    private final int dim;
    private final double c;
    private final List<LinearClassifier> states = new ArrayList<>();

    /** No class yet; features have {@code dim} values, the loss the weight {@code c}. */
    public DeeSil(int dim, double c) {
        this.dim = dim;
        this.c = c;
    }

    /** Fits the classes of a state, two or more, against each other alone. */
    @Override
    public void learn(LabelledDataset task) {
        for (LinearClassifier state : states) {
            for (int known : state.classes()) {
                if (known < task.classes() && task.indicesOf(known).length > 0) {
                    throw Failure.of(NAME, "class " + known + " is already known").argument();
                }
            }
        }
        states.add(LinearClassifier.svm(Rows.units(NAME, task.x(), dim), dim, task.labels(), c, 1e-4));
    }

    /** The class with the highest score of its own state's machines. */
    @Override
    public int[] predict(Tensor features) {
        if (states.isEmpty()) {
            throw Failure.of(NAME, "no class is known").hint("call learn first").state();
        }
        return LinearClassifier.join(states).predict(Rows.units(NAME, features, dim));
    }
}
