package loam.methods.continual.dsimplex;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import loam.methods.continual.common.CompatibilityMatrix;
import loam.methods.continual.common.Letters;
import loam.methods.continual.common.RehearsedTraining;

/**
 * A user's model learns new classes task by task, and is replaced by a better one of the provider at every second task. How well do new
 * queries find their class in galleries that older models made? Fixed simplex, with and without the HOC loss, against experience replay under a
 * learnable classifier.
 */
public final class DSimplexExperiment implements Experiment {
    /** The method's entry in the registry. */
    public static final MethodInfo INFO = new MethodInfo("d-simplex", "features that stay comparable when the model is replaced: a fixed simplex as classifier",
            "Stationary Representations: Optimally Approximating Compatibility and Implications for Improved Model Replacements", 2024,
            "N. Biondi, F. Pernici, S. Ricci, A. Del Bimbo", "https://arxiv.org/abs/2405.02581", "continual");

    private static final String ER = "experience replay";
    private static final String SIMPLEX = "d-Simplex";
    private static final String HOC = "d-Simplex-HOC";
    private static final String INDEPENDENT = "independent models";

    /** The same for all arms: each was best at the least rate that was tried. */
    private static final String IMAGE_RATE = "0.003";

    private final Thresholds thresholds = Thresholds.of(DSimplexExperiment.class);

    @Override
    public List<String> data(Tier tier) {
        return Letters.sets(tier);
    }

    @Override
    public List<String> arms(Tier tier) {
        return tier == Tier.TINY ? List.of(ER, SIMPLEX, HOC) : List.of(ER, SIMPLEX, HOC, INDEPENDENT);
    }

    @Override
    public List<Setting> settings(Tier tier) {
        boolean tiny = tier == Tier.TINY;
        List<Setting> settings = new ArrayList<>(List.of(
                Setting.integer("slots", 32, 28, 1024, "K, vertices of the simplex"),
                Setting.real("lambda", 0.1, 0, 1, "weight of the cross-entropy beside the HOC loss"),
                Setting.real("mu", 10, 1e-3, 1e3, "sharpness of the HOC loss"),
                Setting.integer("memory", 20, 0, 200, "samples kept of each local class"),
                Setting.real("deliveryRate", 0.05, 1e-6, 10, "learning rate of the provider"),
                Setting.integer("deliveryEpochs", tiny ? 50 : 100, 1, 1000, "passes of the provider's trainings, in percent of 60, 30, 15"),
                Setting.integer("epochs", tiny ? 5 : 10, 1, 1000, "passes over a local task")));
        if (!tiny) {
            settings.add(Setting.integer("imageEpochs", 10, 1, 1000, "passes over a local task of images"));
            settings.add(Setting.integer("imageDeliveryEpochs", 100, 1, 1000, "passes of the provider's trainings on images, in percent of 30, 10"));
        }
        tuning(tier).forEach(t -> settings.add(t.asSetting(1e-6, 10, "learning rate of the local tasks"
                + (t.setting().startsWith("image") ? " of images, " : ", ") + t.arm())));
        return settings;
    }

    /** By the mean AM of both galleries, in the small tier; the tiny tier takes the same rates. */
    @Override
    public List<Tuning> tuning(Tier tier) {
        List<Tuning> all = new ArrayList<>(List.of(tuned(ER, "rateReplay", "0.01", 1000L, 1001L), tuned(SIMPLEX, "rateSimplex", "0.003", 1000L, 1001L),
                tuned(HOC, "rateHoc", "0.003", 1000L, 1001L)));
        if (tier == Tier.SMALL) {
            all.add(tuned(ER, "imageRateReplay", IMAGE_RATE, 1000L));
            all.add(tuned(SIMPLEX, "imageRateSimplex", IMAGE_RATE, 1000L));
            all.add(tuned(HOC, "imageRateHoc", IMAGE_RATE, 1000L));
        }
        return all;
    }

    private static Tuning tuned(String arm, String setting, String chosen, Long... seeds) {
        return new Tuning(arm, setting, List.of("0.003", "0.01", "0.03"), chosen, List.of(seeds));
    }

    @Override
    public String summary(Tier tier, Settings set) {
        String letters = String.format(Locale.ROOT, "LetterRecognition, 16 provider letters, 5 tasks of 2 letters, K = %d", set.integer("slots"));
        return tier == Tier.TINY ? letters : letters + "; MNIST and Fashion-MNIST, 12 provider classes, 4 tasks of 2";
    }

    @Override
    public List<Claim> claims(Tier tier) {
        List<Claim> claims = new ArrayList<>();
        gain(claims, tier, "letters.P", "cross", "simplex", "er", "provider letters: cross-test, d-Simplex over replay", true);
        gain(claims, tier, "letters.P", "am", "simplex", "er", "provider letters: AM, d-Simplex over replay", true);
        if (tier == Tier.TINY) {
            return claims;
        }
        gain(claims, tier, "letters.P", "self", "simplex", "er", "provider letters: self-test, d-Simplex against replay", true);
        gain(claims, tier, "letters.L", "cross", "simplex", "er", "local letters: cross-test, d-Simplex over replay", true);
        gain(claims, tier, "letters.L", "am", "simplex", "er", "local letters: AM, d-Simplex over replay", true);
        gain(claims, tier, "letters.P", "cross", "hoc", "simplex", "provider letters: cross-test, HOC over d-Simplex", true);
        gain(claims, tier, "letters.P", "am", "hoc", "simplex", "provider letters: AM, HOC over d-Simplex", true);
        claims.add(Claim.atLeast("provider letters: AC of HOC", "letters.P.hoc.ac", thresholds.get(tier, "letters.P.ac.hoc")));
        gain(claims, tier, "letters.P", "ac", "hoc", "er", "provider letters: AC, HOC over replay", true);
        gain(claims, tier, "letters.L", "cross", "hoc", "simplex", "local letters: cross-test, HOC over d-Simplex", true);
        gain(claims, tier, "images.P", "cross", "hoc", "er", "provider images: cross-test, HOC over replay", true);
        gain(claims, tier, "images.P", "am", "hoc", "er", "provider images: AM, HOC over replay", true);
        gain(claims, tier, "images.L", "cross", "hoc", "er", "local images: cross-test, HOC over replay", true);
        gain(claims, tier, "images.P", "cross", "hoc", "simplex", "provider images: cross-test, HOC over d-Simplex", true);
        gain(claims, tier, "letters.P", "self", "hoc", "simplex", "provider letters: self-test, HOC against d-Simplex", false);
        gain(claims, tier, "letters.L", "ac", "hoc", "er", "local letters: AC, HOC over replay", false);
        gain(claims, tier, "letters.P", "cross", "er", "independent", "provider letters: cross-test, replay over independent models", false);
        gain(claims, tier, "images.P", "cross", "simplex", "er", "provider images: cross-test, d-Simplex over replay", false);
        gain(claims, tier, "images.P", "self", "hoc", "er", "provider images: self-test, HOC against replay", false);
        gain(claims, tier, "images.P", "ac", "hoc", "er", "provider images: AC, HOC over replay", false);
        return claims;
    }

    private void gain(List<Claim> claims, Tier tier, String where, String measure, String arm, String baseline, String name, boolean gating) {
        double required = gating ? thresholds.get(tier, where + "." + measure + "." + arm + "." + baseline) : 0;
        Claim claim = Claim.gain(name, where + "." + arm + "." + measure, where + "." + baseline + "." + measure, required);
        claims.add(gating ? claim : claim.reported());
    }

    @Override
    public void run(RunContext run) {
        Settings set = run.settings();
        boolean tiny = run.tier() == Tier.TINY;
        study(run, "letters", "rate", StudyData.letters(run), set.integer("epochs"), !tiny, 0, tiny ? 1 : 0.25);
        if (!tiny) {
            study(run, "images", "imageRate", StudyData.images(run), set.integer("imageEpochs"), false, 0.25, 0.75);
        }
    }

    /** All arms on one set of data. */
    private static void study(RunContext run, String name, String rate, ReplacementStudy.Plan plan, int epochs, boolean independent, double from,
            double share) {
        Settings set = run.settings();
        ReplacementStudy study = new ReplacementStudy(plan, run.rng().split(name));
        RehearsedTraining replay = local(set.real(rate + "Replay"), epochs);
        Map<String, List<FeatureExtractor>> arms = new LinkedHashMap<>();
        arms.put("er", study.learnable(replay, false));
        run.progress(from + share * 0.3, name + ": " + ER);
        CompatibleTrainer.Config plain = new CompatibleTrainer.Config(1, new HocLoss(set.real("mu"), false), set.integer("memory"),
                local(set.real(rate + "Simplex"), epochs));
        arms.put("simplex", study.simplex(plain));
        run.progress(from + share * 0.6, name + ": " + SIMPLEX);
        RehearsedTraining aligned = local(set.real(rate + "Hoc"), epochs);
        arms.put("hoc", study.simplex(new CompatibleTrainer.Config(set.real("lambda"), plain.hoc(), plain.memory(), aligned)));
        run.progress(from + share * 0.8, name + ": " + HOC);
        if (independent) {
            arms.put("independent", study.learnable(replay, true));
        }
        arms.forEach((arm, models) -> plan.galleries().forEach(g -> report(run, name + "." + g.name() + "." + arm, ReplacementStudy.test(models, g))));
        run.progress(from + share, name + ": tested");
    }

    private static RehearsedTraining local(double rate, int epochs) {
        return new RehearsedTraining(rate, 0, epochs, StudyData.BATCH, StudyData.DECAY);
    }

    private static void report(RunContext run, String where, CompatibilityMatrix m) {
        run.metric(where + ".cross", m.crossTest());
        run.metric(where + ".self", m.selfTest());
        run.metric(where + ".am", m.averageAccuracy());
        run.metric(where + ".ac", m.averageCompatibility());
        int cut = where.lastIndexOf('.');
        for (int i = 0; i < m.models(); i++) {
            for (int j = 0; j <= i; j++) {
                run.metric(where + ".m" + i + j, m.at(i, j));
            }
            run.curve(where.substring(0, cut) + ": queries of model t in the first gallery/" + where.substring(cut + 1), i, m.at(i, 0));
        }
    }
}
