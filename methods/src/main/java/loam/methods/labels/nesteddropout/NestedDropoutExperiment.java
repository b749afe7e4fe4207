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
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Thresholds;
import loam.methods.Tier;
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

    private final Thresholds thresholds = Thresholds.of(NestedDropoutExperiment.class);

    /** A way to train in stage 1; {@code pair}: two networks of it go on to stage 2. */
    private record Arm(String name, double eta, double dropout, double rate, boolean pair) {
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
        return tier == Tier.TINY ? List.of("cross-entropy", "nested dropout", "nested dropout, then co-teaching")
                : List.of("cross-entropy", "dropout", "nested dropout", "nested dropout, eta 4", "nested dropout, eta 40",
                        "cross-entropy, then co-teaching", "dropout, then co-teaching", "nested dropout, then co-teaching");
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        boolean full = tier == Tier.FULL;
        return List.of(
                Setting.integer("images", tiny ? 600 : full ? 6_000 : 3_000, 100, 50_000, "training images with noisy labels"),
                Setting.integer("validation", tiny ? 300 : 1_000, 1, 10_000, "other training images with clean labels"),
                Setting.integer("epochs", tiny ? 15 : full ? 40 : 20, 1, 1_000, "epochs of stage 1"),
                Setting.integer("fineEpochs", full ? 20 : 8, 1, 1_000, "epochs of stage 2"),
                Setting.integer("batch", tiny ? 64 : 128, 2, 10_000, "images in a step of stage 1"),
                Setting.integer("fineBatch", tiny ? 128 : 256, 2, 10_000, "images in a step of stage 2, both halves"),
                Setting.integer("warmup", tiny ? 25 : full ? 200 : 100, 0, 100_000, "steps in which the learning rate rises"),
                rate("ceRate", 0.1, "cross-entropy"), rate("dropoutRate", 0.1, "dropout"), rate("nestedRate", 0.1, "nested dropout"),
                rate("fineRate", 0.01, "stage 2, all arms"),
                Setting.real("eta", 10, 0.1, 10_000, "scale of the distribution of the prefix"),
                Setting.real("dropout", 0.5, 0, 0.99, "probability of plain dropout"),
                Setting.real("noise", 0.5, 0, 0.99, "share of wrong labels, symmetric"),
                Setting.real("forget", 0.4, 0, 0.99, "share of samples that stage 2 drops"),
                Setting.integer("hidden", tiny ? 64 : 256, 1, 10_000, "units of the hidden layer"),
                Setting.integer("channels", tiny ? 64 : 128, 2, 10_000, "N, channels of the feature layer"));
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
        Arm ce = new Arm("ce", 0, 0, set.real("ceRate"), run.tier() != Tier.TINY);
        Arm own = new Arm("nested", eta, 0, nested, true);
        return run.tier() == Tier.TINY ? List.of(ce, own)
                : List.of(ce, new Arm("dropout", 0, set.real("dropout"), set.real("dropoutRate"), true), own,
                        new Arm("nestedEta4", 4, 0, nested, false), new Arm("nestedEta40", 40, 0, nested, false));
    }

    private static void run(RunContext run, Data data, double start, double share) {
        List<Arm> arms = stageOne(run);
        int parts = arms.stream().mapToInt(a -> a.pair() ? 3 : 1).sum();
        int done = 0;
        for (Arm arm : arms) {
            List<NestedTrainer.Result> trained = new ArrayList<>();
            for (int net = 0; net < (arm.pair() ? 2 : 1); net++) {
                run.progress(start + share * done++ / parts, data.prefix() + arm.name() + ", network " + (net + 1));
                trained.add(train(run, data, arm, net));
            }
            report(run, data, arm, trained);
            if (arm.pair()) {
                run.progress(start + share * done++ / parts, data.prefix() + arm.name() + ", co-teaching");
                coTeach(run, data, arm, trained);
            }
        }
        run.progress(start + share, "done");
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
        CoTeaching.Config config = CoTeaching.Config.of(set.real("forget"), set.real("fineRate"), set.integer("fineEpochs"), set.integer("fineBatch"));
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
