package loam.methods.newfamily.newmethod;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import loam.methods.Claim;
import loam.methods.DataUse;
import loam.methods.Experiment;
import loam.methods.MethodInfo;
import loam.methods.RunContext;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Thresholds;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.data.Digits;
import loam.nn.metrics.Accuracy;
import loam.tensor.data.LabelledDataset;
import loam.tensor.data.Split;

/**
 * What is compared with what, on which data, and what the arms share. Here: a hidden layer against none on handwritten digits; both arms have
 * the same split, the same order of batches and the same number of steps.
 */
public final class NewMethodExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("new-method", "a hidden layer between pixels and classes", "Title of the Paper", 2017,
            "A. Author, B. Author", "https://arxiv.org/abs/0000.00000", "newfamily");

    private static final int CURVE_POINTS = 50;

    private final Thresholds thresholds = Thresholds.of(NewMethodExperiment.class);

    /** One of the compared classifiers. */
    private record Arm(String metric, int hidden, double rate) {
    }

    @Override
    public List<String> data(Tier tier) {
        return List.of(Digits.NAME);
    }

    @Override
    public List<String> arms(Tier tier) {
        return List.of("linear", "hidden layer");
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        List<Setting> settings = new ArrayList<>(List.of(
                Setting.integer("steps", tiny ? 500 : 1_000, 1, 1_000_000, "steps of training of each arm"),
                Setting.integer("batch", 64, 1, 10_000, "images in a step"),
                Setting.integer("hidden", tiny ? 64 : 256, 1, 10_000, "units of the hidden layer")));
        tuning(tier).forEach(t -> settings.add(t.asSetting(1e-6, 1, "learning rate of the classifier: " + t.arm())));
        return settings;
    }

    @Override
    public List<Tuning> tuning(Tier tier) {
        List<String> tried = List.of("0.003", "0.01", "0.03", "0.1");
        List<Long> seeds = List.of(1000L, 1001L);
        return List.of(new Tuning("linear", "linearRate", tried, "0.1", seeds),
                new Tuning("hidden layer", "rate", tried, tier == Tier.TINY ? "0.01" : "0.03", seeds));
    }

    @Override
    public String summary(Tier tier, Settings settings) {
        return String.format(Locale.ROOT, "Digits, 1,438 training and 359 test images 8 x 8, %,d steps of %d", settings.integer("steps"),
                settings.integer("batch"));
    }

    @Override
    public List<Claim> claims(Tier tier) {
        return List.of(
                Claim.gain("test accuracy, gain over no hidden layer", "hidden.accuracy", "linear.accuracy", thresholds.get(tier, "gain")),
                Claim.atLeast("test accuracy", "hidden.accuracy", thresholds.get(tier, "accuracy")));
    }

    @Override
    public void run(RunContext run) {
        Settings set = run.settings();
        LabelledDataset images = Digits.load();
        Split<LabelledDataset> split = images.withX(images.x().flatten(1, 3)).split(0.8, run.rng().split("data"));      // rows [N, 64]
        run.uses(new DataUse(Digits.NAME, "bundled", Digits.sha256(), split.train().size(), split.test().size()));
        List<Arm> arms = List.of(new Arm("linear", 0, set.real("linearRate")), new Arm("hidden", set.integer("hidden"), set.real("rate")));
        for (int i = 0; i < arms.size(); i++) {
            Arm arm = arms.get(i);
            int before = i;
            int steps = set.integer("steps");
            NewMethod method = new NewMethod(new NewMethod.Config(split.train().x().dim(1), arm.hidden(), split.train().classes(), arm.rate(),
                    set.integer("batch"), steps), run.rng());
            method.fit(split.train(), (step, loss) -> {
                if (step % Math.max(1, steps / CURVE_POINTS) == 0) {
                    run.curve("loss/" + arm.metric(), step, loss);
                    run.progress((before + step / (double) steps) / arms.size(), arm.metric() + " " + step + "/" + steps);
                }
            });
            run.metric(arm.metric() + ".accuracy", Accuracy.of(method.predict(split.test().x()), split.test().labels()));
        }
    }
}
