package loam.methods.features.cnnofftheshelf;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
import loam.methods.common.LinearSvm;
import loam.methods.common.SceneNetwork;
import loam.methods.common.Scenes;
import loam.methods.data.Digits;
import loam.methods.data.FashionMnist;
import loam.methods.data.Mnist;
import loam.nn.Layer;
import loam.nn.metrics.Accuracy;
import loam.nn.metrics.AveragePrecision;
import loam.tensor.Rng;
import loam.tensor.data.LabelledDataset;

/**
 * A network learns scenes of digits 0 to 4 and of garments; one of its layers then describes scenes of classes it has never seen. Compared
 * with pixels, histograms of gradients and the same network before its training, by the same linear SVM on the same few labels.
 */
public final class CnnOffTheShelfExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("cnn-off-the-shelf", "a layer of a network trained for something else, and a linear SVM or L2 distance",
            "CNN Features off-the-shelf: an Astounding Baseline for Recognition", 2014, "A. S. Razavian, H. Azizpour, J. Sullivan, S. Carlsson",
            "https://arxiv.org/abs/1403.6382", "features");

    /** Labels of each class at which all targets are compared. */
    private static final int COMMON = 100;
    private static final int FEW = 20;
    private static final double[] COSTS = {0.1, 1, 10};
    private static final double[] ONE_COST = {1};
    private static final int FOLDS = 3;
    private static final String LAYER = "conv3";
    private static final FeatureExtractor PIXELS = FeatureExtractor.raw(Scenes.SIDE * Scenes.SIDE);
    private static final int REFERENCE_LEVELS = 3;
    private static final int QUERY_LEVELS = 2;
    /** Added to every variance, as a share of the largest. */
    private static final double WHITENING = 1e-6;

    private final Thresholds thresholds = Thresholds.of(CnnOffTheShelfExperiment.class);

    /** Numbers of labels of each class for T1. */
    private static int[] labels(Tier tier) {
        return switch (tier) {
            case TINY -> new int[] {FEW};
            case SMALL -> new int[] {FEW, COMMON};
            case FULL -> new int[] {FEW, COMMON, 300};
        };
    }

    private static int most(Tier tier) {
        int[] all = labels(tier);
        return all[all.length - 1];
    }

    @Override
    public Set<Tier> tiers() {
        return EnumSet.allOf(Tier.class);
    }

    @Override
    public List<String> data(Tier tier) {
        return tier == Tier.TINY ? List.of(Digits.NAME) : List.of(Mnist.FILES.slug(), FashionMnist.FILES.slug(), Digits.NAME);
    }

    @Override
    public List<String> arms(Tier tier) {
        return List.of("pixels", "HOG", "network before training", "CNN-SVM", "CNNaug-SVM", "retrieval by pixels", "retrieval by the chain");
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        boolean full = tier == Tier.FULL;
        return List.of(
                Setting.integer("sourceDigits", 8_000, 100, 30_000, "images of digits 0 to 4 that the network is trained on"),
                Setting.integer("sourceGarments", 4_000, 100, 60_000, "images of garments that the network is trained on"),
                Setting.integer("epochs", tiny ? 4 : 5, 1, 1000, "passes of this training"),
                Setting.flag("twoSources", full, "whether T1 and T2 get a network that has seen all garments; T3 always gets one without 5 to 9"),
                Setting.integer("draws", full ? 2 : 1, 1, 100, "draws of labelled scenes, all on one network"),
                Setting.integer("tests", tiny ? 200 : full ? 1_000 : 500, 50, 4_000, "test scenes of each target; T2 has at most 797"),
                Setting.integer("queries", tiny ? 40 : full ? 200 : 100, 10, 800, "scenes that retrieval is asked for"),
                Setting.integer("components", 16, 2, 512, "principal components of the retrieval chain"),
                Setting.real("shift", 2, 0, 8, "pixels by which versions of a scene are moved"),
                Setting.real("turn", 10, 0, 180, "degrees by which versions of a scene are turned"));
    }

    @Override
    public List<Tuning> tuning(Tier tier) {
        if (tier == Tier.TINY) {
            return List.of();
        }
        List<Long> seeds = List.of(1001L);
        return List.of(new Tuning("retrieval by the chain", "components", List.of("8", "16", "32", "64"), "16", seeds),
                new Tuning("retrieval by pixels", "pipeline", List.of("L2", "chain with 8", "chain with 16", "chain with 32"), "L2", seeds));
    }

    @Override
    public String summary(Tier tier, Settings set) {
        return tier == Tier.TINY
                ? String.format(Locale.ROOT, "scenes of the bundled digits: 0 to 4 learned for %d passes, 5 to 9 with %d labels each", set.integer("epochs"), FEW)
                : String.format(Locale.ROOT, "%,d + %,d scenes of digits 0 to 4 and garments, then T1 digits 5 to 9, T2 other digits, T3 garments 5 to 9",
                        set.integer("sourceDigits"), set.integer("sourceGarments"));
    }

    @Override
    public List<Claim> claims(Tier tier) {
        List<Claim> claims = new ArrayList<>();
        for (int n : labels(tier)) {
            claims.addAll(over("T1", n, thresholds.get(tier, "t1.pixels"), thresholds.get(tier, "t1.random")));
        }
        if (tier != Tier.TINY) {
            for (String target : List.of("T2", "T3")) {
                claims.addAll(over(target, COMMON, thresholds.get(tier, "others.pixels"), thresholds.get(tier, "others.random")));
            }
            claims.add(Claim.gain("T1, 20 labels: gain by versions of the images", "T1.20.augmented", "T1.20.cnn", thresholds.get(tier, "augmented")));
        }
        claims.add(Claim.gain("retrieval: mAP of the chain on whole images over pixels", "mAP.chain", "mAP.pixels", thresholds.get(tier, "retrieval")));
        if (tier != Tier.TINY) {
            claims.add(Claim.gain("retrieval: mAP of chain and spatial search over pixels", "mAP.spatial", "mAP.pixels", thresholds.get(tier, "retrieval")));
        }
        for (int n : labels(tier)) {
            claims.add(Claim.gain("T1, " + n + " labels: over HOG", "T1." + n + ".cnn", "T1." + n + ".hog", 0).reported());
        }
        if (tier != Tier.TINY) {
            claims.addAll(reported());
        }
        return claims;
    }

    private static List<Claim> reported() {
        return Stream.of(
                Claim.gain("T2, 100 labels: over HOG", "T2.100.cnn", "T2.100.hog", 0),
                Claim.gain("T3, 100 labels: over HOG", "T3.100.cnn", "T3.100.hog", 0),
                Claim.gain("T1, 20 labels: sum over maximum of responses", "T1.20.augmented", "T1.20.maximum", 0),
                Claim.gain("T1, 20 labels: conv3 over conv2", "T1.20.cnn", "T1.20.conv2", 0),
                Claim.gain("T1, 20 labels: conv3 over fc", "T1.20.cnn", "T1.20.fc", 0),
                Claim.gain("T1, 20 labels: with L2 over without", "T1.20.cnn", "T1.20.noL2", 0),
                Claim.gain("retrieval: mAP of the chain over the same without whitening", "mAP.chain", "mAP.noWhitening", 0),
                Claim.gain("retrieval: mAP of the chain over L2 alone", "mAP.chain", "mAP.l2", 0),
                Claim.gain("retrieval: mAP of spatial search over whole images", "mAP.spatial", "mAP.chain", 0),
                Claim.gain("retrieval: mAP of chain and spatial search over pixels with the same search", "mAP.spatial", "mAP.pixelSearch", 0))
                .map(Claim::reported).toList();
    }

    private static List<Claim> over(String target, int n, double pixels, double random) {
        String at = target + "." + n + ".";
        String name = target + ", " + n + " labels: ";
        return List.of(Claim.gain(name + "over pixels", at + "cnn", at + "pixels", pixels),
                Claim.gain(name + "over the network before training", at + "cnn", at + "random", random));
    }

    /** A trained network and the same before its training. */
    private record Source(Layer trained, Layer untrained) {
    }

    /** Sums of metrics over draws. */
    private static final class Sums {
        private final Map<String, Double> sums = new LinkedHashMap<>();

        void add(String name, double value) {
            sums.merge(name, value, Double::sum);
        }
    }

    @Override
    public void run(RunContext run) {
        Settings set = run.settings();
        boolean tiny = run.tier() == Tier.TINY;
        SceneTasks tasks = new SceneTasks(run, most(run.tier()), COMMON);
        Source narrow = source(run, tasks, tiny ? 0 : 5, "source without T3's garments");
        Source wide = set.flag("twoSources") ? source(run, tasks, 10, "source") : narrow;
        Sums sums = new Sums();
        int draws = set.integer("draws");
        for (int draw = 0; draw < draws; draw++) {
            Rng rng = run.rng().split("draws").split(draw);
            SceneTasks.Target t1 = tasks.newDigits(most(run.tier()), rng.split("T1"));
            for (int n : labels(run.tier())) {
                compare(run.tier(), t1, n, "T1", wide, rng, sums);
                run.progress(0.5 + 0.3 * (draw + 0.5) / draws, "T1 with " + n + " labels of each class");
            }
            if (!tiny) {
                ablations(run, t1, wide, rng, sums);
                run.progress(0.5 + 0.4 * (draw + 0.5) / draws, "T2 and T3");
                compare(run.tier(), tasks.otherDigits(COMMON, rng.split("T2")), COMMON, "T2", wide, rng, sums);
                compare(run.tier(), tasks.newGarments(COMMON, rng.split("T3")), COMMON, "T3", narrow, rng, sums);
            }
            run.progress(0.5 + 0.45 * (draw + 1) / draws, "retrieval");
            retrieval(run, t1, wide.trained(), sums);
        }
        sums.sums.forEach((name, sum) -> run.metric(name, sum / draws));
    }

    private static Source source(RunContext run, SceneTasks tasks, int garments, String name) {
        Rng rng = run.rng().split("source");
        LabelledDataset scenes = tasks.source(garments, rng.split("scenes"));
        Layer trained = SceneNetwork.trained(scenes, run.settings().integer("epochs"), rng, done -> run.progress(0.5 * done, "training the " + name));
        return new Source(trained, SceneNetwork.untrained(scenes.classes(), rng.split("init")));
    }

    /** The four arms on one target, each with the C that cross-validation on its labelled scenes chooses. */
    private static void compare(Tier tier, SceneTasks.Target target, int n, String name, Source source, Rng rng, Sums sums) {
        Map<String, FeatureExtractor> arms = new LinkedHashMap<>();
        arms.put("pixels", PIXELS);
        arms.put("hog", new Hog(8, 4, Scenes.SIDE, Scenes.SIDE));
        arms.put("random", SceneNetwork.features(source.untrained(), LAYER));
        arms.put("cnn", SceneNetwork.features(source.trained(), LAYER));
        arms.forEach((arm, phi) -> sums.add(name + "." + n + "." + arm,
                accuracy(fitted(tier, phi, new FeaturePipeline().l2(), Augmenter.none(), target, n, rng), target)));
    }

    /** Other layers, no normalisation, and versions of the images; on T1 with few labels. */
    private static void ablations(RunContext run, SceneTasks.Target t1, Source source, Rng rng, Sums sums) {
        FeatureExtractor conv3 = SceneNetwork.features(source.trained(), LAYER);
        sums.add("T1.20.noL2", accuracy(fitted(run.tier(), conv3, new FeaturePipeline(), Augmenter.none(), t1, FEW, rng), t1));
        for (String layer : List.of("conv2", "fc")) {
            sums.add("T1.20." + layer, accuracy(fitted(run.tier(), SceneNetwork.features(source.trained(), layer), new FeaturePipeline().l2(), Augmenter.none(),
                    t1, FEW, rng), t1));
        }
        Augmenter versions = Augmenter.shiftsAndTurns(run.settings().real("shift"), run.settings().real("turn"), Scenes.BACKGROUND);
        OffTheShelfClassifier augmented = fitted(run.tier(), conv3, new FeaturePipeline().l2(), versions, t1, FEW, rng);
        sums.add("T1.20.augmented", accuracy(augmented, t1));
        sums.add("T1.20.maximum", accuracy(augmented.pooledBy(Pooling.MAX), t1));
    }

    private static OffTheShelfClassifier fitted(Tier tier, FeatureExtractor phi, FeaturePipeline pipeline, Augmenter versions,
            SceneTasks.Target target, int n, Rng rng) {
        LabelledDataset train = target.first(n);
        return new OffTheShelfClassifier(phi, pipeline, LinearSvm.Config.squaredHinge(1), versions, Pooling.SUM)
                .fit(train.x(), train.labels(), tier == Tier.TINY ? ONE_COST : COSTS, FOLDS, rng.split("folds"));
    }

    private static double accuracy(OffTheShelfClassifier classifier, SceneTasks.Target target) {
        return Accuracy.of(classifier.predict(target.test().x()), target.test().labels());
    }

    /** T1's test scenes are the data base, on which everything is learned; queries are scenes of other images. */
    private static void retrieval(RunContext run, SceneTasks.Target t1, Layer network, Sums sums) {
        int d = run.settings().integer("components");
        FeatureExtractor conv3 = SceneNetwork.features(network, LAYER);
        PatchPyramid whole = new PatchPyramid(1, Scenes.SIDE);
        sums.add("mAP.pixels", meanPrecision(PIXELS, new FeaturePipeline().l2(), whole, whole, t1));
        sums.add("mAP.chain", meanPrecision(conv3, FeaturePipeline.retrieval(d, WHITENING), whole, whole, t1));
        if (run.tier() == Tier.TINY) {
            return;
        }
        FeaturePipeline noWhitening = new FeaturePipeline().l2().pca(d).l2().signedPower(0.5).l2();
        sums.add("mAP.l2", meanPrecision(conv3, new FeaturePipeline().l2(), whole, whole, t1));
        sums.add("mAP.noWhitening", meanPrecision(conv3, noWhitening, whole, whole, t1));
        sums.add("mAP.spatial", meanPrecision(conv3, FeaturePipeline.retrieval(d, WHITENING), new PatchPyramid(REFERENCE_LEVELS, Scenes.SIDE),
                new PatchPyramid(QUERY_LEVELS, Scenes.SIDE), t1));
        int half = Scenes.SIDE / 2;                                             // at full size, search by pixels takes minutes
        sums.add("mAP.pixelSearch", meanPrecision(FeatureExtractor.raw(half * half), new FeaturePipeline().l2(), new PatchPyramid(REFERENCE_LEVELS, half),
                new PatchPyramid(QUERY_LEVELS, half), t1));
    }

    private static double meanPrecision(FeatureExtractor phi, FeaturePipeline pipeline, PatchPyramid reference, PatchPyramid query, SceneTasks.Target t1) {
        double[][] distances = new SpatialRetrieval(phi, pipeline, reference, query).index(t1.test().x()).distances(t1.queries().x());
        int[] known = t1.test().labels();
        int[] asked = t1.queries().labels();
        double sum = 0;
        for (int q = 0; q < asked.length; q++) {
            double[] scores = new double[known.length];
            boolean[] relevant = new boolean[known.length];
            for (int r = 0; r < known.length; r++) {
                scores[r] = -distances[q][r];
                relevant[r] = known[r] == asked[q];
            }
            sum += AveragePrecision.of(scores, relevant);
        }
        return sum / asked.length;
    }
}
