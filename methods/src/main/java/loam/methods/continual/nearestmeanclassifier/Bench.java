package loam.methods.continual.nearestmeanclassifier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.methods.RunContext;
import loam.methods.Settings;
import loam.methods.common.FeatureExtractor;
import loam.methods.continual.common.ContinualEvaluator;
import loam.methods.continual.common.ContinualLearner;
import loam.methods.continual.common.ContinualReport;
import loam.methods.continual.common.ContinualStream;
import loam.methods.continual.common.SequentialLearner;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Sequential;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * One stream with the network for it, and all arms that are compared on it.
 *
 * @param name     first part of its metrics and of the settings that name its learning rates
 * @param stream   tasks of inputs
 * @param classes  how many scores a head must have
 * @param features of the trained network
 * @param random   of the same layers before their training
 * @param body     a trainable copy of the network without its head, [N, ...] to [N, bodyDim]
 * @param bodyDim  what its head is on
 */
record Bench(String name, ContinualStream stream, int classes, FeatureExtractor features, FeatureExtractor random, Layer body, int bodyDim) {
    private static final int BATCH = 64;

    /** Runs every arm, sets its metrics, and returns the stream of the network's features. */
    ContinualStream compare(RunContext run, double from, double to) {
        Settings set = run.settings();
        int rawDim = stream.tasks().get(0).x().numel() / stream.tasks().get(0).size();
        FeatureExtractor pixels = FeatureExtractor.raw(rawDim);
        ContinualStream phi = stream.map(features::features);
        ContinualStream unit = phi.map(Bench::unit);
        ContinualStream raw = stream.map(pixels::features);
        Rng rng = run.rng().split(name);
        int epochs = set.integer("epochsPerTask");
        NearestMeanClassifier.Config own = NearestMeanClassifier.Config.standard();
        Map<String, ContinualReport> reports = new LinkedHashMap<>();
        reports.put("nmc", nearest(phi, features.dim(), own));
        reports.put("plain", nearest(phi, features.dim(), own.normalizeInput(false)));
        reports.put("raw", nearest(raw, rawDim, own));
        reports.put("random", nearest(stream.map(random::features), random.dim(), own));
        run.progress(from + (to - from) * 0.2, name + ": sequential training");
        reports.put("head", sequential(unit, head(features.dim(), rng), set.real(name + "HeadRate"), epochs, 0, rng));
        reports.put("replay", sequential(unit, head(features.dim(), rng), set.real(name + "ReplayRate"), epochs, set.integer("memory"), rng));
        ContinualStream joint = new ContinualStream(List.of(unit.all()), unit.tests(), false);
        reports.put("joint", sequential(joint, head(features.dim(), rng), set.real(name + "JointRate"), set.integer("jointEpochs"), 0, rng));
        run.progress(from + (to - from) * 0.5, name + ": fine-tuning");
        Layer whole = new Sequential(body, head(bodyDim, rng));
        reports.put("tuned", sequential(stream, whole, set.real(name + "TunedRate"), epochs, 0, rng));
        run.progress(to, name);
        report(run, reports);
        return phi;
    }

    private static ContinualReport nearest(ContinualStream of, int dim, NearestMeanClassifier.Config config) {
        return ContinualEvaluator.run(of, new NearestMeanClassifier(dim, config));
    }

    private static ContinualReport sequential(ContinualStream of, Layer network, double rate, int epochs, int memory, Rng rng) {
        ContinualLearner learner = new SequentialLearner(network, new SequentialLearner.Config(rate, epochs, BATCH, memory), rng.split("batches"));
        return ContinualEvaluator.run(of, learner);
    }

    private Layer head(int dim, Rng rng) {
        return new Linear(dim, classes, rng.split("head"));
    }

    /** Rows at length 1. */
    private static Tensor unit(Tensor x) {
        return x.div(x.norm(2, true, 1).maximum(1e-12));
    }

    private void report(RunContext run, Map<String, ContinualReport> reports) {
        reports.forEach((arm, r) -> {
            run.metric(name + "." + arm + ".last", r.last());
            if (!arm.equals("joint")) {
                run.metric(name + "." + arm + ".average", r.average());
                run.metric(name + "." + arm + ".first", r.first());
                run.metric(name + "." + arm + ".forgetting", r.forgetting());
                for (int t = 0; t < r.seen().length; t++) {
                    run.curve(name + ": accuracy on what was seen/" + arm, t + 1.0, r.seen()[t]);
                }
            }
        });
    }

    /**
     * The largest difference between the means after the stream, after all its samples one by one in a random order, and after one fit of all:
     * they are one statistic, so only rounding may differ.
     */
    static double differenceOfMeans(ContinualStream phi, int dim, Rng rng) {
        LabelledDataset all = phi.all();
        List<NearestMeanClassifier> ways = new ArrayList<>();
        for (int way = 0; way < 3; way++) {
            ways.add(new NearestMeanClassifier(dim));
        }
        phi.tasks().forEach(ways.get(0)::learn);
        for (int i : rng.permutation(all.size())) {
            ways.get(1).learn(all.subset(i));
        }
        ways.get(2).learn(all);
        double most = 0;
        for (int c : ways.get(2).classes()) {
            Tensor mean = ways.get(2).mean(c);
            for (NearestMeanClassifier other : ways) {
                most = Math.max(most, other.mean(c).sub(mean).abs().max().item());
            }
        }
        return most;
    }
}
