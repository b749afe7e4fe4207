package loam.methods.labels.nesteddropout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.methods.EndlessBatches;
import loam.nn.Layer;
import loam.nn.Losses;
import loam.nn.Mode;
import loam.optim.Schedule;
import loam.optim.Sgd;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.Workspace;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;

/**
 * Stage 1: trains a network on labels that may be wrong, one random prefix a step. After each epoch a clean validation set chooses K and,
 * over epochs, the network that is kept. With eta = 0 it is plain training, with dropout or without: the baselines.
 */
public final class NestedTrainer {
    private final Config config;
    private final Rng rng;

    /**
     * How to train.
     *
     * @param eta          scale of the distribution of k; 0: no nested dropout
     * @param dropout      probability that plain dropout zeroes a channel, in [0, 1)
     * @param lr           learning rate after the warm-up
     * @param momentum     of gradient descent
     * @param weightDecay  L2 penalty on all parameters
     * @param epochs       passes through the data, the warm-up not counted
     * @param milestones   epochs from which the rate is a tenth of what it was
     * @param warmupIters  steps in which the rate rises to lr
     * @param batchSize    samples in a step; a last smaller batch is left out
     */
    public record Config(double eta, double dropout, double lr, double momentum, double weightDecay, int epochs, List<Integer> milestones,
                         int warmupIters, int batchSize) {
        public Config {
            require(eta >= 0 && Double.isFinite(eta), "eta must be 0 or more", eta);
            require(dropout >= 0 && dropout < 1, "dropout must be in [0, 1)", dropout);
            require(lr > 0 && momentum >= 0 && momentum < 1 && weightDecay >= 0, "a value of the optimizer is out of range", lr + ", " + momentum + ", " + weightDecay);
            require(epochs > 0 && warmupIters >= 0 && batchSize > 1, "epochs, warm-up or batch size are out of range", epochs + ", " + warmupIters + ", " + batchSize);
            milestones = List.copyOf(milestones);
        }

        private static void require(boolean holds, String reason, Object value) {
            if (!holds) {
                throw Failure.of("nested dropout", reason).fact("given", value).argument();
            }
        }
    }

    /** Validation after an epoch: the chosen K and the accuracy of that prefix. */
    public record Epoch(int epoch, int k, double validationAccuracy) {
    }

    /** What came out: the network of the best epoch with its K, that of the last epoch with its K, and all epochs. */
    public record Result(NestedModel best, NestedModel last, List<Epoch> epochs) {
    }

    /** Runs one step's worth of training after the other; {@code rng} decides the classifier, the prefixes, dropout and the batches. */
    public NestedTrainer(Config config, Rng rng) {
        this.config = config;
        this.rng = rng;
    }

    /** Trains {@code features} ([B, ...] to [B, channels]) with a new classifier. */
    public Result fit(Layer features, int channels, LabelledDataset train, LabelledDataset validation) {
        checkValidation(validation);
        if (config.batchSize() > train.size()) {
            throw Failure.of("nested dropout", "a batch is larger than the data").fact("batch", config.batchSize()).fact("samples", train.size()).argument();
        }
        NestedModel model = new NestedModel(features, channels, train.classes(), config.eta(), config.dropout(), rng);
        DataLoader loader = DataLoader.of(train, config.batchSize()).shuffle(rng.split("batches")).dropLast(true);
        Sgd sgd = new Sgd(model.parameters(), config.lr()).momentum(config.momentum()).weightDecay(config.weightDecay());
        Schedule schedule = schedule(loader.batches());
        Workspace memory = new Workspace();
        List<Epoch> epochs = new ArrayList<>();
        Map<String, Tensor> best = null;
        double bestScore = Double.NEGATIVE_INFINITY;
        int bestK = channels;
        int total = config.warmupIters() + config.epochs() * loader.batches();
        try (EndlessBatches batches = new EndlessBatches(loader, 0)) {
            for (int step = 1; step <= total; step++) {
                schedule.apply(sgd);
                memory.run(() -> step(model, sgd, batches.next()));
                if (step > config.warmupIters() && (step - config.warmupIters()) % loader.batches() == 0) {
                    double[] accuracy = accuracies(List.of(model), validation);
                    int k = choose(config.eta(), accuracy);
                    model.nested().prefix(k);
                    epochs.add(new Epoch(epochs.size() + 1, k, accuracy[k - 1]));
                    if (Prefixes.penalised(accuracy, k) > bestScore) {
                        bestScore = Prefixes.penalised(accuracy, k);
                        bestK = k;
                        best = model.copy().stateDict();
                    }
                }
            }
        }
        NestedModel kept = model.copy();
        kept.load(best);
        kept.nested().prefix(bestK);
        return new Result(kept, model, List.copyOf(epochs));
    }

    /** One k for the whole batch, drawn by the layer; cross-entropy on the labels as they are. */
    private static void step(NestedModel model, Sgd sgd, Batch batch) {
        try (Mode mode = model.train()) {
            Variable logits = model.forward(batch.x());                                                             // [B, C]
            sgd.step(Losses.crossEntropy(logits, batch.y()));
        }
    }

    private Schedule schedule(int batches) {
        int warm = config.warmupIters();
        long[] at = config.milestones().stream().mapToLong(m -> warm + (long) m * batches).toArray();
        Schedule steps = Schedule.multiStep(config.lr(), 0.1, at);
        return warm == 0 ? steps : Schedule.warmup(1.0 / warm, warm, steps);
    }

    /** Without nested dropout there is one prefix to choose from: all channels. */
    static int choose(double eta, double[] accuracy) {
        return eta == 0 ? accuracy.length : Prefixes.best(accuracy);
    }

    /** The accuracy of each prefix, scores of the networks added. */
    static double[] accuracies(List<NestedModel> models, LabelledDataset data) {
        return Grad.noGrad(() -> Prefixes.accuracies(models.stream().map(m -> m.part(data.x())).toList(), data.labels()));
    }

    static void checkValidation(LabelledDataset validation) {
        if (validation.size() == 0) {
            throw Failure.of("nested dropout", "the validation set is empty").hint("K and the epoch are chosen on clean labels").argument();
        }
    }

    /** The default milestones for a number of epochs: five eighths and seven eighths of them. */
    public static List<Integer> milestones(int epochs) {
        return Arrays.asList(epochs * 5 / 8, epochs * 7 / 8);
    }
}
