package loam.methods.continual.common;

import loam.tensor.Tensor;

/** A classifier on frozen features that learns classes state by state; the samples of an earlier state are not shown to it again. */
public interface ClassLearner {
    /** Learns the classes of the next state from their features [N, d]; none of them may be known already. */
    void addClasses(Tensor features, int[] labels);

    /** The class of each of the features [N, d], among all that were learned so far. */
    int[] predict(Tensor features);
}
