package loam.methods.continual.dsimplex;

import loam.autograd.Variable;
import loam.methods.common.FeatureExtractor;
import loam.methods.continual.common.RehearsalMemory;
import loam.methods.continual.common.RehearsedTraining;
import loam.nn.Layer;
import loam.nn.Losses;
import loam.nn.Mode;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Trains a representation task after task, and over deliveries of better models, so that new features still fit to old ones: a fixed simplex
 * classifier, a memory, and the HOC loss to the model that a task starts from. Models map [N, ...] to [N, K-1] and end in a linear layer
 * without a bias; a feature for retrieval is the output at length 1 (Biondi and others 2024, arXiv:2405.02581).
 */
public final class CompatibleTrainer {
    private static final String NAME = "compatible trainer";

    /**
     * The method's numbers.
     *
     * @param lambda   weight of the cross-entropy, in [0, 1]; the HOC loss has the rest, so 1 is the plain fixed classifier
     * @param hoc      the alignment to the model before
     * @param memory   samples kept of each class
     * @param training how a task is learned
     */
    public record Config(double lambda, HocLoss hoc, int memory, RehearsedTraining training) {
        public Config {
            if (!(lambda >= 0 && lambda <= 1)) {
                throw Failure.of(NAME, "lambda is " + lambda).hint("lambda lies in [0, 1]").argument();
            }
        }

        /** The numbers of the reference code: lambda 0.1, mu 10, 20 samples of a class, 70 epochs, rate 1e-3 to 1e-5, batches of 128. */
        public static Config standard() {
            return new Config(0.1, HocLoss.standard(), 20, new RehearsedTraining(1e-3, 1e-5, 70, 128, 5e-4));
        }

        /** The same with another weight. */
        public Config lambda(double other) {
            return new Config(other, hoc, memory, training);
        }
    }

    private final SimplexClassifier classifier;
    private final Config config;
    private final Rng rng;
    private final RehearsalMemory memory;
    private Layer current;
    private int task;

    /** A trainer that starts from {@code start}, which stays as it is. */
    public CompatibleTrainer(SimplexClassifier classifier, Layer start, Config config, Rng rng) {
        this.classifier = classifier;
        this.config = config;
        this.rng = rng;
        this.memory = new RehearsalMemory(config.memory());
        this.current = start.copy();
    }

    /** The latest model; it is not changed by what follows. */
    public Layer model() {
        return current;
    }

    /** The samples kept so far. */
    public RehearsalMemory memory() {
        return memory;
    }

    /** Goes on from a model that was trained elsewhere under the same simplex. The memory stays. Returns a copy of it, the new {@link #model}. */
    public Layer replace(Layer delivered) {
        current = delivered.copy();
        return current;
    }

    /** Learns a task, whose labels are slots of the simplex, and returns the new model. The one before is what the HOC loss aligns to. */
    public Layer update(LabelledDataset data) {
        for (int slot : data.labels()) {
            if (slot >= classifier.slots()) {
                throw Failure.of(NAME, "label " + slot + " is no slot").fact("slots", classifier.slots())
                        .hint("labels are those of providerSlot and localSlot").index();
            }
        }
        Rng own = rng.split(task++);
        LabelledDataset all = memory.after(data);
        Layer phi = current.copy();
        Tensor old = config.lambda() == 1 ? null : FeatureExtractor.frozen(current.copy(), classifier.dim()).features(all.x());
        try (Mode mode = phi.train()) {
            config.training().fit(phi.trainableParameters(), all, data.size(), own.split("batches"), b -> {
                Variable z = phi.forward(b.x());
                Variable fit = Losses.crossEntropy(classifier.forward(z), b.y());
                return old == null ? fit : mixed(fit, config.hoc().forward(z, old.indexSelect(0, b.indices()), b.y()));
            });
        }
        memory.add(data, own.split("memory"));
        current = phi;
        return phi;
    }

    private Variable mixed(Variable fit, Variable alignment) {
        return fit.mul(config.lambda()).add(alignment.mul(1 - config.lambda()));
    }
}
