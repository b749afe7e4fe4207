package loam.methods.labels.nesteddropout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.methods.labels.common.SmallLoss;
import loam.nn.BatchNorm;
import loam.nn.CrossEntropyOptions;
import loam.nn.Losses;
import loam.nn.Mode;
import loam.nn.Module;
import loam.nn.Reduction;
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
 * Stage 2: two networks, trained apart, go on together. Each ranks its half of a batch by loss and hands the samples with the smallest
 * losses to the other one (Han et al. 2018, on disjoint halves).
 */
public final class CoTeaching {
    private final Config config;
    private final Rng rng;

    /**
     * How to go on.
     *
     * @param forgetRate      F, the share of a half that is dropped, in [0, 1): about the rate of wrong labels
     * @param nGradual        epochs in which the rate rises from 0 to F; 0: F from the start
     * @param lr              learning rate
     * @param momentum        of gradient descent
     * @param weightDecay     L2 penalty
     * @param epochs          passes through the data
     * @param milestones      epochs from which the rate is a tenth of what it was
     * @param batchSize       samples of both halves, an even number; a last smaller batch is left out
     * @param freezeBatchNorm whether batch norms keep their statistics, weight and bias
     * @param sharedBatch     whether both networks rank the whole batch, as in Han et al., instead of a half each
     */
    public record Config(double forgetRate, int nGradual, double lr, double momentum, double weightDecay, int epochs, List<Integer> milestones,
                         int batchSize, boolean freezeBatchNorm, boolean sharedBatch) {
        public Config {
            require(forgetRate >= 0 && forgetRate < 1, "the forget rate must be in [0, 1)", forgetRate);
            require(batchSize > 0 && batchSize % 2 == 0, "the batch size must be even, for two halves", batchSize);
            require(lr > 0 && momentum >= 0 && momentum < 1 && weightDecay >= 0, "a value of the optimizer is out of range", lr + ", " + momentum + ", " + weightDecay);
            require(epochs > 0 && nGradual >= 0, "epochs are out of range", epochs + ", " + nGradual);
            SmallLoss.count(sharedBatch ? batchSize : batchSize / 2, forgetRate);
            milestones = List.copyOf(milestones);
        }

        /** The reference's fine-tuning: F from the start, frozen batch norm, disjoint halves. */
        public static Config of(double forgetRate, double lr, int epochs, int batchSize) {
            return new Config(forgetRate, 0, lr, 0.9, 5e-4, epochs, List.of(epochs / 2), batchSize, true, false);
        }

        /** The forget rate of an epoch, from 0. */
        public double forgetRate(int epoch) {
            return epoch >= nGradual ? forgetRate : nGradual == 1 ? 0 : forgetRate * epoch / (nGradual - 1);
        }

        private static void require(boolean holds, String reason, Object value) {
            if (!holds) {
                throw Failure.of("co-teaching", reason).fact("given", value).argument();
            }
        }
    }

    /** After an epoch: K, the accuracy of that prefix on validation, and the places in the training set of all samples that were kept. */
    public record Epoch(int epoch, int k, double validationAccuracy, int[] kept) {
    }

    /** The samples of a batch that each network is to learn from, as places in the batch: those its peer found easy. */
    public record Exchange(int[] forA, int[] forB) {
    }

    /** What came out: both networks of the best epoch, both of the last, and all epochs. */
    public record Result(CoTeachingModel best, CoTeachingModel last, List<Epoch> epochs) {
    }

    /** {@code rng} decides the batches. */
    public CoTeaching(Config config, Rng rng) {
        this.config = config;
        this.rng = rng;
    }

    /** Fine-tunes copies of two networks; the given ones stay as they are. */
    public Result finetune(NestedModel first, NestedModel second, LabelledDataset train, LabelledDataset validation) {
        NestedTrainer.checkValidation(validation);
        check(first, second, train);
        NestedModel a = prepared(first);
        NestedModel b = prepared(second);
        DataLoader loader = DataLoader.of(train, config.batchSize()).shuffle(rng.split("batches")).dropLast(true);
        NestedDropout prefixes = new NestedDropout(a.nested().channels(), a.nested().eta(), rng.split("prefixes"));
        Sgd sgdA = sgd(a);
        Sgd sgdB = sgd(b);
        long[] at = config.milestones().stream().mapToLong(m -> (long) m * loader.batches()).toArray();
        Schedule schedule = Schedule.multiStep(config.lr(), 0.1, at);
        List<Epoch> epochs = new ArrayList<>();
        Workspace memory = new Workspace();
        CoTeachingModel best = null;
        double bestAccuracy = -1;
        int k = validate(a, b, validation, epochs, new int[0]);
        epochs.clear();
        for (int epoch = 0; epoch < config.epochs(); epoch++) {
            List<int[]> kept = new ArrayList<>();
            double forget = config.forgetRate(epoch);
            for (Batch batch : loader) {
                int now = k;
                memory.run(() -> {
                    Exchange e = exchange(a, b, batch, now, forget);
                    int common = prefixes.sampleK();
                    schedule.apply(sgdA);
                    schedule.apply(sgdB);
                    learn(a, sgdA, batch, e.forA(), common);
                    learn(b, sgdB, batch, e.forB(), common);
                    kept.add(take(batch.indices(), e.forA()));
                    kept.add(take(batch.indices(), e.forB()));
                });
            }
            k = validate(a, b, validation, epochs, kept.stream().flatMapToInt(Arrays::stream).toArray());
            double accuracy = epochs.get(epoch).validationAccuracy();
            if (accuracy > bestAccuracy) {
                bestAccuracy = accuracy;
                best = new CoTeachingModel(a.copy(), b.copy());
            }
        }
        return new Result(best, new CoTeachingModel(a, b), List.copyOf(epochs));
    }

    /** Network a ranks the first half and hands its easy samples to b, b ranks the second half for a; both with prefix k, in evaluation mode. */
    public Exchange exchange(NestedModel a, NestedModel b, Batch batch, int k, double forget) {
        int n = batch.size();
        int half = config.sharedBatch() ? n : n / 2;
        int start = config.sharedBatch() ? 0 : n / 2;
        int[] byA = SmallLoss.select(losses(a, batch, 0, half, k), forget);
        int[] byB = SmallLoss.select(losses(b, batch, start, half, k), forget);
        return new Exchange(Arrays.stream(byB).map(i -> i + start).toArray(), byA);
    }

    private static double[] losses(NestedModel model, Batch batch, int start, int n, int k) {
        Tensor logits = model.ranked(batch.x().narrow(0, start, n), k);
        int[] y = Arrays.copyOfRange(batch.y(), start, start + n);
        return Grad.noGrad(() -> Losses.crossEntropy(logits, y, CrossEntropyOptions.defaults().reducing(Reduction.NONE)).value().toDoubles());
    }

    /** The loss of some samples of a batch with the first k channels; the mean over those samples. */
    public static Variable loss(NestedModel model, Batch batch, int[] places, int k) {
        return Losses.crossEntropy(model.forward(batch.x().indexSelect(0, places), k), take(batch.y(), places));
    }

    private static void learn(NestedModel model, Sgd sgd, Batch batch, int[] places, int k) {
        try (Mode mode = model.train()) {
            sgd.step(loss(model, batch, places, k));
        }
    }

    /** Chooses K by the sum of both networks' scores and sets it in both. */
    private static int validate(NestedModel a, NestedModel b, LabelledDataset validation, List<Epoch> epochs, int[] kept) {
        double[] accuracy = NestedTrainer.accuracies(List.of(a, b), validation);
        int k = NestedTrainer.choose(a.nested().eta(), accuracy);
        // As in the reference code: a single channel is taken as no choice at all.
        k = k == 1 ? accuracy.length : k;
        a.nested().prefix(k);
        b.nested().prefix(k);
        epochs.add(new Epoch(epochs.size() + 1, k, accuracy[k - 1], kept));
        return k;
    }

    private NestedModel prepared(NestedModel model) {
        NestedModel copy = model.copy();
        Map<String, Module> parts = copy.namedModules();
        parts.forEach((path, m) -> {
            if (config.freezeBatchNorm() && m instanceof BatchNorm) {
                copy.freeze(path + ".*");
            }
        });
        return copy;
    }

    private Sgd sgd(NestedModel model) {
        return new Sgd(model.trainableParameters(), config.lr()).momentum(config.momentum()).weightDecay(config.weightDecay());
    }

    private void check(NestedModel a, NestedModel b, LabelledDataset train) {
        if (a.nested().channels() != b.nested().channels() || a.nested().eta() != b.nested().eta()) {
            throw Failure.of("co-teaching", "the networks differ in channels or eta").fact("first", a.nested().channels() + ", " + a.nested().eta())
                    .fact("second", b.nested().channels() + ", " + b.nested().eta()).argument();
        }
        if (config.batchSize() > train.size()) {
            throw Failure.of("co-teaching", "a batch is larger than the data").fact("batch", config.batchSize()).fact("samples", train.size()).argument();
        }
    }

    private static int[] take(int[] values, int[] places) {
        return Arrays.stream(places).map(i -> values[i]).toArray();
    }
}
