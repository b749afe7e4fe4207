package loam.methods.continual.teen;

import java.util.Arrays;
import java.util.List;
import loam.methods.continual.common.Letters;
import loam.nn.CosineClassifier;
import loam.nn.Losses;
import loam.optim.Sgd;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/** The comparison that trains: it starts as plain prototypes do, but every session trains the whole cosine head on its few samples. */
final class FineTunedHead {
    private FineTunedHead() {
    }

    /** A classifier of plain prototypes whose rows are the head's weights after all sessions. */
    static Teen after(FewShotStream stream, List<LabelledDataset> sessions, double temperature, int steps, double rate) {
        Teen.Config plain = new Teen.Config(0, 1, temperature);
        Teen known = new Teen(plain);
        known.setBasePrototypes(stream.baseMeans(), stream.base());
        for (LabelledDataset few : sessions) {
            known.addClasses(few.x(), few.labels());
            int[] ids = known.classes();
            CosineClassifier head = new CosineClassifier(few.x().dim(1), ids.length, temperature, Rng.seed(0));
            head.weight().update(Tensor.stack(0, Arrays.stream(ids).mapToObj(known::prototype).toArray(Tensor[]::new)).to(DType.F32));
            LabelledDataset data = Letters.renumbered(few, ids);
            Sgd sgd = new Sgd(head.parameters(), rate);
            for (int step = 0; step < steps; step++) {
                sgd.step(Losses.crossEntropy(head.forward(data.x()), data.labels()));
            }
            known = new Teen(plain);
            known.setBasePrototypes(head.weight().value().copy(), ids);
        }
        return known;
    }
}
