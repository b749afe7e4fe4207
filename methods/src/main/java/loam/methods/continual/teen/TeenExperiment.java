package loam.methods.continual.teen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.ToDoubleFunction;
import loam.methods.Claim;
import loam.methods.Experiment;
import loam.methods.MethodInfo;
import loam.methods.RunContext;
import loam.methods.RunRequest;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Thresholds;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.Pretraining;
import loam.methods.continual.common.FewShotScores;
import loam.methods.continual.common.IncrementalScenario;
import loam.methods.continual.common.Letters;
import loam.methods.continual.common.PictureClasses;
import loam.nn.BatchNorm1d;
import loam.nn.BatchNorm2d;
import loam.nn.Conv2d;
import loam.nn.CosineClassifier;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MaxPool2d;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.tensor.Rng;
import loam.tensor.data.LabelledDataset;

/**
 * Sixteen letters at once, then five sessions of two letters with five samples each; in the small tier also twelve kinds of pictures, then
 * four sessions of two kinds. Calibrated prototypes against plain ones, on the same frozen features and the same draws of samples; a
 * fine-tuned head and other mixes beside them.
 */
public final class TeenExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("teen", "new classes from a few samples: prototypes pulled towards similar old classes, no training",
            "Few-Shot Class-Incremental Learning via Training-Free Prototype Calibration", 2023, "Q.-W. Wang, D.-W. Zhou, Y.-K. Zhang, D.-C. Zhan, H.-J. Ye",
            "https://arxiv.org/abs/2312.05229", "continual");

    private static final String TEEN = "TEEN";
    private static final String HARD_MIX = "nearest base prototype instead of a softmax";
    private static final String TUNED_HEAD = "fine-tuned head";
    private static final List<String> TRIED_WEIGHTS = List.of("0.1", "0.2", "0.3", "0.5");
    private static final List<String> TRIED_RATES = List.of("0.003", "0.01", "0.03", "0.1");

    private static final int DIM = 64;
    private static final int BASE = 16;
    private static final int PICTURE_BASE = 12;
    private static final int WAYS = 2;
    private static final double TEMPERATURE = 16;
    private static final double WEIGHT_DECAY = 5e-4;
    private static final int BATCH = 128;
    private static final int PICTURE_BATCH = 32;
    private static final int FILTERS = 8;
    /** Side of an image after two poolings. */
    private static final int MAP = 7;
    /** Sharp enough that the softmax picks the nearest base class alone. */
    private static final double HARD = 1e4;
    private static final double[] ALPHAS = {0.1, 0.2, 0.3, 0.5};
    private static final double[] TAUS = {8, 16, 32};
    private static final Map<String, ToDoubleFunction<FewShotScores>> MEASURES = new LinkedHashMap<>();

    static {
        MEASURES.put("all", FewShotScores::all);
        MEASURES.put("seen", FewShotScores::seen);
        MEASURES.put("unseen", FewShotScores::unseen);
        MEASURES.put("harmonic", FewShotScores::harmonic);
        MEASURES.put("newToBase", FewShotScores::newToBase);
    }

    private final Thresholds thresholds = Thresholds.of(TeenExperiment.class);

    /** Makes the stream of one order of the classes: trains a network on the first ones. */
    private interface Streams {
        FewShotStream of(Rng rng, DoubleConsumer progress);
    }

    /** A data set with the settings of its arms; the prefix keeps the metrics of two apart. */
    private record Problem(String prefix, int orders, double alpha, double hardAlpha, double tuneRate, Streams streams) {
    }

    @Override
    public int repetitions(Tier tier) {
        return tier == Tier.TINY ? 5 : 3;
    }

    @Override
    public List<String> data(Tier tier) {
        return Letters.sets(tier);
    }

    @Override
    public List<String> arms(Tier tier) {
        return List.of("plain prototypes", TEEN, HARD_MIX, TUNED_HEAD);
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        List<Setting> settings = new ArrayList<>(List.of(
                Setting.real("tau", 16, 1e-3, 1e6, "sharpness of the softmax over base classes"),
                Setting.integer("shots", 5, 1, 100, "samples of each new class"),
                Setting.integer("draws", tiny ? 10 : 20, 1, 1000, "draws of these samples on one network"),
                Setting.integer("tuneSteps", 20, 1, 10_000, "steps of the fine-tuned head in a session"),
                Setting.integer("orders", tiny ? 1 : 4, 1, 100, "orders of the letters, each with a network of its own"),
                Setting.integer("rows", tiny ? 13_000 : 16_000, 1_000, 16_000, "training rows that are used"),
                Setting.integer("epochs", tiny ? 10 : 25, 1, 1000, "passes of the base training"),
                Setting.real("rate", 0.1, 1e-6, 10, "learning rate of the base training")));
        if (tier == Tier.SMALL) {
            settings.addAll(List.of(
                    Setting.integer("imageOrders", 1, 1, 100, "orders of the kinds of pictures, each with a network of its own"),
                    Setting.integer("images", 200, 10, 5_000, "training images of each kind"),
                    Setting.integer("testImages", 200, 1, 1_000, "test images of each kind"),
                    Setting.integer("imageEpochs", 8, 1, 1000, "passes of the base training on pictures"),
                    Setting.real("imageRate", 0.05, 1e-6, 10, "learning rate of the base training on pictures")));
        }
        for (Tuning t : tuning(tier)) {
            boolean rate = t.setting().endsWith("Rate");
            String about = (rate ? "learning rate" : "weight of the mix of base prototypes") + (t.setting().startsWith("image") ? " on pictures, " : ", ") + t.arm();
            settings.add(t.asSetting(rate ? 1e-6 : 0, rate ? 10 : 1, about));
        }
        return settings;
    }

    /** Each arm with a setting of its own tried four values: the smallest whose harmonic mean is within 0.001 of the best was taken. */
    @Override
    public List<Tuning> tuning(Tier tier) {
        List<Long> seeds = RunRequest.seeds(1000, tier == Tier.TINY ? 5 : 3);
        List<Tuning> tuning = new ArrayList<>(List.of(
                new Tuning(TEEN, "alpha", TRIED_WEIGHTS, "0.2", seeds), new Tuning(HARD_MIX, "hardAlpha", TRIED_WEIGHTS, "0.2", seeds),
                new Tuning(TUNED_HEAD, "tuneRate", TRIED_RATES, tier == Tier.TINY ? "0.03" : "0.1", seeds)));
        if (tier == Tier.SMALL) {
            tuning.addAll(List.of(
                    new Tuning(TEEN, "imageAlpha", TRIED_WEIGHTS, "0.3", seeds), new Tuning(HARD_MIX, "imageHardAlpha", TRIED_WEIGHTS, "0.2", seeds),
                    new Tuning(TUNED_HEAD, "imageTuneRate", TRIED_RATES, "0.03", seeds)));
        }
        return tuning;
    }

    @Override
    public String summary(Tier tier, Settings set) {
        String letters = String.format(Locale.ROOT, "LetterRecognition, %d letters, then 5 sessions of %d letters with %d samples each, %d orders, %d draws",
                BASE, WAYS, set.integer("shots"), set.integer("orders"), set.integer("draws"));
        return tier == Tier.TINY ? letters
                : String.format(Locale.ROOT, "%s; MNIST and Fashion-MNIST, %d kinds, then 4 sessions of %d", letters, PICTURE_BASE, WAYS);
    }

    @Override
    public List<Claim> claims(Tier tier) {
        List<Claim> claims = new ArrayList<>(List.of(
                Claim.gain("accuracy on new classes, gain over plain prototypes", "teen.unseen", "plain.unseen", thresholds.get(tier, "unseen")),
                Claim.gain("harmonic mean of base and new, gain", "teen.harmonic", "plain.harmonic", thresholds.get(tier, "harmonic")),
                Claim.drop("new taken for base, difference", "teen.newToBase", "plain.newToBase", thresholds.get(tier, "newToBase")),
                Claim.gain("accuracy on all classes, difference", "teen.all", "plain.all", thresholds.get(tier, "all"))));
        if (tier == Tier.SMALL) {
            claims.add(Claim.atLeast("share of draws in which the harmonic mean rises", "teen.drawsThatGain", thresholds.get(tier, "draws")));
            claims.add(Claim.gain("pictures, harmonic mean of base and new, gain", "images.teen.harmonic", "images.plain.harmonic",
                    thresholds.get(tier, "images.harmonic")));
        }
        reported(tier, "", "", claims);
        if (tier == Tier.SMALL) {
            claims.add(Claim.gain("pictures, accuracy on new classes, gain", "images.teen.unseen", "images.plain.unseen", 0).reported());
            claims.add(Claim.drop("pictures, new taken for base, difference", "images.teen.newToBase", "images.plain.newToBase", 0).reported());
            claims.add(Claim.gain("pictures, accuracy on all classes, difference", "images.teen.all", "images.plain.all", thresholds.get(tier, "all")).reported());
            reported(tier, "pictures, ", "images.", claims);
        }
        return claims;
    }

    /** What is shown without deciding. */
    private void reported(Tier tier, String set, String p, List<Claim> claims) {
        claims.add(Claim.gain(set + "accuracy on base classes, difference", p + "teen.seen", p + "plain.seen", thresholds.get(tier, "seen")).reported());
        claims.add(Claim.gain(set + "harmonic mean, softmax over nearest base prototype", p + "teen.harmonic", p + "hard.harmonic", 0).reported());
        claims.add(Claim.gain(set + "harmonic mean, gain over the fine-tuned head", p + "teen.harmonic", p + "tuned.harmonic", 0).reported());
        claims.add(Claim.gain(set + "accuracy on base classes, gain over the fine-tuned head", p + "teen.seen", p + "tuned.seen", 0).reported());
    }

    @Override
    public void run(RunContext run) {
        List<Problem> problems = problems(run);
        for (int i = 0; i < problems.size(); i++) {
            run(run, problems.get(i), i / (double) problems.size(), 1.0 / problems.size());
        }
    }

    private static List<Problem> problems(RunContext run) {
        Settings set = run.settings();
        List<Problem> problems = new ArrayList<>();
        problems.add(new Problem("", set.integer("orders"), set.real("alpha"), set.real("hardAlpha"), set.real("tuneRate"), (rng, progress) -> {
            IncrementalScenario scenario = IncrementalScenario.of(Letters.CLASSES, BASE, WAYS, rng.split("classes"));
            Letters letters = Letters.load(run, set.integer("rows"), scenario.first());
            Pretraining training = new Pretraining(set.real("rate"), set.integer("epochs"), BATCH, WEIGHT_DECAY);
            FeatureExtractor phi = letters.backbone(scenario.first(), DIM, Letters.Head.COSINE, training, rng, progress);
            return FewShotStream.of(scenario, phi, letters.train(), letters.test());
        }));
        if (run.tier() == Tier.SMALL) {
            PictureClasses pictures = PictureClasses.load(run, set.integer("images"), set.integer("testImages"));
            Pretraining training = new Pretraining(set.real("imageRate"), set.integer("imageEpochs"), PICTURE_BATCH, WEIGHT_DECAY);
            problems.add(new Problem("images.", set.integer("imageOrders"), set.real("imageAlpha"), set.real("imageHardAlpha"), set.real("imageTuneRate"), (rng, progress) -> {
                IncrementalScenario scenario = IncrementalScenario.of(PictureClasses.CLASSES, PICTURE_BASE, WAYS, rng.split("classes"));
                Rng init = rng.split("init");
                Layer body = pictureNetwork(init);
                Layer head = new CosineClassifier(DIM, PICTURE_BASE, TEMPERATURE, init);
                FeatureExtractor phi = pictures.backbone(scenario.first(), DIM, body, head, training, rng.split("batches"), progress);
                return FewShotStream.of(scenario, phi, pictures.train(), pictures.test());
            }));
        }
        return problems;
    }

    /** Two convolutions and a dense layer, each normalised over the batch; no ReLU at the end, so that cosines have both signs. */
    private static Layer pictureNetwork(Rng init) {
        return new Sequential(
                new Conv2d(1, FILTERS, 3, Padding.SAME, init), new BatchNorm2d(FILTERS), new Relu(), new MaxPool2d(2),                 // [N, 8, 14, 14]
                new Conv2d(FILTERS, 2 * FILTERS, 3, Padding.SAME, init), new BatchNorm2d(2 * FILTERS), new Relu(), new MaxPool2d(2),   // [N, 16, 7, 7]
                new Flatten(), new Linear(2 * FILTERS * MAP * MAP, DIM, init), new BatchNorm1d(DIM));                                  // [N, 64]
    }

    /** All arms on every order of the classes and every draw of samples. */
    private static void run(RunContext run, Problem problem, double from, double share) {
        Settings set = run.settings();
        int draws = set.integer("draws");
        Map<String, Teen.Config> configs = configs(run, problem);
        Map<String, List<FewShotScores>> scores = new LinkedHashMap<>();
        List<FewShotScores> start = new ArrayList<>();
        for (int order = 0; order < problem.orders(); order++) {
            Rng rng = run.rng().split(problem.prefix() + "order").split(order);
            double before = from + share * order / problem.orders();
            double part = share / problem.orders();
            String name = problem.prefix() + "order " + (order + 1);
            FewShotStream stream = problem.streams().of(rng, done -> run.progress(before + 0.5 * part * done, name + ", base training"));
            start.add(prototypes(run, stream, List.of(), configs.get("plain"), null));
            for (int draw = 0; draw < draws; draw++) {
                List<LabelledDataset> sessions = stream.sessions(set.integer("shots"), rng.split("shots").split(draw));
                boolean first = order + draw == 0;
                configs.forEach((arm, config) -> {
                    String curve = first && !arm.contains("=") ? problem.prefix() + "accuracy on all classes known/" + arm : null;
                    scores.computeIfAbsent(arm, n -> new ArrayList<>()).add(prototypes(run, stream, sessions, config, curve));
                });
                Teen tuned = FineTunedHead.after(stream, sessions, TEMPERATURE, set.integer("tuneSteps"), problem.tuneRate());
                scores.computeIfAbsent("tuned", n -> new ArrayList<>()).add(score(tuned, stream, sessions.size()));
                run.progress(before + part * (0.5 + 0.5 * (draw + 1) / draws), name + ", draw " + (draw + 1) + "/" + draws);
            }
        }
        report(run, problem.prefix(), start, scores);
    }

    /** The arms by name; those with "=" in their name are ablations that only the small tier runs. */
    private static Map<String, Teen.Config> configs(RunContext run, Problem problem) {
        Teen.Config own = new Teen.Config(problem.alpha(), run.settings().real("tau"), TEMPERATURE);
        Map<String, Teen.Config> configs = new LinkedHashMap<>();
        configs.put("plain", own.with(0, own.tau()));
        configs.put("teen", own);
        configs.put("hard", own.with(problem.hardAlpha(), HARD));
        if (run.tier() == Tier.SMALL) {
            for (double alpha : ALPHAS) {
                configs.put("alpha=" + alpha, own.with(alpha, own.tau()));
            }
            for (double tau : TAUS) {
                configs.put("tau=" + (int) tau, own.with(own.alpha(), tau));
            }
        }
        return configs;
    }

    /** All sessions one after the other; the scores after the last. */
    private static FewShotScores prototypes(RunContext run, FewShotStream stream, List<LabelledDataset> sessions, Teen.Config config, String curve) {
        Teen teen = new Teen(config);
        teen.setBasePrototypes(stream.baseMeans(), stream.base());
        for (int s = 0; s <= sessions.size(); s++) {
            if (s > 0) {
                teen.addClasses(sessions.get(s - 1).x(), sessions.get(s - 1).labels());
            }
            if (curve != null) {
                run.curve(curve, s, score(teen, stream, s).all());
            }
        }
        return score(teen, stream, sessions.size());
    }

    private static FewShotScores score(Teen teen, FewShotStream stream, int session) {
        LabelledDataset test = stream.seenTests().get(session);
        return FewShotScores.of(teen.predict(test.x()), test.labels(), stream.base());
    }

    private static void report(RunContext run, String p, List<FewShotScores> start, Map<String, List<FewShotScores>> scores) {
        scores.forEach((arm, draws) -> MEASURES.forEach((name, measure) -> run.metric(p + arm + "." + name, mean(draws, measure))));
        List<FewShotScores> plain = scores.get("plain");
        List<FewShotScores> teen = scores.get("teen");
        double gains = 0;
        for (int i = 0; i < teen.size(); i++) {
            gains += teen.get(i).harmonic() > plain.get(i).harmonic() ? 1 : 0;
        }
        run.metric(p + "teen.drawsThatGain", gains / teen.size());
        run.metric(p + "start.all", mean(start, FewShotScores::all));
        run.metric(p + "teen.performanceDrop", mean(start, FewShotScores::all) - mean(teen, FewShotScores::all));
    }

    private static double mean(List<FewShotScores> draws, ToDoubleFunction<FewShotScores> measure) {
        return draws.stream().mapToDouble(measure).average().orElse(Double.NaN);
    }
}
