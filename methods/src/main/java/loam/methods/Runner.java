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

    /**
     * Runs {@code method} as asked. Errors of the experiment pass through; results appear only when every seed has ended. What diverges is no
     * error: see {@link RunContext#arm}.
     */
    public static RunResult run(Method method, RunRequest request, Progress progress) {
        long started = System.nanoTime();
        Experiment experiment = method.experiment();
        if (!experiment.tiers().contains(request.tier())) {
            throw Failure.of(method.info().slug(), "it has no tier '" + request.tier().label() + "'")
                    .hint("tiers: " + String.join(", ", experiment.tiers().stream().map(Tier::label).toList())).argument();
        }
        List<RunContext> ended = new ArrayList<>();
        Set<DataUse> data = new LinkedHashSet<>();
        for (long seed : request.seeds()) {
            long seedStarted = System.nanoTime();
            RunContext context = new RunContext(seed, request, progress);
            progress.start(seed);
            context.whole(() -> experiment.run(context));
            ended.add(context);
            data.addAll(context.data());
            progress.end(seed, seconds(seedStarted));
        }
        int repetitions = experiment.repetitions(request.tier());
        List<Claim> claims = experiment.claims(request.tier());
        List<Divergence> diverged = ended.stream().flatMap(c -> c.diverged().stream()).toList();
        Map<String, List<Double>> metrics = metrics(ended, diverged.isEmpty() ? List.of() : claims);
        return new RunResult(method.info(), request.tier(), repetitions, request.seeds(), request.seedsFrom(), request.settings(),
                List.copyOf(data), experiment.tuning(request.tier()), claims.stream().map(c -> c.judge(metrics, repetitions)).toList(), diverged, metrics,
                ended.stream().map(RunContext::curves).toList(), ended.get(0).pictures(), seconds(started), RunEnvironment.current());
    }

    /** The values of all seeds by name. A seed that diverged has NaN for what it lacks, of that which others have and claims need. */
    private static Map<String, List<Double>> metrics(List<RunContext> seeds, List<Claim> needing) {
        Set<String> names = new LinkedHashSet<>();
        seeds.forEach(s -> names.addAll(s.metrics().keySet()));
        needing.forEach(c -> {
            names.add(c.metric());
            if (c.baseline() != null) {
                names.add(c.baseline());
            }
        });
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (RunContext s : seeds) {
            Map<String, Double> own = s.metrics();
            if (s.diverged().isEmpty() && !own.keySet().equals(names)) {
                throw Failure.of("run", "the seeds computed different metrics").fact("all", names).fact("seed " + s.seed(), own.keySet()).state();
            }
            names.forEach(name -> all.computeIfAbsent(name, n -> new ArrayList<>()).add(own.getOrDefault(name, Double.NaN)));
        }
        return all;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
