package loam.methods.continual.common;

import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/** Something that meets its data task after task, once each, and is never told which task a sample to be predicted comes from. */
public interface ContinualLearner {
    /** Learns the next task. Labels may be new or known. */
    void learn(LabelledDataset task);

    /** The class of each input [N, ...], among all seen so far. */
    int[] predict(Tensor x);
}
