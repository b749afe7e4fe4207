package loam.methods.tuning.momentprobing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;
import loam.methods.Claim;
import loam.methods.Experiment;
import loam.methods.MethodInfo;
import loam.methods.RunContext;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Thresholds;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.common.AdamWTraining;
import loam.methods.data.Digits;
import loam.methods.data.FashionMnist;
import loam.methods.data.Mnist;
import loam.nn.Gelu;
import loam.nn.LayerNorm;
import loam.nn.Linear;
import loam.nn.Sequential;
import loam.nn.VisionTransformer;
import loam.nn.metrics.Accuracy;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.data.LabelledDataset;

/**
 * Heads on frozen networks. A network trained on clothing is probed on digits, by its mean feature and by moments of its tokens; token sets
 * that differ in second moments alone show the mechanism; a small Vision Transformer shows what recalibrated blocks add.
 */
public final class MomentProbingExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("moment-probing", "a head on a frozen network that reads second moments of its tokens",
            "Tuning Pre-trained Model via Moment Probing", 2023, "M. Gao, Q. Wang, Z. Lin, P. Zhu, Q. Hu, J. Zhou", "https://arxiv.org/abs/2307.11342", "tuning");

    private static final List<Arm> MAPS = List.of(
            new Arm("images", "lp", "linear probe"), new Arm("images", "mp", "moment probe"), new Arm("images", "second", "second order alone"),
            new Arm("images", "mlp", "two layers on the mean"), new Arm("images", "auto", "auto-covariance"),
            new Arm("images", "long", "linear probe trained ten times as long"));
    private static final List<Arm> PAIRED = List.of(
            new Arm("paired", "lp", "linear probe"), new Arm("paired", "mp", "moment probe"), new Arm("paired", "mlp", "two layers on the mean"));
    private static final List<Arm> TRANSFORMER = List.of(
            new Arm("transformer", "mp", "moment probe"), new Arm("transformer", "plus", "moment probe and recalibration"));

    private static final int LONGER = 10;
    private static final List<String> RATES = List.of("0.0005", "0.002", "0.005");
    private static final List<Long> TINY_SEEDS = List.of(1000L, 1001L);
    private static final List<Long> SMALL_SEEDS = List.of(1000L);
    /** The best of RATES for each arm on held-out training images, mean over the seeds; of equal ones the middle. */
    private static final Map<String, String> TINY_RATES = Map.of("images.lp", "0.005", "images.mp", "0.005", "images.second", "0.005", "images.mlp", "0.005",
            "images.auto", "0.005", "paired.lp", "0.002", "paired.mp", "0.005", "paired.mlp", "0.005");
    private static final Map<String, String> SMALL_RATES = Map.of("images.lp", "0.005", "images.mp", "0.005", "images.second", "0.005", "images.mlp", "0.005",
            "images.auto", "0.005", "paired.lp", "0.005", "paired.mp", "0.002", "paired.mlp", "0.005", "transformer.mp", "0.005", "transformer.plus", "0.005");

    private final Thresholds thresholds = Thresholds.of(MomentProbingExperiment.class);

    /** A head on a task. */
    private record Arm(String task, String key, String words) {
        String label() {
            return task + ", " + words;
        }

        String metric() {
            return task + "." + key;
        }

        /** The longer linear probe has no rate of its own. */
        boolean tuned() {
            return !key.equals("long");
        }

        String rate() {
            return !tuned() ? "imagesLpRate" : task + key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1) + "Rate";
        }

        String chosen(Tier tier) {
            return (tier == Tier.TINY ? TINY_RATES : SMALL_RATES).get(metric());
        }
    }

    private static List<Arm> all(Tier tier) {
        List<Arm> arms = new ArrayList<>(MAPS);
        arms.addAll(PAIRED);
        if (tier == Tier.SMALL) {
            arms.addAll(TRANSFORMER);
        }
        return arms;
    }

    @Override
    public List<String> data(Tier tier) {
        return tier == Tier.TINY ? List.of(Digits.NAME) : List.of(FashionMnist.FILES.slug(), Mnist.FILES.slug());
    }

    @Override
    public List<String> arms(Tier tier) {
        return all(tier).stream().map(Arm::label).toList();
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        List<Setting> settings = new ArrayList<>(List.of(
                Setting.integer("sourceEpochs", tiny ? 4 : 3, 1, 1000, "passes of the convolutional network's training"),
                Setting.integer("images", tiny ? 400 : 1_000, 64, 40_000, "training images of the probes"),
                Setting.integer("epochs", tiny ? 6 : 15, 1, 1000, "passes of the probes on images"),
                Setting.integer("samples", tiny ? 400 : 1_000, 64, 10_000, "token sets for training, and as many for the test"),
                Setting.integer("pairedEpochs", tiny ? 4 : 15, 1, 1000, "passes of the probes on token sets"),
                Setting.integer("hidden", tiny ? 64 : 128, 28, 1024, "channels of the moment probe, a multiple of 4"),
                Setting.integer("batch", tiny ? 16 : 64, 2, 10_000, "rows in a step of a probe"),
                Setting.real("decay", 0.05, 0, 10, "weight decay of all arms"),
                Setting.flag("validation", false, "judge on held-out training images: for the choice of settings")));
        if (!tiny) {
            settings.addAll(List.of(
                    Setting.integer("sourceImages", 5_000, 64, 60_000, "images of clothing that the networks are trained on"),
                    Setting.integer("testImages", 2_000, 64, 10_000, "test images"),
                    Setting.integer("transformerEpochs", 3, 1, 1000, "passes of the transformer's training"),
                    Setting.integer("bottleneck", 8, 1, 1024, "channels of a recalibration"),
                    Setting.integer("plusEpochs", 8, 1, 1000, "passes of the probes on the transformer")));
        }
        tuning(tier).forEach(t -> settings.add(t.asSetting(1e-6, 1, "learning rate: " + t.arm())));
        return settings;
    }

    @Override
    public List<Tuning> tuning(Tier tier) {
        return all(tier).stream().filter(Arm::tuned).map(a -> new Tuning(a.label(), a.rate(), RATES, a.chosen(tier), tier == Tier.TINY ? TINY_SEEDS : SMALL_SEEDS)).toList();
    }

    @Override
    public String summary(Tier tier, Settings set) {
        String images = tier == Tier.TINY ? "Digits, a network of 0 to 4 probed on 5 to 9" : "a network of Fashion-MNIST probed on MNIST";
        return String.format(Locale.ROOT, "%s, %,d training images; %,d synthetic token sets", images, set.integer("images"), set.integer("samples"));
    }

    @Override
    public List<Claim> claims(Tier tier) {
        List<Claim> claims = new ArrayList<>(List.of(
                Claim.gain("images: moment probe over linear probe", "images.mp", "images.lp", thresholds.get(tier, "images.lp")),
                Claim.gain("images: moment probe over two layers of as many parameters", "images.mp", "images.mlp", thresholds.get(tier, "images.mlp")),
                Claim.gain("images: moment probe over second order alone", "images.mp", "images.second", thresholds.get(tier, "images.second")),
                Claim.gain("images: moment probe over auto-covariance", "images.mp", "images.auto", 0).reported(),
                Claim.gain("images: moment probe over a linear probe trained ten times as long", "images.mp", "images.long", 0).reported(),
                Claim.atMost("token sets: linear probe near chance", "paired.lp", thresholds.get(tier, "paired.lp")),
                Claim.atLeast("token sets: moment probe", "paired.mp", thresholds.get(tier, "paired.mp")),
                Claim.gain("token sets: moment probe over linear probe", "paired.mp", "paired.lp", thresholds.get(tier, "paired.gain")),
                Claim.gain("token sets: moment probe over two layers of as many parameters", "paired.mp", "paired.mlp", 0).reported()));
        if (tier == Tier.SMALL) {
            claims.add(Claim.gain("transformer: recalibrated blocks over moment probe", "transformer.plus", "transformer.mp", thresholds.get(tier, "transformer.plus")));
            claims.add(Claim.atMost("transformer: recalibration's parameters, share of the network's", "transformer.share", thresholds.get(tier, "transformer.share")));
        }
        return claims;
    }

    @Override
    public void run(RunContext run) {
        boolean small = run.tier() == Tier.SMALL;
        ProbingTasks tasks = new ProbingTasks(run);
        ProbingTasks.Images images = tasks.images();
        double part = small ? 0.4 : 1;
        ProbingTasks.Task maps = tasks.maps(images, done -> run.progress(0.3 * part * done, "training the convolutional network"));
        probe(run, maps, MAPS, run.settings().integer("epochs"), 0.3 * part, 0.5 * part);
        probe(run, tasks.paired(), PAIRED, run.settings().integer("pairedEpochs"), 0.8 * part, 0.2 * part);
        if (small) {
            VisionTransformer vit = tasks.transformer(images, done -> run.progress(part + 0.3 * done, "training the transformer"));
            ProbingTasks.Task tokens = tasks.tokens(images, vit);
            probe(run, tokens, TRANSFORMER.subList(0, 1), run.settings().integer("plusEpochs"), part + 0.3, 0.05);
            recalibrate(run, images, vit, tokens, done -> run.progress(part + 0.35 + 0.25 * done, "recalibrating"));
        }
    }

    /** The arms on one task: same features, first weights by one generator, same batches. */
    private static void probe(RunContext run, ProbingTasks.Task task, List<Arm> arms, int epochs, double from, double share) {
        for (Arm arm : arms) {
            double start = from + share * arms.indexOf(arm) / arms.size();
            DoubleConsumer progress = done -> run.progress(start + share / arms.size() * done, arm.label());
            run.metric(arm.metric(), arm.key().equals("mlp") ? twoLayers(run, task, arm, epochs, progress) : moments(run, task, arm, epochs, progress));
        }
    }

    private static AdamWTraining training(RunContext run, Arm arm, int epochs) {
        return new AdamWTraining(run.settings().real(arm.rate()), run.settings().real("decay"), run.settings().integer("batch"), epochs);
    }

    private static double moments(RunContext run, ProbingTasks.Task task, Arm arm, int epochs, DoubleConsumer progress) {
        MomentProbe.Config config = switch (arm.key()) {
            case "lp", "long" -> task.probe().branches(true, false);
            case "second" -> task.probe().branches(false, true);
            case "auto" -> task.probe().crossing(MomentProbe.Crossing.SELF);
            default -> task.probe();
        };
        MomentProbe probe = new MomentProbe(config, run.rng().split("probe"));
        run.metric(arm.metric() + ".parameters", probe.parameterCount());
        probe.fit(task.train(), task.trainLabels(), training(run, arm, arm.tuned() ? epochs : LONGER * epochs), run.rng().split("batches"), progress);
        return Accuracy.of(probe.scores(task.test()), task.testLabels());
    }

    /** A head of two layers on the pooled vector with as many parameters as the moment probe has, or a few less. */
    private static double twoLayers(RunContext run, ProbingTasks.Task task, Arm arm, int epochs, DoubleConsumer progress) {
        int dim = task.probe().dim();
        int classes = task.probe().classes();
        Rng init = run.rng().split("two layers");
        long budget = new MomentProbe(task.probe(), init).parameterCount();
        int units = (int) ((budget - classes - 2L * dim) / (dim + 1 + classes));
        Sequential head = new Sequential(new LayerNorm(Shape.of(dim), 1e-6, true), new Linear(dim, units, init), new Gelu(), new Linear(units, classes, init));
        run.metric(arm.metric() + ".parameters", head.parameterCount());
        LabelledDataset data = LabelledDataset.of(task.train().pooled(), task.trainLabels(), classes);
        training(run, arm, epochs).fit(head, data, run.rng().split("batches"), progress);
        return Accuracy.of(head.predict(task.test().pooled()), task.testLabels());
    }

    /** The same probe with the same first weights on recalibrated blocks. */
    private static void recalibrate(RunContext run, ProbingTasks.Images images, VisionTransformer vit, ProbingTasks.Task task, DoubleConsumer progress) {
        Arm arm = TRANSFORMER.get(1);
        MomentProbe probe = new MomentProbe(task.probe(), run.rng().split("probe"));
        MomentProbePlus plus = new MomentProbePlus(vit, run.settings().integer("bottleneck"), probe, run.rng().split("recalibration"));
        run.metric("transformer.share", plus.recalibrationCount() / (double) vit.parameterCount());
        training(run, arm, run.settings().integer("plusEpochs")).fit(plus, images.train(), run.rng().split("batches"), progress);
        run.metric(arm.metric(), Accuracy.of(plus, images.test()));
    }
}
