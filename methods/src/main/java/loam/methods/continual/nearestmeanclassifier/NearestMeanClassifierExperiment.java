package loam.methods.continual.nearestmeanclassifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
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
import loam.methods.common.SceneImages;
import loam.methods.common.SceneNetwork;
import loam.methods.common.Scenes;
import loam.methods.continual.common.ContinualStream;
import loam.methods.continual.common.IncrementalScenario;
import loam.methods.continual.common.Letters;
import loam.nn.Layer;
import loam.nn.Sequential;
import loam.tensor.Rng;
import loam.tensor.data.LabelledDataset;

/**
 * The nearest class mean against training, on three streams: letters that arrive two at a time, digits in cluttered scenes that arrive one at a
 * time, and the same digits in scenes that change their look from session to session. The network never saw a class of its stream.
 */
public final class NearestMeanClassifierExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("nearest-mean-classifier",
            "one mean of normalised features a class, on a frozen network: no training, no memory, no order",
            "A Simple Baseline that Questions the Use of Pretrained-Models in Continual Learning", 2022, "P. Janson, W. Zhang, R. Aljundi, M. Elhoseiny",
            "https://arxiv.org/abs/2210.04428", "continual");

    private static final int DIM = 128;
    private static final int BASE = 14;
    private static final int WAYS = 2;
    private static final int DIGITS = 10;
    private static final int GARMENTS = 10;
    private static final String LAYER = "conv3";
    private static final int FC = 128;
    /** How the scenes of each session look, and those that are tested after each. */
    private static final List<Scenes.Look> SESSIONS = List.of(Scenes.Look.PLAIN, new Scenes.Look(2, 0.6, 0), new Scenes.Look(2, 1, 15),
            new Scenes.Look(4, 1, 0));
    private static final Scenes.Look TESTED = new Scenes.Look(3, 1, -15);

    private static final List<String> RATES = List.of("0.003", "0.01", "0.03", "0.1", "0.3", "1.0");
    /** The arms that train, with the ends of their settings' names. */
    private static final String[][] TRAINED = {{"sequential fine-tuning", "TunedRate"}, {"sequential head", "HeadRate"}, {"sequential head with replay", "ReplayRate"},
        {"joint head", "JointRate"}};

    private final Thresholds thresholds = Thresholds.of(NearestMeanClassifierExperiment.class);

    @Override
    public List<String> data(Tier tier) {
        return Letters.sets(tier);
    }

    @Override
    public List<String> arms(Tier tier) {
        return List.of("nearest mean", "nearest mean without normalisation", "nearest mean of raw inputs", "nearest mean on random weights", "sequential head",
                "sequential head with replay", "joint head", "sequential fine-tuning");
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        List<Setting> settings = new ArrayList<>(List.of(
                Setting.integer("rows", tiny ? 8_000 : 16_000, 2_000, 16_000, "training rows of the letters that are used"),
                Setting.integer("epochs", tiny ? 8 : 30, 1, 1000, "passes of the letters' first training"),
                Setting.real("rate", 0.05, 1e-6, 10, "learning rate of the letters' first training"),
                Setting.integer("epochsPerTask", 3, 1, 1000, "passes over a task in sequential training"),
                Setting.integer("jointEpochs", 20, 1, 1000, "passes of the joint head over all tasks together"),
                Setting.integer("memory", 20, 1, 10_000, "samples of each class that replay keeps")));
        if (!tiny) {
            settings.addAll(List.of(
                    Setting.integer("sourceDigits", 8_000, 100, 30_000, "scenes of digits 0 to 4 in the network's training"),
                    Setting.integer("sourceGarments", 4_000, 100, 60_000, "scenes of garments in the network's training"),
                    Setting.integer("sourceEpochs", 5, 1, 1000, "passes of the network's training on scenes"),
                    Setting.integer("scenes", 2_000, 100, 20_000, "training scenes of digits 5 to 9, all tasks together"),
                    Setting.integer("sessionScenes", 500, 100, 5_000, "training scenes of digits 5 to 9 in each session"),
                    Setting.integer("testScenes", 1_000, 100, 4_000, "test scenes of digits 5 to 9")));
        }
        tuning(tier).forEach(t -> settings.add(t.asSetting(1e-6, 100, t.setting().split("[A-Z]")[0] + ": learning rate of " + t.arm())));
        return settings;
    }

    /** Each arm that trains, on each stream, was tried with the same rates; accuracy after the last task decided. Nearest means have no setting. */
    @Override
    public List<Tuning> tuning(Tier tier) {
        List<Tuning> tuning = new ArrayList<>(tuned("letters", List.of(1000L, 1001L, 1002L), "0.003", "1.0", "1.0", "1.0"));
        if (tier == Tier.SMALL) {
            tuning.addAll(tuned("scenes", List.of(1000L), "0.01", "0.1", "1.0", "1.0"));
            tuning.addAll(tuned("sessions", List.of(1000L), "0.03", "1.0", "1.0", "1.0"));
        }
        return tuning;
    }

    /** One entry for each of {@link #TRAINED}. */
    private static List<Tuning> tuned(String stream, List<Long> seeds, String... chosen) {
        return IntStream.range(0, TRAINED.length).mapToObj(i -> new Tuning(TRAINED[i][0], stream + TRAINED[i][1], RATES, chosen[i], seeds)).toList();
    }

    @Override
    public String summary(Tier tier, Settings set) {
        String letters = String.format(Locale.ROOT, "LetterRecognition, %d letters, then 6 tasks of %d", BASE, WAYS);
        return tier == Tier.TINY ? letters : letters + String.format(Locale.ROOT,
                "; scenes of digits 5 to 9, 5 tasks of one class (%,d scenes), 4 sessions of %,d scenes", set.integer("scenes"), set.integer("sessionScenes"));
    }

    @Override
    public List<Claim> claims(Tier tier) {
        List<Claim> claims = new ArrayList<>(List.of(
                last(tier, "letters", "tuned", "sequential fine-tuning"), last(tier, "letters", "head", "the sequential head")));
        if (tier == Tier.SMALL) {
            claims.add(last(tier, "letters", "joint", "the joint head"));
            claims.add(last(tier, "scenes", "tuned", "sequential fine-tuning"));
            claims.add(last(tier, "scenes", "random", "random weights"));
            claims.add(last(tier, "scenes", "raw", "pixels"));
            claims.add(Claim.gain("sessions: accuracy after the last, gain over the first", "sessions.nmc.last", "sessions.nmc.first",
                    thresholds.get(tier, "sessions.first")));
        }
        claims.add(Claim.atMost("means: stream, random order and one fit, largest difference", "means.difference", thresholds.get(tier, "means")));
        claims.add(last(tier, "letters", "raw", "raw inputs").reported());
        for (String data : tier == Tier.TINY ? List.of("letters") : List.of("letters", "scenes")) {
            claims.add(reported(data, "plain", "no normalisation"));
            claims.add(reported(data, "replay", "replay"));
        }
        if (tier == Tier.SMALL) {
            claims.add(reported("letters", "random", "random weights"));
            claims.add(reported("scenes", "head", "the sequential head"));
            claims.add(reported("scenes", "joint", "the joint head"));
            for (String arm : List.of("tuned", "head", "replay", "joint", "raw")) {
                claims.add(reported("sessions", arm, armName(arm)));
            }
        }
        return claims;
    }

    private static String armName(String arm) {
        return switch (arm) {
            case "tuned" -> "sequential fine-tuning";
            case "head" -> "the sequential head";
            case "joint" -> "the joint head";
            case "raw" -> "pixels";
            default -> arm;
        };
    }

    private Claim last(Tier tier, String data, String arm, String words) {
        return Claim.gain(data + ": last accuracy, gain over " + words, data + ".nmc.last", data + "." + arm + ".last", thresholds.get(tier, data + "." + arm));
    }

    private static Claim reported(String data, String arm, String words) {
        return Claim.gain(data + ": last accuracy, gain over " + words, data + ".nmc.last", data + "." + arm + ".last", 0).reported();
    }

    @Override
    public void run(RunContext run) {
        boolean tiny = run.tier() == Tier.TINY;
        letters(run, tiny ? 1 : 0.25);
        if (!tiny) {
            scenes(run, 0.25);
        }
    }

    private static void letters(RunContext run, double share) {
        Settings set = run.settings();
        IncrementalScenario scenario = IncrementalScenario.of(Letters.CLASSES, BASE, WAYS, run.rng().split("classes"));
        Letters letters = Letters.load(run, set.integer("rows"), scenario.first());
        Pretraining training = new Pretraining(set.real("rate"), set.integer("epochs"), 128, 5e-4);
        Rng rng = run.rng().split("letters");
        Layer network = letters.trained(scenario.first(), DIM, Letters.Head.LINEAR, training, rng,
                done -> run.progress(0.6 * share * done, "training on " + BASE + " letters"));
        Layer body = network.copy();
        Layer random = Letters.untrained(DIM, Letters.Head.LINEAR, rng.split("init"));
        List<int[]> tasks = IntStream.range(1, scenario.states()).mapToObj(scenario::arriving).toList();
        ContinualStream stream = ContinualStream.ofClasses(tasks, letters.train(), letters.test()).without(scenario.first());
        Bench bench = new Bench("letters", stream, Letters.CLASSES - BASE, FeatureExtractor.frozen(network, DIM),
                FeatureExtractor.frozen(random, DIM), body, DIM);
        ContinualStream phi = bench.compare(run, 0.6 * share, share);
        run.metric("means.difference", Bench.differenceOfMeans(phi, DIM, rng.split("order")));
    }

    private static void scenes(RunContext run, double from) {
        Settings set = run.settings();
        SceneImages images = SceneImages.load(run.places());
        Rng data = run.rng().split("scenes");
        LabelledDataset source = images.source(set.integer("sourceDigits"), set.integer("sourceGarments"), IntStream.range(0, GARMENTS).toArray(),
                data.split("source"));
        int[] classes = IntStream.range(SceneImages.SOURCE_DIGITS, DIGITS).toArray();
        int[] order = Arrays.stream(data.split("classes").permutation(classes.length)).map(k -> classes[k]).toArray();
        LabelledDataset objects = SceneImages.pick(images.digits().test(), set.integer("testScenes"), classes, data.split("test"));
        LabelledDataset train = scenes(images, set.integer("scenes"), classes, Scenes.Look.PLAIN, data.split("train"));
        LabelledDataset test = images.scenes().compose(objects, data.split("testScenes"));
        List<LabelledDataset> sessions = new ArrayList<>();
        for (int s = 0; s < SESSIONS.size(); s++) {
            sessions.add(scenes(images, set.integer("sessionScenes"), classes, SESSIONS.get(s), data.split("sessions").split(s)));
        }
        LabelledDataset tested = images.scenes().compose(objects, TESTED, data.split("sessionTest"));
        images.use(run, set.integer("sourceDigits") + set.integer("scenes") + SESSIONS.size() * set.integer("sessionScenes"), objects.size(),
                set.integer("sourceGarments"), 0);

        Rng rng = data.split("network");
        Sequential network = SceneNetwork.trained(source, set.integer("sourceEpochs"), rng, done -> run.progress(from + 0.35 * done, "training on scenes"));
        Sequential random = SceneNetwork.untrained(source.classes(), rng.split("init"));
        List<int[]> tasks = Arrays.stream(order).mapToObj(c -> new int[] {c}).toList();
        ContinualStream stream = ContinualStream.ofClasses(tasks, train, test).without(IntStream.range(0, SceneImages.SOURCE_DIGITS).toArray());
        bench("scenes", stream, network, random).compare(run, from + 0.35, from + 0.5);
        bench("sessions", ContinualStream.ofSessions(sessions, tested), network, random).compare(run, from + 0.5, 1);
    }

    private static LabelledDataset scenes(SceneImages images, int n, int[] classes, Scenes.Look look, Rng rng) {
        return images.scenes().compose(SceneImages.pick(images.digits().train(), n, classes, rng.split("digits")), look, rng.split("scenes"));
    }

    private static Bench bench(String name, ContinualStream stream, Sequential network, Sequential random) {
        Sequential copy = network.copy();
        copy.unfreeze("*");
        Layer body = new Sequential(IntStream.range(0, copy.size() - 1).mapToObj(copy::get).toArray(Layer[]::new));
        return new Bench(name, stream, DIGITS - SceneImages.SOURCE_DIGITS, SceneNetwork.features(network, LAYER),
                SceneNetwork.features(random, LAYER), body, FC);
    }
}
