package loam.methods.features.cnnsvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import loam.autograd.Variable;
import loam.methods.Checkpoint;
import loam.methods.Claim;
import loam.methods.DataUse;
import loam.methods.EndlessBatches;
import loam.methods.Experiment;
import loam.methods.MethodInfo;
import loam.methods.RunContext;
import loam.methods.RunRequest;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Thresholds;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.data.Digits;
import loam.methods.data.FashionMnist;
import loam.methods.data.Mnist;
import loam.methods.data.NamedSplit;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Sequential;
import loam.nn.metrics.Accuracy;
import loam.optim.Adam;
import loam.optim.Schedule;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.Workspace;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;
import loam.tensor.data.Split;

/**
 * Softmax head against L2-SVM head on one convolutional body, and both against linear models of the same heads. All arms share the split,
 * the batch order and the number of steps; both networks start from the same weights and see the same dropout masks.
 */
public final class CnnSvmExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("cnn-svm", "one convolutional body, trained under a softmax or an L2-SVM head",
            "An Architecture Combining Convolutional Neural Network (CNN) and Support Vector Machine (SVM) for Image Classification", 2017,
            "A. F. Agarap", "https://arxiv.org/abs/1712.03541", "features");

    /** The tutorial loader of the reference code holds these first training images out. */
    private static final int HELD_OUT = 5_000;
    private static final int CHECKPOINT_EVERY = 500;
    private static final int CURVE_POINTS = 50;
    private static final int WRONG_SHOWN = 12;
    /** What a step of a linear model costs against one of a network: for the progress line. */
    private static final double LINEAR_COST = 0.03;

    private static final double PAPER_RATE = 1e-3;
    private static final List<String> TRIED_RATES = List.of("0.0003", "0.001", "0.003", "0.01", "0.03", "0.1");
    private static final List<String> ARMS = List.of("linear softmax", "linear SVM", "softmax", "SVM");

    private final Thresholds thresholds = Thresholds.of(CnnSvmExperiment.class);

    /** A classifier with the loss it is trained by. */
    private record Arm(String name, HeadLoss head, Layer network, Linear readout, double rate, double cost) {
    }

    /** One data set of a tier; the prefix keeps the metrics of several apart. */
    private record Data(String prefix, LabelledDataset train, LabelledDataset test) {
    }

    @Override
    public Set<Tier> tiers() {
        return EnumSet.allOf(Tier.class);
    }

    @Override
    public Tier defaultTier() {
        return Tier.TINY;
    }

    @Override
    public int repetitions(Tier tier) {
        return switch (tier) {
            case TINY -> 5;
            case SMALL -> 3;
            case FULL -> 1;
        };
    }

    @Override
    public List<String> data(Tier tier) {
        return switch (tier) {
            case TINY -> List.of(Digits.NAME);
            case SMALL -> List.of(Mnist.FILES.slug());
            case FULL -> List.of(Mnist.FILES.slug(), FashionMnist.FILES.slug());
        };
    }

    @Override
    public List<String> arms(Tier tier) {
        return ARMS;
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        boolean small = tier == Tier.SMALL;
        return List.of(
                Setting.integer("steps", tiny ? 240 : small ? 500 : 10_000, 1, 1_000_000, "steps of training of each arm"),
                Setting.integer("batch", tiny ? 64 : 128, 1, 10_000, "images in a step"),
                rate(tier, "softmaxRate", "the network with the softmax head"), rate(tier, "svmRate", "the network with the SVM head"),
                rate(tier, "linearSoftmaxRate", "the linear model with the softmax head"),
                rate(tier, "linearSvmRate", "the linear model with the SVM head"),
                Setting.flag("decay", tiny, "whether every arm's rate falls along half a cosine; the paper's stays"),
                Setting.integer("conv1", tiny ? 16 : 32, 1, 1024, "filters of the first convolution"),
                Setting.integer("conv2", tiny ? 32 : 64, 1, 1024, "filters of the second convolution"),
                Setting.integer("hidden", tiny ? 128 : 1024, 1, 8192, "units of the dense layer"),
                Setting.real("keep", 0.5, 0.01, 1, "probability that dropout keeps a unit"),
                Setting.real("c", 1, 1e-6, 1e6, "weight of the hinge against the penalty"));
    }

    /** The rate that was chosen for an arm; where none was, the paper's. */
    private Setting rate(Tier tier, String key, String arm) {
        String about = "learning rate of " + arm;
        return tuning(tier).stream().filter(t -> t.setting().equals(key)).findFirst().map(t -> t.asSetting(1e-6, 1, about))
                .orElse(Setting.real(key, PAPER_RATE, 1e-6, 1, about));
    }

    /**
     * One rate an arm, by accuracy on images that do not judge: in the small tier the 5,000 that are held out, in the tiny one the test part
     * of the seed's own split. The full tier takes the paper's rate.
     */
    @Override
    public List<Tuning> tuning(Tier tier) {
        if (tier == Tier.FULL) {
            return List.of();
        }
        boolean tiny = tier == Tier.TINY;
        List<Long> seeds = RunRequest.seeds(Tuning.FIRST_SEED, tiny ? 5 : 2);
        String linear = tiny ? "0.1" : "0.01";
        String network = tiny ? "0.01" : "0.001";
        return List.of(new Tuning(ARMS.get(0), "linearSoftmaxRate", TRIED_RATES, linear, seeds), new Tuning(ARMS.get(1), "linearSvmRate", TRIED_RATES, linear, seeds),
                new Tuning(ARMS.get(2), "softmaxRate", TRIED_RATES, network, seeds), new Tuning(ARMS.get(3), "svmRate", TRIED_RATES, network, seeds));
    }

    @Override
    public String summary(Tier tier, Settings settings) {
        String data = switch (tier) {
            case TINY -> "Digits, 1,438 training and 359 test images 8 x 8";
            case SMALL -> "MNIST, 55,000 training and 10,000 test images 28 x 28";
            case FULL -> "MNIST and Fashion-MNIST, 55,000 training and 10,000 test images each";
        };
        return String.format(Locale.ROOT, "%s, %,d steps of %d", data, settings.integer("steps"), settings.integer("batch"));
    }

    @Override
    public List<Claim> claims(Tier tier) {
        return switch (tier) {
            case TINY -> List.of(
                    Claim.atLeast("softmax head, test accuracy", "softmax.accuracy", thresholds.get(tier, "accuracy")),
                    Claim.atLeast("SVM head, test accuracy", "svm.accuracy", thresholds.get(tier, "accuracy")),
                    Claim.ratioAtMost("softmax head, error over the linear model's", "softmax.error", "linearSoftmax.error", thresholds.get(tier, "errorRatio")),
                    Claim.ratioAtMost("SVM head, error over the linear model's", "svm.error", "linearSvm.error", thresholds.get(tier, "errorRatio")),
                    Claim.within("SVM head against softmax head", "svm.accuracy", "softmax.accuracy", thresholds.get(tier, "heads")),
                    signRule(""));
            case SMALL -> List.of(
                    Claim.atLeast("softmax head, test accuracy", "softmax.accuracy", thresholds.get(tier, "accuracy")),
                    Claim.atLeast("SVM head, test accuracy", "svm.accuracy", thresholds.get(tier, "accuracy")),
                    Claim.gain("softmax head, gain over its linear model", "softmax.accuracy", "linearSoftmax.accuracy", thresholds.get(tier, "gain")),
                    Claim.gain("SVM head, gain over its linear model", "svm.accuracy", "linearSvm.accuracy", thresholds.get(tier, "gain")),
                    Claim.within("SVM head against softmax head", "svm.accuracy", "softmax.accuracy", thresholds.get(tier, "heads")),
                    signRule(""));
            case FULL -> {
                List<Claim> claims = new ArrayList<>();
                for (String set : List.of("mnist", "fashion")) {
                    for (String head : List.of("softmax", "svm")) {
                        String metric = set + "." + head + ".accuracy";
                        claims.add(Claim.atLeast(set + ", " + head + " head, not below the paper's level", metric, thresholds.get(tier, metric + ".low")));
                        claims.add(Claim.atMost(set + ", " + head + " head, not above the paper's level", metric, thresholds.get(tier, metric + ".high")));
                    }
                    claims.add(signRule(set + "."));
                }
                yield claims;
            }
        };
    }

    private static Claim signRule(String prefix) {
        Claim claim = Claim.drop(prefix.isEmpty() ? "sign rule against argmax" : prefix.replace(".", ", ") + "sign rule against argmax",
                prefix + "svm.signAccuracy", prefix + "svm.accuracy", 0);
        return prefix.isEmpty() ? claim.reported() : claim;
    }

    @Override
    public void run(RunContext run) {
        List<String> names = data(run.tier());
        for (int i = 0; i < names.size(); i++) {
            run(run, load(run, i), i / (double) names.size(), 1.0 / names.size());
        }
    }

    private static Data load(RunContext run, int index) {
        if (run.tier() == Tier.TINY) {
            Split<LabelledDataset> s = Digits.load().split(0.8, run.rng().split("data"));
            run.uses(new DataUse(Digits.NAME, "bundled", Digits.sha256(), s.train().size(), s.test().size()));
            return new Data("", s.train(), s.test());
        }
        NamedSplit s = index == 0 ? Mnist.load(run.places()) : FashionMnist.load(run.places());
        int n = s.train().size() - HELD_OUT;
        int[] labels = s.train().labels();
        LabelledDataset train = LabelledDataset.of(s.train().x().narrow(0, HELD_OUT, n), Arrays.copyOfRange(labels, HELD_OUT, labels.length), 10);
        run.uses(new DataUse(s.name(), s.source(), s.sha256(), n, s.test().size()));
        return new Data(run.tier() == Tier.SMALL ? "" : index == 0 ? "mnist." : "fashion.", train, s.test());
    }

    private void run(RunContext run, Data data, double done, double share) {
        List<Arm> arms = arms(run, data);
        double total = arms.stream().mapToDouble(Arm::cost).sum();
        for (Arm arm : arms) {
            double start = done;
            double part = share * arm.cost() / total;
            run.arm(data.prefix() + arm.name(), () -> {
                train(run, data, arm, (fraction, what) -> run.progress(start + part * fraction, what));
                report(run, data, arm);
            });
            done += part;
        }
    }

    private static void report(RunContext run, Data data, Arm arm) {
        Tensor s = CnnSvm.scores(arm.network(), data.test().x());
        double right = Accuracy.of(CnnSvm.argmax(s), data.test().labels());
        run.metric(data.prefix() + arm.name() + ".accuracy", right);
        run.metric(data.prefix() + arm.name() + ".error", 1 - right);
        if (arm.name().equals("svm")) {
            run.metric(data.prefix() + "svm.signAccuracy", Accuracy.of(CnnSvm.bySign(s), data.test().labels()));
            showWrong(run, data, CnnSvm.argmax(s));
        }
    }

    /** Four classifiers; both networks are built from the same generator, so they start equal. */
    private static List<Arm> arms(RunContext run, Data data) {
        Settings set = run.settings();
        Tensor x = data.train().x();
        List<Arm> arms = new ArrayList<>();
        for (HeadLoss head : HeadLoss.values()) {
            Rng rng = run.rng().split("init");
            Linear readout = new Linear(x.dim(1) * x.dim(2) * x.dim(3), data.train().classes(), rng);
            CnnSvm.initialise(readout, rng.split("weights"));
            String name = head == HeadLoss.SOFTMAX ? "linearSoftmax" : "linearSvm";
            arms.add(new Arm(name, head, new Sequential(new Flatten(), readout), readout, set.real(name + "Rate"), LINEAR_COST));
        }
        for (HeadLoss head : HeadLoss.values()) {
            String name = head == HeadLoss.SOFTMAX ? "softmax" : "svm";
            CnnSvm.Config config = new CnnSvm.Config(x.dim(1), x.dim(2), x.dim(3), data.train().classes(), set.integer("conv1"), set.integer("conv2"),
                    set.integer("hidden"), set.real("keep"), set.real(name + "Rate"), set.integer("batch"), set.integer("steps"), set.real("c"), head);
            CnnSvm cnn = new CnnSvm(config, run.rng().split("init"));
            arms.add(new Arm(name, head, cnn.network(), cnn.readout(), config.learningRate(), 1));
        }
        return arms;
    }

    private interface Listener {
        void done(double fraction, String what);
    }

    /** The training loop, the same for every arm. */
    private static void train(RunContext run, Data data, Arm arm, Listener listener) {
        Settings set = run.settings();
        int steps = set.integer("steps");
        Adam adam = new Adam(arm.network().parameters(), arm.rate());
        Optional<Checkpoint> checkpoint = run.checkpoints().map(folder -> new Checkpoint(folder, data.prefix() + arm.name()));
        int first = checkpoint.flatMap(Checkpoint::load).map(saved -> {
            arm.network().load(saved.part("model."));
            adam.load(saved.part("adam."));
            return saved.step();
        }).orElse(0);
        Schedule rate = set.flag("decay") ? Schedule.cosine(arm.rate(), steps, 0) : Schedule.constant(arm.rate());
        DataLoader loader = DataLoader.of(data.train(), set.integer("batch")).shuffle(run.rng().split("batches"));
        Workspace memory = new Workspace();                                                                 // takes back what a step leaves behind
        try (EndlessBatches batches = new EndlessBatches(loader, first)) {
            for (int step = first + 1; step <= steps; step++) {
                int now = step;
                rate.apply(adam);
                memory.run(() -> {
                    Batch batch = batches.next();
                    Variable s = arm.network().forward(batch.x());                                              // [B, K]
                    Variable loss = arm.head().loss(s, batch.y(), arm.readout().weight(), set.real("c"));
                    adam.step(loss);
                    if (now % Math.max(1, steps / CURVE_POINTS) == 0 || now == steps) {
                        run.curve(data.prefix() + "loss/" + arm.name(), now, loss.item());
                        run.curve(data.prefix() + "training accuracy/" + arm.name(), now, Accuracy.of(CnnSvm.argmax(s.value()), batch.y()));
                    }
                });
                listener.done(step / (double) steps, arm.name() + " " + step + "/" + steps);
                if (checkpoint.isPresent() && (step % CHECKPOINT_EVERY == 0 || step == steps)) {
                    checkpoint.get().save(step, Map.of("model.", arm.network().stateDict(), "adam.", adam.stateDict()));
                }
            }
        }
    }

    private static void showWrong(RunContext run, Data data, int[] predicted) {
        int shown = 0;
        int[] y = data.test().labels();
        for (int i = 0; i < y.length && shown < WRONG_SHOWN; i++) {
            if (predicted[i] != y[i]) {
                Tensor image = data.test().x().select(0, i).select(0, 0);
                float[] values = image.toFloats();
                byte[] grey = new byte[values.length];
                for (int p = 0; p < values.length; p++) {
                    grey[p] = (byte) Math.round(255 * Math.max(0, Math.min(1, values[p])));
                }
                run.picture(new RunContext.Picture(data.prefix() + "test image " + i + ": is " + y[i] + ", the SVM head says " + predicted[i],
                        image.dim(1), image.dim(0), grey));
                shown++;
            }
        }
    }
}
