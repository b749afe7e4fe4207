package loam.methods.continual.common;

import java.util.List;
import java.util.function.Function;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.optim.ParameterGroup;
import loam.optim.Schedule;
import loam.optim.Sgd;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Workspace;
import loam.tensor.data.Batch;
import loam.tensor.data.LabelledDataset;

/**
 * How one task is learned beside a memory: SGD with momentum 0.9, a rate that falls along half a cosine, a penalty on matrices and filters but
 * not on biases and norms, batches that are half new samples and half memory ({@link HalfBatches}).
 *
 * @param rate        the first learning rate
 * @param leastRate   the last one
 * @param epochs      an epoch has as many steps as new and remembered samples fill batches
 * @param batch       samples in a step
 * @param weightDecay factor of the penalty
 */
public record RehearsedTraining(double rate, double leastRate, int epochs, int batch, double weightDecay) {
    public RehearsedTraining {
        if (!(rate > 0) || !(leastRate >= 0) || epochs < 1 || batch < 2 || !(weightDecay >= 0)) {
            throw Failure.of("rehearsed training", "rate, epochs and batch must be positive, and a batch has two samples").fact("rate", rate)
                    .fact("least rate", leastRate).fact("epochs", epochs).fact("batch", batch).fact("weight decay", weightDecay).argument();
        }
    }

    /**
     * Trains parameters on the first {@code fresh} samples of {@code data}, with the ones behind them as the memory. The places of a batch's
     * samples are its {@code indices()}. Modes are the caller's.
     */
    public void fit(List<Parameter> parameters, LabelledDataset data, int fresh, Rng order, Function<Batch, Variable> loss) {
        List<Parameter> decayed = parameters.stream().filter(p -> p.rank() >= 2).toList();
        List<Parameter> free = parameters.stream().filter(p -> p.rank() < 2).toList();
        Sgd sgd = new Sgd(List.of(new ParameterGroup(decayed, rate, weightDecay), new ParameterGroup(free, rate, 0))).momentum(0.9);
        HalfBatches batches = new HalfBatches(fresh, data.size() - fresh, batch, order);
        int steps = epochs * batches.perEpoch();
        Schedule schedule = Schedule.cosine(rate, steps, leastRate);
        Workspace memory = new Workspace();                                     // takes back what a step leaves behind
        for (int step = 0; step < steps; step++) {
            schedule.apply(sgd);
            memory.run(() -> sgd.step(loss.apply(data.batch(batches.next()))));
        }
    }
}
