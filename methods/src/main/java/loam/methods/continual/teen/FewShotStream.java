package loam.methods.continual.teen;

import java.util.ArrayList;
import java.util.List;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.FewShots;
import loam.methods.continual.common.IncrementalScenario;
import loam.methods.continual.common.Letters;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Frozen features of classes that arrive session by session.
 *
 * @param scenario  which classes arrive when
 * @param baseMeans mean features of the classes of session 0, in their order, F64 [B, d]
 * @param train     features of all training rows
 * @param seenTests for each session the test rows of all classes that have arrived
 */
record FewShotStream(IncrementalScenario scenario, Tensor baseMeans, LabelledDataset train, List<LabelledDataset> seenTests) {
    /** The stream of these rows under a network that was trained on the classes of session 0. */
    static FewShotStream of(IncrementalScenario scenario, FeatureExtractor phi, LabelledDataset trainRows, LabelledDataset testRows) {
        LabelledDataset train = Letters.features(phi, trainRows);
        LabelledDataset test = Letters.features(phi, testRows);
        List<LabelledDataset> tests = new ArrayList<>();
        for (int s = 0; s < scenario.states(); s++) {
            tests.add(test.ofClasses(scenario.seen(s)));
        }
        List<Tensor> means = new ArrayList<>();
        for (int b : scenario.first()) {
            means.add(train.ofClasses(b).x().to(DType.F64).mean(0));
        }
        return new FewShotStream(scenario, Tensor.stack(0, means.toArray(Tensor[]::new)), train, tests);
    }

    /** The classes of session 0. */
    int[] base() {
        return scenario.first();
    }

    /** Draws the few samples of each later session. */
    List<LabelledDataset> sessions(int shots, Rng rng) {
        List<LabelledDataset> sessions = new ArrayList<>();
        for (int s = 1; s < scenario.states(); s++) {
            sessions.add(FewShots.draw(train, scenario.arriving(s), shots, rng));
        }
        return sessions;
    }
}
