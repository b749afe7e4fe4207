package loam.methods;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loam.tensor.Failure;

/** Runs an experiment seed by seed and judges its claims. */
public final class Runner {
    private Runner() {
    }

    /** Runs {@code method} as asked. Errors of the experiment pass through; results appear only when every seed has ended. */
    public static RunResult run(Method method, RunRequest request, Progress progress) {
        long started = System.nanoTime();
        Experiment experiment = method.experiment();
        if (!experiment.tiers().contains(request.tier())) {
            throw Failure.of(method.info().slug(), "it has no tier '" + request.tier().label() + "'")
                    .hint("tiers: " + String.join(", ", experiment.tiers().stream().map(Tier::label).toList())).argument();
        }
        Map<String, List<Double>> metrics = new LinkedHashMap<>();
        Set<DataUse> data = new LinkedHashSet<>();
        List<List<RunContext.Curve>> curves = new ArrayList<>();
        List<RunContext.Picture> pictures = List.of();
        for (long seed : request.seeds()) {
            long seedStarted = System.nanoTime();
            RunContext context = new RunContext(seed, request, progress);
            progress.start(seed);
            experiment.run(context);
            add(metrics, context.metrics(), curves.size());
            pictures = curves.isEmpty() ? context.pictures() : pictures;
            curves.add(context.curves());
            data.addAll(context.data());
            progress.end(seed, seconds(seedStarted));
        }
        int repetitions = experiment.repetitions(request.tier());
        List<Claim.Result> claims = experiment.claims(request.tier()).stream().map(c -> c.judge(metrics, repetitions)).toList();
        return new RunResult(method.info(), request.tier(), repetitions, request.seeds(), request.seedsFrom(), request.settings(),
                List.copyOf(data), experiment.tuning(request.tier()), claims, metrics, curves, pictures, seconds(started), RunEnvironment.current());
    }

    private static void add(Map<String, List<Double>> all, Map<String, Double> one, int seedsBefore) {
        if (seedsBefore > 0 && !all.keySet().equals(one.keySet())) {
            throw Failure.of("run", "the seeds computed different metrics").fact("before", all.keySet()).fact("now", one.keySet()).state();
        }
        one.forEach((name, value) -> all.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
