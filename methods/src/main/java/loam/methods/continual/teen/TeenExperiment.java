package loam.methods.continual.teen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import loam.autograd.Parameter;
import loam.methods.Claim;
import loam.methods.Experiment;
import loam.methods.MethodInfo;
import loam.methods.RunContext;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Thresholds;
import loam.methods.Tier;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.FewShots;
import loam.methods.common.Pretraining;
import loam.methods.continual.common.FewShotScores;
import loam.methods.continual.common.IncrementalScenario;
import loam.methods.continual.common.Letters;
import loam.methods.data.LetterRecognition;
import loam.nn.CosineClassifier;
import loam.nn.Losses;
import loam.optim.Sgd;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * Sixteen letters at once, then five sessions of two letters with five samples each. Calibrated prototypes against plain ones, on the same
 * frozen features and the same draws of samples; a fine-tuned head and other mixes beside them.
 */
public final class TeenExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("teen", "new classes from a few samples: prototypes pulled towards similar old classes, no training",
            "Few-Shot Class-Incremental Learning via Training-Free Prototype Calibration", 2023, "Q.-W. Wang, D.-W. Zhou, Y.-K. Zhang, D.-C. Zhan, H.-J. Ye",
            "https://arxiv.org/abs/2312.05229", "continual");

    private static final int DIM = 64;
    private static final int BASE = 16;
    private static final int WAYS = 2;
    private static final double TEMPERATURE = 16;
    /** Sharp enough that the softmax picks the nearest base class alone. */
    private static final double HARD = 1e4;
    private static final double[] ALPHAS = {0.1, 0.2, 0.3, 0.5};
    private static final double[] TAUS = {8, 16, 32};

    private final Thresholds thresholds = Thresholds.of(TeenExperiment.class);

    /** Frozen features of the letters, session by session, with the base classes' means. */
    private record Stream(IncrementalScenario scenario, Tensor baseMeans, LabelledDataset train, List<LabelledDataset> seenTests) {
    }

    @Override
    public Set<Tier> tiers() {
        return EnumSet.of(Tier.TINY, Tier.SMALL);
    }

    @Override
    public int repetitions(Tier tier) {
        return 3;
    }

    @Override
    public List<String> data(Tier tier) {
        return List.of(LetterRecognition.NAME);
    }

    @Override
    public List<String> arms(Tier tier) {
        return List.of("plain prototypes", "TEEN", "nearest base prototype instead of a softmax", "fine-tuned head");
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        // Set before the first run; the fine-tuning's rate was not tuned.
        return List.of(
                Setting.real("alpha", 0.2, 0, 1, "weight of the mix of base prototypes"),
                Setting.real("tau", 16, 1e-3, 1e6, "sharpness of the softmax over base classes"),
                Setting.integer("shots", 5, 1, 100, "samples of each new class"),
                Setting.integer("draws", tiny ? 10 : 20, 1, 1000, "draws of these samples, all on one network"),
                Setting.integer("rows", tiny ? 6_000 : 16_000, 1_000, 16_000, "training rows that are used"),
                Setting.integer("epochs", tiny ? 6 : 25, 1, 1000, "passes of the base training"),
                Setting.real("rate", 0.1, 1e-6, 10, "learning rate of the base training"),
                Setting.integer("tuneSteps", 20, 1, 10_000, "steps of the fine-tuned head in a session"),
                Setting.real("tuneRate", 0.01, 1e-6, 10, "learning rate of the fine-tuned head"));
    }

    @Override
    public String summary(Tier tier, Settings set) {
        return String.format(Locale.ROOT, "LetterRecognition, %d letters, then 5 sessions of %d letters with %d samples each, %d draws", BASE, WAYS,
                set.integer("shots"), set.integer("draws"));
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
        }
        claims.add(Claim.gain("accuracy on base classes, difference", "teen.seen", "plain.seen", thresholds.get(tier, "seen")).reported());
        claims.add(Claim.gain("harmonic mean, softmax over nearest base prototype", "teen.harmonic", "hard.harmonic", 0).reported());
        claims.add(Claim.gain("harmonic mean, gain over the fine-tuned head", "teen.harmonic", "tuned.harmonic", 0).reported());
        claims.add(Claim.gain("accuracy on base classes, gain over the fine-tuned head", "teen.seen", "tuned.seen", 0).reported());
        return claims;
    }

    @Override
    public void run(RunContext run) {
        Settings set = run.settings();
        Stream stream = prepare(run);
        int draws = set.integer("draws");
        Map<String, Teen.Config> configs = configs(run);
        Map<String, List<FewShotScores>> scores = new LinkedHashMap<>();
        for (int draw = 0; draw < draws; draw++) {
            List<LabelledDataset> sessions = sessions(stream, set.integer("shots"), run.rng().split("shots").split(draw));
            for (Map.Entry<String, Teen.Config> e : configs.entrySet()) {
                String curve = draw == 0 && !e.getKey().contains("=") ? "accuracy on all classes known/" + e.getKey() : null;
                scores.computeIfAbsent(e.getKey(), n -> new ArrayList<>()).add(prototypes(run, stream, sessions, e.getValue(), curve));
            }
            scores.computeIfAbsent("tuned", n -> new ArrayList<>()).add(fineTuned(stream, sessions, set.integer("tuneSteps"), set.real("tuneRate")));
            run.progress(0.5 + 0.5 * (draw + 1) / draws, "draw " + (draw + 1) + "/" + draws);
        }
        report(run, scores);
    }

    /** The arms by name; those with "=" in their name are ablations that only the small tier runs. */
    private static Map<String, Teen.Config> configs(RunContext run) {
        Teen.Config own = new Teen.Config(run.settings().real("alpha"), run.settings().real("tau"), TEMPERATURE);
        Map<String, Teen.Config> configs = new LinkedHashMap<>();
        configs.put("plain", own.with(0, own.tau()));
        configs.put("teen", own);
        configs.put("hard", own.with(own.alpha(), HARD));
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

    /** Trains the backbone on the base classes, freezes it, and takes the features of everything. */
    private static Stream prepare(RunContext run) {
        Settings set = run.settings();
        IncrementalScenario scenario = IncrementalScenario.of(Letters.CLASSES, BASE, WAYS, run.rng().split("classes"));
        Letters letters = Letters.load(run, set.integer("rows"), scenario.first());
        Pretraining training = new Pretraining(set.real("rate"), set.integer("epochs"), 128, 5e-4);
        FeatureExtractor phi = letters.backbone(scenario.first(), DIM, Letters.Head.COSINE, training, run.rng(),
                done -> run.progress(0.5 * done, "training on " + BASE + " letters"));
        LabelledDataset train = Letters.features(phi, letters.train());
        LabelledDataset test = Letters.features(phi, letters.test());
        List<LabelledDataset> tests = new ArrayList<>();
        for (int s = 0; s < scenario.states(); s++) {
            tests.add(test.ofClasses(scenario.seen(s)));
        }
        List<Tensor> means = new ArrayList<>();
        for (int b : scenario.first()) {
            means.add(train.ofClasses(b).x().to(DType.F64).mean(0));
        }
        return new Stream(scenario, Tensor.stack(0, means.toArray(Tensor[]::new)), train, tests);
    }

    /** The few samples of each session. */
    private static List<LabelledDataset> sessions(Stream stream, int shots, Rng rng) {
        List<LabelledDataset> sessions = new ArrayList<>();
        for (int s = 1; s < stream.scenario().states(); s++) {
            sessions.add(FewShots.draw(stream.train(), stream.scenario().arriving(s), shots, rng));
        }
        return sessions;
    }

    /** All sessions one after the other; the scores after the last. */
    private static FewShotScores prototypes(RunContext run, Stream stream, List<LabelledDataset> sessions, Teen.Config config, String curve) {
        int[] base = stream.scenario().first();
        Teen teen = new Teen(config);
        teen.setBasePrototypes(stream.baseMeans(), base);
        for (int s = 0; s <= sessions.size(); s++) {
            if (s > 0) {
                teen.addClasses(sessions.get(s - 1).x(), sessions.get(s - 1).labels());
            }
            if (curve != null) {
                LabelledDataset test = stream.seenTests().get(s);
                run.curve(curve, s, FewShotScores.of(teen.predict(test.x()), test.labels(), base).all());
            }
        }
        LabelledDataset test = stream.seenTests().get(sessions.size());
        return FewShotScores.of(teen.predict(test.x()), test.labels(), base);
    }

    /** The same start as plain prototypes, but every session trains the whole cosine head on its few samples. */
    private static FewShotScores fineTuned(Stream stream, List<LabelledDataset> sessions, int steps, double rate) {
        int[] base = stream.scenario().first();
        Teen.Config plain = new Teen.Config(0, 1, TEMPERATURE);
        Tensor weight = stream.baseMeans().div(stream.baseMeans().norm(2, true, -1));
        int[] ids = base;
        for (int s = 1; s <= sessions.size(); s++) {
            LabelledDataset few = sessions.get(s - 1);
            Teen fresh = new Teen(plain);
            fresh.setBasePrototypes(weight, ids);
            fresh.addClasses(few.x(), few.labels());
            ids = fresh.classes();
            CosineClassifier head = new CosineClassifier(DIM, ids.length, TEMPERATURE, Rng.seed(0));
            head.weight().update(Tensor.stack(0, Arrays.stream(ids).mapToObj(fresh::prototype).toArray(Tensor[]::new)).to(DType.F32));
            LabelledDataset data = Letters.renumbered(few, ids);
            List<Parameter> weights = head.parameters();
            Sgd sgd = new Sgd(weights, rate);
            for (int step = 0; step < steps; step++) {
                sgd.step(Losses.crossEntropy(head.forward(data.x()), data.labels()));
            }
            weight = head.weight().value().copy();
        }
        Teen last = new Teen(plain);
        last.setBasePrototypes(weight, ids);
        LabelledDataset test = stream.seenTests().get(sessions.size());
        return FewShotScores.of(last.predict(test.x()), test.labels(), base);
    }

    private static void report(RunContext run, Map<String, List<FewShotScores>> scores) {
        scores.forEach((arm, draws) -> {
            run.metric(arm + ".all", mean(draws.stream().map(FewShotScores::all).toList()));
            run.metric(arm + ".seen", mean(draws.stream().map(FewShotScores::seen).toList()));
            run.metric(arm + ".unseen", mean(draws.stream().map(FewShotScores::unseen).toList()));
            run.metric(arm + ".harmonic", mean(draws.stream().map(FewShotScores::harmonic).toList()));
            run.metric(arm + ".newToBase", mean(draws.stream().map(FewShotScores::newToBase).toList()));
        });
        List<FewShotScores> plain = scores.get("plain");
        List<FewShotScores> teen = scores.get("teen");
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < teen.size(); i++) {
            gains.add(teen.get(i).harmonic() > plain.get(i).harmonic() ? 1.0 : 0.0);
        }
        run.metric("teen.drawsThatGain", mean(gains));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
