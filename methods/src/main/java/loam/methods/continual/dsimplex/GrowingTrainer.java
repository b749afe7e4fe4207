package loam.methods.continual.dsimplex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.autograd.Parameter;
import loam.methods.continual.common.RehearsalMemory;
import loam.methods.continual.common.RehearsedTraining;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.Mode;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Experience replay, the baseline: as {@link CompatibleTrainer}, with the same memory, batches and steps, but under a classifier that is trained
 * and grows with the classes. A delivered model brings no classifier, so one is made anew for all classes seen so far.
 */
final class GrowingTrainer {
    private final int dim;
    private final RehearsedTraining training;
    private final Rng rng;
    private final RehearsalMemory memory;
    private Layer current;
    private Linear head;
    private int seen;
    private int task;

    GrowingTrainer(Layer start, int dim, int memory, RehearsedTraining training, Rng rng) {
        this.dim = dim;
        this.training = training;
        this.rng = rng;
        this.memory = new RehearsalMemory(memory);
        this.current = start.copy();
    }

    void replace(Layer delivered) {
        current = delivered.copy();
        head = null;
    }

    /** Learns a task whose labels count the classes in the order of their arrival. */
    Layer update(LabelledDataset data) {
        Rng own = rng.split(task++);
        seen = Math.max(seen, Arrays.stream(data.labels()).max().orElse(0) + 1);
        head = grown(head, own.split("head"));
        Layer phi = current.copy();
        List<Parameter> parameters = new ArrayList<>(phi.parameters());
        parameters.addAll(head.parameters());
        try (Mode mode = phi.train()) {
            training.fit(parameters, memory.after(data), data.size(), own.split("batches"),
                    b -> Losses.crossEntropy(head.forward(phi.forward(b.x())), b.y()));
        }
        memory.add(data, own.split("memory"));
        current = phi;
        return phi;
    }

    /** A head for all classes seen, with the rows that the old one had. */
    private Linear grown(Linear old, Rng init) {
        Linear next = new Linear(dim, seen, init);
        if (old != null) {
            int known = old.weight().dim(0);
            next.weight().update(Tensor.cat(0, old.weight().value(), next.weight().value().narrow(0, known, seen - known)));
            next.bias().update(Tensor.cat(0, old.bias().value(), next.bias().value().narrow(0, known, seen - known)));
        }
        return next;
    }
}
