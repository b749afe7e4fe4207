package loam.methods.labels.nesteddropout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import loam.methods.Claim;
import loam.methods.DataUse;
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
import loam.methods.labels.common.LabelNoise;
import loam.nn.BatchNorm1d;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.nn.metrics.Accuracy;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Cross-entropy, dropout and nested dropout on labels of which half are wrong, and co-teaching from pairs of each. All arms share data,
 * noise, first weights of the feature nets and the order of batches.
 */
public final class NestedDropoutExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("nested-dropout", "channels ordered by importance, then two networks that pick samples for each other: learning from wrong labels",
            "Compressing Features for Learning with Noisy Labels", 2022, "Y. Chen, S. X. Hu, X. Shen, C. Ai, J. A. K. Suykens",
            "https://arxiv.org/abs/2206.13140", "labels");

    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 5e-4;
    private static final int[] FASHION_CONFUSION = {0, 1, 4, 3, 2, 7, 0, 7, 8, 7};

    private static final String CE = "cross-entropy";
    private static final String DROPOUT = "dropout";
    private static final String NESTED = "nested dropout";
    private static final String THEN = ", then co-teaching";
    private static final List<String> TRIED_RATES = List.of("0.0005", "0.00075", "0.001", "0.0015", "0.002", "0.003", "0.005", "0.0075", "0.01", "0.015",
            "0.02", "0.03", "0.05", "0.075", "0.1", "0.2");
    /** Of the arms with a second setting. */
    private static final List<String> TRIED_FEW_RATES = List.of("0.002", "0.005", "0.02", "0.1");
    private static final List<String> TRIED_DROPOUT = List.of("0.1", "0.3", "0.5", "0.7");
    private static final List<String> TRIED_ETA = List.of("10", "20", "40", "80");

    private final Thresholds thresholds = Thresholds.of(NestedDropoutExperiment.class);

    /** A way to train in stage 1, and the rate at which two networks of it go on in stage 2; 0: one network and no stage 2. */
    private record Arm(String name, double eta, double dropout, double rate, double fineRate) {
        boolean pair() {
            return fineRate > 0;
        }
    }

    private record Data(String prefix, LabelledDataset train, LabelNoise.Noisy noise, LabelledDataset validation, LabelledDataset test) {
    }

    @Override
    public Set<Tier> tiers() {
        return EnumSet.allOf(Tier.class);
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
        return tier == Tier.TINY ? List.of(CE, NESTED, NESTED + THEN)
                : List.of(CE, DROPOUT, NESTED, NESTED + ", eta 4", NESTED + ", eta 40", CE + THEN, DROPOUT + THEN, NESTED + THEN);
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        boolean full = tier == Tier.FULL;
        List<Setting> settings = new ArrayList<>(List.of(
                Setting.integer("images", tiny ? 600 : full ? 6_000 : 3_000, 100, 50_000, "training images with noisy labels"),
                Setting.integer("validation", tiny ? 300 : 1_000, 1, 10_000, "other training images with clean labels"),
                Setting.integer("epochs", tiny ? 15 : full ? 40 : 20, 1, 1_000, "epochs of stage 1"),
                Setting.integer("fineEpochs", full ? 20 : 8, 1, 1_000, "epochs of stage 2"),
                Setting.integer("batch", tiny ? 64 : 128, 2, 10_000, "images in a step of stage 1"),
                Setting.integer("fineBatch", tiny ? 128 : 256, 2, 10_000, "images in a step of stage 2, both halves"),
                Setting.integer("warmup", tiny ? 25 : full ? 200 : 100, 0, 100_000, "steps in which the learning rate rises"),
                rate("ceRate", tiny ? 0.0075 : 0.002, CE), rate("nestedRate", tiny ? 0.02 : 0.002, NESTED), rate("nestedFineRate", tiny ? 0.01 : 0.003, NESTED + THEN),
                Setting.real("eta", tiny ? 40 : 80, 0.1, 10_000, "scale of the distribution of the prefix"),
                Setting.real("noise", 0.5, 0, 0.99, "share of wrong labels, symmetric"),
                Setting.real("forget", 0.4, 0, 0.99, "share of samples that stage 2 drops"),
                Setting.integer("hidden", tiny ? 64 : 256, 1, 10_000, "units of the hidden layer"),
                Setting.integer("channels", tiny ? 64 : 128, 2, 10_000, "N, channels of the feature layer")));
        if (!tiny) {
            settings.addAll(List.of(
                    rate("dropoutRate", 0.002, DROPOUT), Setting.real("dropout", 0.7, 0, 0.99, "probability of plain dropout"),
                    rate("ceFineRate", 0.01, CE + THEN), rate("dropoutFineRate", 0.0075, DROPOUT + THEN)));
        }
        return settings;
    }

    /**
     * Sixteen tries an arm: the one with the best validation accuracy of the best epoch, mean over the seeds, was taken. The arms of stage 2
     * start from what was chosen for stage 1. The full tier takes what was chosen for the small one.
     */
    @Override
    public List<Tuning> tuning(Tier tier) {
        List<Tuning> tuning = new ArrayList<>(List.of(tuned(tier, CE, "ceRate", TRIED_RATES), tuned(tier, NESTED, "eta, nestedRate", pairs(TRIED_ETA)),
                tuned(tier, NESTED + THEN, "nestedFineRate", TRIED_RATES)));
        if (tier != Tier.TINY) {
            tuning.addAll(List.of(tuned(tier, DROPOUT, "dropout, dropoutRate", pairs(TRIED_DROPOUT)), tuned(tier, CE + THEN, "ceFineRate", TRIED_RATES),
                    tuned(tier, DROPOUT + THEN, "dropoutFineRate", TRIED_RATES)));
        }
        return tuning;
    }

    private static List<String> pairs(List<String> values) {
        return values.stream().flatMap(v -> TRIED_FEW_RATES.stream().map(rate -> v + ", " + rate)).toList();
    }

    /** What was chosen is what the settings hold. */
    private Tuning tuned(Tier tier, String arm, String keys, List<String> tried) {
        Settings set = Settings.of(settings(tier), Map.of());
        List<Double> chosen = Arrays.stream(keys.split(", ")).map(set::real).toList();
        String same = tried.stream().filter(t -> Arrays.stream(t.split(", ")).map(Double::valueOf).toList().equals(chosen)).findFirst()
                .orElse("settings " + chosen);
        return new Tuning(arm, keys, tried, same, RunRequest.seeds(Tuning.FIRST_SEED, 3));
    }

    private static Setting rate(String key, double value, String arm) {
        return Setting.real(key, value, 1e-6, 10, "learning rate of " + arm);
    }

    @Override
    public String summary(Tier tier, Settings set) {
        String data = switch (tier) {
            case TINY -> "Digits";
            case SMALL -> "MNIST";
            case FULL -> "MNIST, and Fashion-MNIST with 40 % asymmetric noise";
        };
        return String.format(Locale.ROOT, "%s, %,d training images, %.0f %% of the labels wrong, %d + %d epochs", data, set.integer("images"),
                100 * set.real("noise"), set.integer("epochs"), set.integer("fineEpochs"));
    }

    @Override
    public List<Claim> claims(Tier tier) {
        List<Claim> claims = new ArrayList<>();
        if (tier == Tier.TINY) {
            claims.add(gain(tier, "", "nested + co-teaching, last epoch, against cross-entropy", "nestedCo.last", "ce.last"));
            claims.add(gain(tier, "", "nested + co-teaching, best epoch, against cross-entropy", "nestedCo.best", "ce.best"));
            claims.add(Claim.atMost("K of nested + co-teaching over N", "nestedCo.share", thresholds.get(tier, "share")));
            return claims;
        }
        judged(tier, "", claims);
        if (tier == Tier.FULL) {
            List<Claim> fashion = new ArrayList<>();
            judged(tier, "fashion.", fashion);
            fashion.forEach(c -> claims.add(c.reported()));
        }
        return claims;
    }

    private void judged(Tier tier, String p, List<Claim> claims) {
        String set = p.isEmpty() ? "" : "Fashion-MNIST, ";
        claims.add(gain(tier, p, set + "nested, last epoch, against cross-entropy", "nested.last", "ce.last"));
        claims.add(gain(tier, p, set + "nested + co-teaching, best epoch, against cross-entropy", "nestedCo.best", "ce.best"));
        claims.add(gain(tier, p, set + "nested + co-teaching, best epoch, against nested alone", "nestedCo.best", "nested.best"));
        claims.add(gain(tier, p, set + "nested + co-teaching, last epoch, against cross-entropy", "nestedCo.last", "ce.last"));
        claims.add(Claim.ratioAtMost(set + "flipped labels that the last network gives back, over cross-entropy's", p + "nested.memorised", p + "ce.memorised",
                thresholds.get(tier, "memorised")));
        claims.add(Claim.atLeast(set + "share of right labels among the kept samples, last epoch", p + "nestedCo.precision", thresholds.get(tier, "precision")));
        claims.add(Claim.atMost(set + "K of nested over N", p + "nested.share", thresholds.get(tier, "share")));
        claims.add(Claim.atMost(set + "K of nested + co-teaching over N", p + "nestedCo.share", thresholds.get(tier, "share")));
        claims.add(Claim.gain(set + "nested + co-teaching, best epoch, against co-teaching from cross-entropy", p + "nestedCo.best", p + "ceCo.best", 0).reported());
        claims.add(Claim.gain(set + "nested + co-teaching, best epoch, against co-teaching from dropout", p + "nestedCo.best", p + "dropoutCo.best", 0).reported());
        claims.add(Claim.gain(set + "nested, best epoch, against dropout", p + "nested.best", p + "dropout.best", 0).reported());
    }

    private Claim gain(Tier tier, String p, String name, String metric, String baseline) {
        return Claim.gain(name, p + metric, p + baseline, thresholds.get(tier, metric + "-" + baseline));
    }

    @Override
    public void run(RunContext run) {
        List<String> names = data(run.tier());
        for (int i = 0; i < names.size(); i++) {
            run(run, load(run, i), i / (double) names.size(), 1.0 / names.size());
        }
    }

    /** Pixels in [0, 1]; training and validation images are drawn from the training part, the test images are all of the test part. */
    private static Data load(RunContext run, int index) {
        Settings set = run.settings();
        Rng rng = run.rng().split("data").split(index);
        int n = set.integer("images");
        int v = set.integer("validation");
        boolean tiny = run.tier() == Tier.TINY;
        NamedSplit named = tiny ? null : index == 0 ? Mnist.load(run.places()) : FashionMnist.load(run.places());
        LabelledDataset pool = tiny ? Digits.load() : named.train();
        int[] order = rng.permutation(pool.size());
        LabelledDataset clean = pool.subset(Arrays.copyOf(order, n));
        LabelledDataset validation = pool.subset(Arrays.copyOfRange(order, n, n + v));
        LabelledDataset test = tiny ? pool.subset(Arrays.copyOfRange(order, n + v, order.length)) : named.test();
        LabelNoise.Noisy noise = index == 0 ? LabelNoise.symmetric(clean.labels(), clean.classes(), set.real("noise"), rng.split("noise"))
                : LabelNoise.asymmetric(clean.labels(), FASHION_CONFUSION, 0.4, rng.split("noise"));
        run.uses(tiny ? new DataUse(Digits.NAME, "bundled", Digits.sha256(), n, test.size())
                : new DataUse(named.name(), named.source(), named.sha256(), n, test.size()));
        return new Data(index == 0 ? "" : "fashion.", LabelledDataset.of(clean.x(), noise.labels(), clean.classes()), noise, validation, test);
    }

    private static List<Arm> stageOne(RunContext run) {
        Settings set = run.settings();
        double eta = set.real("eta");
        double nested = set.real("nestedRate");
        Arm own = new Arm("nested", eta, 0, nested, set.real("nestedFineRate"));
        if (run.tier() == Tier.TINY) {
            return List.of(new Arm("ce", 0, 0, set.real("ceRate"), 0), own);
        }
        return List.of(new Arm("ce", 0, 0, set.real("ceRate"), set.real("ceFineRate")),
                new Arm("dropout", 0, set.real("dropout"), set.real("dropoutRate"), set.real("dropoutFineRate")), own,
                new Arm("nestedEta4", 4, 0, nested, 0), new Arm("nestedEta40", 40, 0, nested, 0));
    }

    private static void run(RunContext run, Data data, double start, double share) {
        List<Arm> arms = stageOne(run);
        int parts = arms.stream().mapToInt(a -> a.pair() ? 3 : 1).sum();
        int done = 0;
        for (Arm arm : arms) {
            double before = start + share * done / parts;
            run.arm(data.prefix() + arm.name(), () -> run(run, data, arm, before, share / parts));
            done += arm.pair() ? 3 : 1;
        }
        run.progress(start + share, "done");
    }

    /** One arm with its stage 2; {@code part} is the share of a network. */
    private static void run(RunContext run, Data data, Arm arm, double start, double part) {
        List<NestedTrainer.Result> trained = new ArrayList<>();
        for (int net = 0; net < (arm.pair() ? 2 : 1); net++) {
            run.progress(start + part * net, data.prefix() + arm.name() + ", network " + (net + 1));
            trained.add(train(run, data, arm, net));
        }
        report(run, data, arm, trained);
        if (arm.pair()) {
            run.progress(start + part * 2, data.prefix() + arm.name() + ", co-teaching");
            coTeach(run, data, arm, trained);
        }
    }

    /** Stage 1. The generator depends on the network's number alone, so arms start from the same weights and see the same batches. */
    private static NestedTrainer.Result train(RunContext run, Data data, Arm arm, int net) {
        Settings set = run.settings();
        int epochs = set.integer("epochs");
        Rng rng = run.rng().split("network").split(net);
        NestedTrainer.Config config = new NestedTrainer.Config(arm.eta(), arm.dropout(), arm.rate(), MOMENTUM, WEIGHT_DECAY, epochs,
                NestedTrainer.milestones(epochs), set.integer("warmup"), set.integer("batch"));
        Tensor x = data.train().x();
        Layer body = body(x.numel() / x.dim(0), set.integer("hidden"), set.integer("channels"), rng.split("init"));
        return new NestedTrainer(config, rng).fit(body, set.integer("channels"), data.train(), data.validation());
    }

    private static Layer body(int in, int hidden, int channels, Rng rng) {
        return new Sequential(new Flatten(), new Linear(in, hidden, rng), new BatchNorm1d(hidden), new Relu(),           // [B, hidden]
                new Linear(hidden, channels, rng), new BatchNorm1d(channels), new Relu());                                // [B, N]
    }

    private static void coTeach(RunContext run, Data data, Arm arm, List<NestedTrainer.Result> pair) {
        Settings set = run.settings();
        CoTeaching.Config config = CoTeaching.Config.of(set.real("forget"), arm.fineRate(), set.integer("fineEpochs"), set.integer("fineBatch"));
        CoTeaching.Result result = new CoTeaching(config, run.rng().split("co-teaching"))
                .finetune(pair.get(0).best(), pair.get(1).best(), data.train(), data.validation());
        String name = data.prefix() + arm.name() + "Co";
        result.epochs().forEach(e -> run.curve("validation accuracy, stage 2/" + name, e.epoch(), e.validationAccuracy()));
        run.metric(name + ".best", Accuracy.of(result.best().predict(data.test().x()), data.test().labels()));
        run.metric(name + ".last", Accuracy.of(result.last().predict(data.test().x()), data.test().labels()));
        run.metric(name + ".validation", result.epochs().stream().mapToDouble(CoTeaching.Epoch::validationAccuracy).max().orElseThrow());
        run.metric(name + ".share", result.best().bestK() / (double) set.integer("channels"));
        int[] kept = result.epochs().get(result.epochs().size() - 1).kept();
        run.metric(name + ".precision", Arrays.stream(kept).filter(i -> !data.noise().flipped()[i]).count() / (double) kept.length);
    }

    /** Means over the networks of an arm; K is the larger one. */
    private static void report(RunContext run, Data data, Arm arm, List<NestedTrainer.Result> trained) {
        Map<String, Double> sums = new LinkedHashMap<>();
        int k = 0;
        for (NestedTrainer.Result r : trained) {
            sums.merge("best", Accuracy.of(r.best().classify(data.test().x()), data.test().labels()), Double::sum);
            sums.merge("last", Accuracy.of(r.last().classify(data.test().x()), data.test().labels()), Double::sum);
            sums.merge("validation", r.epochs().stream().mapToDouble(NestedTrainer.Epoch::validationAccuracy).max().orElseThrow(), Double::sum);
            sums.merge("memorised", memorised(r.last(), data), Double::sum);
            k = Math.max(k, r.best().bestK());
        }
        String name = data.prefix() + arm.name();
        sums.forEach((metric, sum) -> run.metric(name + "." + metric, sum / trained.size()));
        run.metric(name + ".share", k / (double) run.settings().integer("channels"));
        trained.get(0).epochs().forEach(e -> run.curve("validation accuracy, stage 1/" + name, e.epoch(), e.validationAccuracy()));
    }

    /** The share of the wrong labels that a network gives as its answer. */
    private static double memorised(NestedModel model, Data data) {
        int[] predicted = model.classify(data.train().x());
        int[] y = data.train().labels();
        int same = 0;
        for (int i = 0; i < y.length; i++) {
            same += data.noise().flipped()[i] && predicted[i] == y[i] ? 1 : 0;
        }
        return same / (double) data.noise().count();
    }
}
