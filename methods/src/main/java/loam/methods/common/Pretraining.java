package loam.methods.common;

import java.util.function.DoubleConsumer;
import loam.nn.Layer;
import loam.nn.Sequential;
import loam.optim.Schedule;
import loam.optim.Sgd;
import loam.tensor.Rng;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;

/**
 * How a backbone is trained on the first classes, before it is frozen: cross-entropy, SGD with Nesterov momentum 0.9, a rate that falls along
 * half a cosine, a penalty on all weights.
 *
 * @param rate        the first learning rate
 * @param epochs      passes over the data
 * @param batch       rows in a step
 * @param weightDecay factor of the penalty
 */
public record Pretraining(double rate, int epochs, int batch, double weightDecay) {
    /** Trains body and head together on labels 0 .. classes-1; {@code progress} hears the share that is done. */
    public void fit(Layer body, Layer head, LabelledDataset data, Rng order, DoubleConsumer progress) {
        fit(new Sequential(body, head), data, order, progress);
    }

    /** The same for a network that ends in its head. */
    public void fit(Layer network, LabelledDataset data, Rng order, DoubleConsumer progress) {
        DataLoader loader = DataLoader.of(data, batch).shuffle(order);
        int steps = epochs * loader.batches();
        Sgd sgd = new Sgd(network.parameters(), rate).momentum(0.9).nesterov().weightDecay(weightDecay);
        Schedule schedule = Schedule.cosine(rate, steps, 0);
        TrainingSteps.run(steps, network, b -> network.forward(b.x()), loader, sgd, schedule, progress);
    }
}
