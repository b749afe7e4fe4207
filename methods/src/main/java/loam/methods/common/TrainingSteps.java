package loam.methods.common;

import java.util.function.DoubleConsumer;
import java.util.function.Function;
import loam.autograd.Variable;
import loam.methods.EndlessBatches;
import loam.nn.Losses;
import loam.nn.Mode;
import loam.nn.Module;
import loam.optim.Optimizer;
import loam.optim.Schedule;
import loam.tensor.Workspace;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;

/** The loop below {@link Pretraining} and {@link AdamWTraining}: cross-entropy of scores [B, classes], one rate for each step. */
final class TrainingSteps {
    private TrainingSteps() {
    }

    /** {@code steps} steps in training mode; {@code progress} hears the share that is done. */
    static void run(int steps, Module trained, Function<Batch, Variable> scores, DataLoader loader, Optimizer optimizer, Schedule schedule, DoubleConsumer progress) {
        Workspace memory = new Workspace();                                     // takes back what a step leaves behind
        try (EndlessBatches batches = new EndlessBatches(loader, 0); Mode mode = trained.train()) {
            for (int step = 1; step <= steps; step++) {
                schedule.apply(optimizer);
                memory.run(() -> {
                    Batch b = batches.next();
                    optimizer.step(Losses.crossEntropy(scores.apply(b), b.y()));
                });
                progress.accept(step / (double) steps);
            }
        }
    }
}
