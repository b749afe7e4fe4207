package loam.methods.continual.fetril;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import loam.methods.Claim;
import loam.methods.Experiment;
import loam.methods.MethodInfo;
import loam.methods.RunContext;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Thresholds;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.Pretraining;
import loam.methods.continual.common.ContinualLearner;
import loam.methods.continual.common.IncrementalAccuracy;
import loam.methods.continual.common.IncrementalScenario;
import loam.methods.continual.common.Letters;
import loam.methods.continual.common.PictureClasses;
import loam.methods.continual.nearestmeanclassifier.NearestMeanClassifier;
import loam.tensor.data.LabelledDataset;

/**
 * Classes that arrive in states on a network that is frozen after the first: letters, and pictures of digits and clothes. FeTrIL against
 * classifiers that never look back, nearest means and an upper bound that keeps all samples, on the same features; and against itself with
 * other donors, other clouds and another classifier.
 */
public final class FeTrilExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("fetril", "new classes without old samples: features of a new class moved to the mean of an old one",
            "FeTrIL: Feature Translation for Exemplar-Free Class-Incremental Learning", 2023,
            "G. Petit, A. Popescu, H. Schindler, D. Picard, B. Delezoide", "https://arxiv.org/abs/2211.13131", "continual");

    private static final int DIM = 128;
    private static final List<String> WEIGHTS = List.of("0.1", "1", "10", "100");
    private static final List<String> RATES = List.of("0.1", "0.5", "2", "8");

    private final Thresholds thresholds = Thresholds.of(FeTrilExperiment.class);

    /** A stream of classes on frozen features; the prefix keeps the metrics of several apart, {@code variants} are the further arms. */
    private record Stream(String prefix, IncrementalScenario scenario, LabelledDataset train, LabelledDataset test, Set<String> variants) {
        /** The name of an arm's setting on this stream's data. */
        String key(String name) {
            return prefix.startsWith("images") ? "image" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) : name;
        }
    }

    @Override
    public List<String> data(Tier tier) {
        return Letters.sets(tier);
    }

    @Override
    public List<String> arms(Tier tier) {
        List<String> arms = new ArrayList<>(tuning(tier).stream().map(Tuning::arm).toList());
        arms.add("nearest mean");
        return arms;
    }

    /** By the mean accuracy over the streams of letters that have all arms, or on the stream of images. */
    @Override
    public List<Tuning> tuning(Tier tier) {
        if (tier == Tier.TINY) {
            List<Long> seeds = List.of(1000L, 1001L, 1002L);
            return List.of(weight("FeTrIL", "fetrilC", "10", seeds), weight("DeeSIL", "deesilC", "100", seeds),
                    weight("joint SVM", "jointC", "100", seeds), weight("random donor", "randomC", "10", seeds));
        }
        List<Long> seeds = List.of(1000L, 1001L);
        return List.of(weight("FeTrIL", "fetrilC", "10", seeds), weight("DeeSIL", "deesilC", "10", seeds), weight("joint SVM", "jointC", "100", seeds),
                weight("random donor", "randomC", "10", seeds), weight("round Gaussian", "gaussianC", "1", seeds),
                new Tuning("FeTrIL-fc", "fcRate", RATES, "8", seeds),
                weight("FeTrIL, images", "imageFetrilC", "1", seeds), weight("DeeSIL, images", "imageDeesilC", "10", seeds),
                weight("joint SVM, images", "imageJointC", "100", seeds), weight("random donor, images", "imageRandomC", "1", seeds),
                new Tuning("FeTrIL-fc, images", "imageFcRate", RATES, "8", seeds));
    }

    private static Tuning weight(String arm, String key, String chosen, List<Long> seeds) {
        return new Tuning(arm, key, WEIGHTS, chosen, seeds);
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        List<Setting> settings = new ArrayList<>(List.of(
                Setting.integer("rows", tiny ? 1_500 : 4_000, 1_000, 16_000, "training rows of letters"),
                Setting.integer("epochs", tiny ? 6 : 30, 1, 1_000, "passes of the training on the first letters"),
                Setting.real("rate", 0.05, 1e-6, 10, "learning rate of that training")));
        if (!tiny) {
            settings.addAll(List.of(
                    Setting.integer("images", 200, 10, 5_000, "training images of each class"),
                    Setting.integer("testImages", 200, 10, 890, "test images of each class"),
                    Setting.integer("imageEpochs", 12, 1, 1_000, "passes of the training on the first images"),
                    Setting.real("imageRate", 0.05, 1e-6, 10, "learning rate of that training"),
                    Setting.integer("fcEpochs", 10, 1, 1_000, "passes of FeTrIL-fc in each state")));
        }
        tuning(tier).forEach(c -> settings.add(c.asSetting(1e-6, 1e6, (c.setting().endsWith("Rate") ? "learning rate of " : "C, weight of the loss, of ") + c.arm())));
        return settings;
    }

    @Override
    public String summary(Tier tier, Settings set) {
        String letters = String.format(Locale.ROOT, "LetterRecognition, %,d training rows, 14 letters and then 4 a state", set.integer("rows"));
        return tier == Tier.TINY ? letters : letters + ", 14 and 2, 6 and 2; MNIST with Fashion-MNIST, 10 classes and then 2 a state";
    }

    @Override
    public List<Claim> claims(Tier tier) {
        List<Claim> claims = new ArrayList<>();
        judged(tier, "letters14x4", "14 + 4 letters", claims);
        if (tier == Tier.TINY) {
            return claims;
        }
        judged(tier, "letters6x2", "6 + 2 letters", claims);
        claims.add(gain(tier, "letters14x2", "14 + 2 letters: gain over DeeSIL", "deesil"));
        claims.add(Claim.gain("the gain over DeeSIL grows with the number of states: 14 + 2 letters against 14 + 4", "letters14x2.gapToDeesil",
                "letters14x4.gapToDeesil", thresholds.get(tier, "gap")));
        claims.add(notAbove(tier, "letters14x2", "14 + 2 letters"));
        judged(tier, "images10x2", "10 + 2 images", claims);
        claims.add(Claim.gain("14 + 2 letters: gain over nearest mean", "letters14x2.fetril.average", "letters14x2.nearest.average", 0).reported());
        claims.add(Claim.gain("14 + 4 letters: gain over a round Gaussian", "letters14x4.fetril.average", "letters14x4.gaussian.average", 0).reported());
        for (String p : List.of("letters14x4", "letters6x2", "images10x2")) {
            String name = p.replaceAll("([a-z]+)(\\d+)x(\\d+)", "$2 + $3 $1");
            claims.add(Claim.gain(name + ": gain over FeTrIL-fc", p + ".fetril.average", p + ".fc.average", 0).reported());
        }
        return claims;
    }

    /** The claims that every stream has; averages over the states from 1 on. */
    private void judged(Tier tier, String p, String name, List<Claim> claims) {
        claims.add(gain(tier, p, name + ": gain over nearest mean", "nearest"));
        claims.add(gain(tier, p, name + ": gain over DeeSIL", "deesil"));
        claims.add(notAbove(tier, p, name));
        claims.add(gain(tier, p, name + ": nearest donor against a random one", "random"));
    }

    private Claim notAbove(Tier tier, String p, String name) {
        return Claim.drop(name + ": not above the joint SVM", p + ".fetril.average", p + ".joint.average", thresholds.get(tier, p + ".joint"));
    }

    private Claim gain(Tier tier, String p, String name, String baseline) {
        return Claim.gain(name, p + ".fetril.average", p + "." + baseline + ".average", thresholds.get(tier, p + "." + baseline));
    }

    @Override
    public void run(RunContext run) {
        boolean tiny = run.tier() == Tier.TINY;
        letters(run, 14, tiny ? 0.4 : 0.1, tiny ? new int[] {4} : new int[] {4, 2}, 0, tiny ? 1 : 0.5);
        if (!tiny) {
            letters(run, 6, 0.6, new int[] {2}, 0.5, 0.75);
            images(run, 0.75);
        }
    }

    /** One network, trained on the first letters, and one stream for each increment. Progress goes from {@code from} to {@code to}. */
    private static void letters(RunContext run, int initial, double share, int[] increments, double from, double to) {
        Settings set = run.settings();
        List<IncrementalScenario> scenarios = Arrays.stream(increments)
                .mapToObj(i -> IncrementalScenario.of(Letters.CLASSES, initial, i, run.rng().split("classes"))).toList();
        int[] first = scenarios.get(0).first();
        Letters letters = Letters.load(run, set.integer("rows"), first);
        Pretraining training = new Pretraining(set.real("rate"), set.integer("epochs"), 128, 5e-4);
        FeatureExtractor f = letters.backbone(first, DIM, Letters.Head.LINEAR, training, run.rng(),
                done -> run.progress(from + done * share * (to - from), "training on " + initial + " letters"));
        LabelledDataset train = Letters.features(f, letters.train());
        LabelledDataset test = Letters.features(f, letters.test());
        double start = from + share * (to - from);
        for (int i = 0; i < increments.length; i++) {
            double part = (to - start) / increments.length;
            String prefix = "letters" + initial + "x" + increments[i];
            stream(run, new Stream(prefix, scenarios.get(i), train, test, variants(run.tier(), prefix)), start + i * part, part);
        }
    }

    private static void images(RunContext run, double from) {
        run.progress(from, "reading images");
        IncrementalScenario scenario = IncrementalScenario.of(PictureClasses.CLASSES, 10, 2, run.rng().split("classes"));
        Settings set = run.settings();
        PictureClasses pictures = PictureClasses.load(run, set.integer("images"), set.integer("testImages"));
        Pretraining training = new Pretraining(set.real("imageRate"), set.integer("imageEpochs"), 64, 5e-4);
        FeatureExtractor f = pictures.backbone(scenario.first(), training, run.rng(),
                done -> run.progress(from + 0.6 * done * (1 - from), "training on 10 classes of images"));
        stream(run, new Stream("images10x2", scenario, Letters.features(f, pictures.train()), Letters.features(f, pictures.test()),
                variants(run.tier(), "images10x2")),
                from + 0.6 * (1 - from), 0.4 * (1 - from));
    }

    /** The arms of a stream beside the four that every stream has. */
    private static Set<String> variants(Tier tier, String prefix) {
        return switch (prefix) {
            case "letters14x4" -> tier == Tier.TINY ? Set.of("random") : Set.of("random", "gaussian", "fc");
            case "letters14x2" -> Set.of();
            default -> Set.of("random", "fc");
        };
    }

    private static Map<String, ContinualLearner> learners(RunContext run, Stream s) {
        Settings set = run.settings();
        int dim = s.train().x().dim(1);
        FeTril.Config own = FeTril.Config.standard(dim).withSeed(run.rng().split("fetril").key());
        Map<String, ContinualLearner> learners = new LinkedHashMap<>();
        learners.put("fetril", new FeTril(own.withC(set.real(s.key("fetrilC")))));
        learners.put("deesil", new DeeSil(dim, set.real(s.key("deesilC"))));
        learners.put("nearest", new NearestMeanClassifier(dim));
        learners.put("joint", new JointSvm(dim, set.real(s.key("jointC"))));
        if (s.variants().contains("random")) {
            learners.put("random", new FeTril(own.withC(set.real(s.key("randomC"))).withDonor(Donor.RANDOM_CLASS, 1)));
        }
        if (s.variants().contains("gaussian")) {
            learners.put("gaussian", new FeTril(own.withC(set.real(s.key("gaussianC"))).withCloud(FeTril.Cloud.ROUND_GAUSSIAN)));
        }
        if (s.variants().contains("fc")) {
            learners.put("fc", new FeTril(own.withSoftmax(new Pretraining(set.real(s.key("fcRate")), set.integer("fcEpochs"), 128, 0))));
        }
        return learners;
    }

    /** All arms on one stream: each sees the training features of a state once, then predicts the test features of all classes seen. */
    private static void stream(RunContext run, Stream s, double from, double share) {
        Map<String, ContinualLearner> learners = learners(run, s);
        Map<String, IncrementalAccuracy> scores = new LinkedHashMap<>();
        int states = s.scenario().states();
        for (int state = 0; state < states; state++) {
            LabelledDataset arriving = s.train().ofClasses(s.scenario().arriving(state));
            LabelledDataset test = s.test().ofClasses(s.scenario().seen(state));
            for (Map.Entry<String, ContinualLearner> e : learners.entrySet()) {
                run.progress(from + share * state / states, s.prefix() + ", state " + state + ", " + e.getKey());
                e.getValue().learn(arriving);
                double right = scores.computeIfAbsent(e.getKey(), n -> new IncrementalAccuracy(s.scenario()))
                        .add(e.getValue().predict(test.x()), test.labels());
                run.curve(s.prefix() + ", accuracy on all classes seen/" + e.getKey(), state, right);
            }
        }
        scores.forEach((arm, accuracy) -> {
            run.metric(s.prefix() + "." + arm + ".average", accuracy.average(1));
            run.metric(s.prefix() + "." + arm + ".averageFrom0", accuracy.average(0));
            run.metric(s.prefix() + "." + arm + ".last", accuracy.last());
            run.metric(s.prefix() + "." + arm + ".forgetting", accuracy.forgetting());
        });
        run.metric(s.prefix() + ".gapToDeesil", scores.get("fetril").average(1) - scores.get("deesil").average(1));
    }
}
