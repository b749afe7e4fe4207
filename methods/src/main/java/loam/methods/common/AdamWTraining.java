package loam.methods.common;

import java.util.function.DoubleConsumer;
import java.util.function.Function;
import loam.autograd.Variable;
import loam.nn.Layer;
import loam.nn.Module;
import loam.optim.AdamW;
import loam.optim.Schedule;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;

/**
 * How heads on frozen features, and small transformers, are trained: cross-entropy, AdamW, a rate that rises along a line and falls along half
 * a cosine to zero. A linear probe is {@code training.fit(new Linear(d, k, rng), features, order, ...)}.
 *
 * @param rate        the highest learning rate
 * @param weightDecay decoupled decay of all trained parameters
 * @param batch       rows in a step
 * @param epochs      passes over the data
 * @param warmup      share of the steps in which the rate rises, 0 to 1
 */
public record AdamWTraining(double rate, double weightDecay, int batch, int epochs, double warmup) {
    public AdamWTraining {
        if (!(rate > 0) || !(weightDecay >= 0) || batch < 1 || epochs < 1 || !(warmup >= 0 && warmup < 1)) {
            throw Failure.of("training", "rate, batch and epochs are positive, the decay is not negative, warmup lies in [0, 1)").fact("rate", rate)
                    .fact("weightDecay", weightDecay).fact("batch", batch).fact("epochs", epochs).fact("warmup", warmup).argument();
        }
    }

    /** Without a rise of the rate at the start. */
    public AdamWTraining(double rate, double weightDecay, int batch, int epochs) {
        this(rate, weightDecay, batch, epochs, 0);
    }

    /** Trains what is not frozen of a layer whose output are scores [N, classes]; {@code progress} hears the share that is done. */
    public void fit(Layer head, LabelledDataset data, Rng order, DoubleConsumer progress) {
        fit(head, data, b -> head.forward(b.x()), order, progress);
    }

    /** The same for any module: {@code scores} gives [B, classes] of a batch. What is frozen in {@code trained} stays as it is, bit for bit. */
    public void fit(Module trained, LabelledDataset data, Function<Batch, Variable> scores, Rng order, DoubleConsumer progress) {
        DataLoader loader = DataLoader.of(data, batch).shuffle(order);
        int steps = epochs * loader.batches();
        AdamW adam = new AdamW(trained.trainableParameters(), rate).weightDecay(weightDecay);
        Schedule fall = Schedule.cosine(rate, steps, 0);
        int rise = (int) Math.round(warmup * steps);
        Schedule schedule = rise == 0 ? fall : Schedule.warmup(1.0 / rise, rise, fall);
        TrainingSteps.run(steps, trained, scores, loader, adam, schedule, progress);
    }
}
