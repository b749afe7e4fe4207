package loam.methods.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.Names;
import loam.methods.RunEnvironment;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.data.DataPlaces;
import loam.methods.report.ClaimTable;
import loam.methods.report.HtmlReport;
import loam.methods.report.RunFile;
import loam.tensor.profile.Profile;
import loam.tensor.profile.Profiler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code loam run}. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Runs a method's experiment, or those of all methods, and judges its claims.",
        footer = {"", "Exit status: 0 all gating claims hold, 2 one does not, 64 wrong usage, 66 missing data.",
                "With --all, 2 when a gating claim of any method fails, otherwise that of the first error."})
final class RunCommand implements Callable<Integer> {
    private static final long MOST_SEEDS = 10_000;
    private final Main main;
    @Parameters(arity = "0..1", paramLabel = "METHOD", description = "its name, see 'loam list'")
    private String slug;
    @Option(names = "--all", description = "every method that has the tier, one after the other; with --json one object with all runs")
    private boolean all;
    @Option(names = "--tier", paramLabel = "T", description = "tiny, small or full")
    private String tier;
    @Option(names = "--seed", paramLabel = "N", description = "the first seed (0)")
    private Long seed;
    @Option(names = "--seeds", paramLabel = "K", description = "how many seeds, N .. N+K-1 (the experiment's own number)")
    private Integer seeds;
    @Option(names = "--seeds-from", paramLabel = "COMMIT", description = "seeds that follow from a commit's name instead of N: judges a method on "
            + "seeds that nobody could know when that commit froze its thresholds")
    private String seedsFrom;
    @Option(names = "--data", paramLabel = "DIR", description = "a folder of data sets, looked into first")
    private Path data;
    @Option(names = "--set", paramLabel = "key=value", description = "changes a setting; may be repeated")
    private List<String> set = List.of();
    @Option(names = "--json", description = "one JSON object on standard output and nothing else")
    private boolean json;
    @Option(names = "--report", paramLabel = "DIR", description = "writes an HTML page and the run file into DIR")
    private Path report;
    @Option(names = "--profile", arity = "0..1", paramLabel = "FILE", fallbackValue = "", description = "tells on standard error where the time went, by "
            + "operation and by module; writes a trace for a viewer into FILE")
    private String profile;

    RunCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        if (all == (slug != null)) {
            throw all ? new UsageException("METHOD and --all exclude each other", "leave one of them out")
                    : new UsageException("a method is missing", "'loam list' names them; --all runs every one");
        }
        checkReport();
        if (all) {
            return runAll();
        }
        RunResult result = run(UsageException.asking(() -> main.registry.find(slug)));
        if (json) {
            main.output.line(RunFile.write(result));
        }
        return result.passed() ? Exit.OK : Exit.CLAIM_FAILS;
    }

    /** Runs one method; without {@code --json} the reader sees what runs and the table. */
    private RunResult run(Method method) {
        Experiment experiment = method.experiment();
        RunRequest request = request(method, experiment);
        if (!json) {
            RunEnvironment e = RunEnvironment.current();
            main.output.line(method.info().slug() + " · " + method.info().paper() + " (" + method.info().year() + ")");
            main.output.line("data   " + experiment.summary(request.tier(), request.settings()) + "        kernels " + e.kernels()
                    + (e.lanes() > 1 ? " " + e.lanes() + " lanes" : "") + ", " + e.threads() + (e.threads() == 1 ? " thread" : " threads"));
            main.output.out().flush();
        }
        RunResult result = profile == null ? Runner.run(method, request, new ProgressLines(main.output)) : profiled(method, request);
        Path page = report == null ? null : HtmlReport.write(result, report);
        if (!json) {
            List<String> lines = ClaimTable.text(result);
            lines.set(lines.size() - 1, lines.get(lines.size() - 1) + " · report: " + (page == null ? "none (--report DIR writes one)" : page));
            main.output.lines(lines);
        }
        return result;
    }

    private RunResult profiled(Method method, RunRequest request) {
        AtomicReference<RunResult> result = new AtomicReference<>();
        Profile p = Profiler.run(() -> result.set(Runner.run(method, request, new ProgressLines(main.output))));
        main.output.err().print(p.table());
        main.output.err().flush();
        if (!profile.isEmpty()) {
            p.writeTrace(Path.of(profile));
        }
        return result.get();
    }

    private int runAll() {
        if (profile != null) {
            throw new UsageException("--profile and --all exclude each other", "name one METHOD");
        }
        if (!set.isEmpty()) {
            throw new UsageException("--set and --all exclude each other", "settings belong to one method: loam run METHOD --set " + set.get(0));
        }
        List<String> labels = Arrays.stream(Tier.values()).map(Tier::label).toList();
        if (tier != null && !labels.contains(tier)) {
            throw noTier(labels);
        }
        Map<Boolean, List<Method>> byTier = main.registry.methods().stream().collect(Collectors.partitioningBy(m -> tier == null
                || m.experiment().tiers().stream().anyMatch(t -> t.label().equals(tier))));
        if (byTier.get(true).isEmpty()) {
            throw new UsageException("no method has the tier '" + tier + "'", "'loam list --json' tells the tiers of each");
        }
        byTier.get(true).forEach(m -> request(m, m.experiment()));
        RunAll runs = new RunAll(main.output);
        runs.run(byTier.get(true), method -> {
            RunResult result = run(method);
            if (!json) {
                main.output.line("");
            }
            return result;
        });
        if (json) {
            main.output.json(runs.json(byTier.get(false)));
        } else {
            main.output.lines(runs.lines(byTier.get(false), tier));
        }
        return runs.exit();
    }

    private RunRequest request(Method method, Experiment experiment) {
        Tier chosen = tier == null ? experiment.defaultTier() : tier(experiment);
        Settings settings = UsageException.asking(() -> Settings.of(experiment.settings(chosen), pairs()));
        if (seeds != null && (seeds < 1 || seeds > MOST_SEEDS)) {
            throw new UsageException("--seeds cannot be " + seeds, "it is how many seeds run, 1 to " + MOST_SEEDS);
        }
        int count = seeds != null ? seeds : experiment.repetitions(chosen);
        List<Long> chosenSeeds = seeds(count);
        if (data != null && !Files.isDirectory(data)) {
            throw new UsageException("--data: " + data + " is no folder", "name the folder that holds the data sets");
        }
        return new RunRequest(chosen, chosenSeeds, settings, DataPlaces.standard(data),
                chosen == Tier.FULL ? checkpoints(method, settings) : null, seedsFrom);
    }

    private List<Long> seeds(int count) {
        if (seedsFrom != null) {
            if (seed != null) {
                throw new UsageException("--seed and --seeds-from exclude each other", "leave one of them out");
            }
            return UsageException.asking(() -> RunRequest.seedsFrom(seedsFrom, count));
        }
        long first = seed == null ? 0 : seed;
        if (first > Long.MAX_VALUE - count) {
            throw new UsageException("--seed cannot be " + first, "the seeds must stay below 2^63");
        }
        return RunRequest.seeds(first, count);
    }

    private Tier tier(Experiment experiment) {
        List<String> labels = experiment.tiers().stream().map(Tier::label).toList();
        if (!labels.contains(tier)) {
            throw noTier(labels);
        }
        return Tier.valueOf(tier.toUpperCase(Locale.ROOT));
    }

    private UsageException noTier(List<String> labels) {
        return new UsageException("no tier '" + tier + "'", Names.didYouMean(tier, labels) + "tiers: " + String.join(", ", labels));
    }

    private Map<String, String> pairs() {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : set) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--set " + pair + ": no 'key=value'", "as in --set steps=100");
            }
            pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
        return pairs;
    }

    /** One folder for each set of settings, so that changed settings never resume another run. */
    private static Path checkpoints(Method method, Settings settings) {
        String changed = new TreeMap<>(settings.changed()).toString().replaceAll("[^A-Za-z0-9.=-]+", "_");
        return DataPlaces.cacheFolder(System.getenv(), Path.of(System.getProperty("user.home"))).resolve("runs").resolve(method.info().slug())
                .resolve("full" + (settings.changed().isEmpty() ? "" : changed));
    }

    /** Before hours of work rather than after. */
    private void checkReport() {
        if (report == null) {
            return;
        }
        Path existing = report.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
            throw new UsageException("--report: cannot write to " + report, "name a folder; it is made where it is missing");
        }
    }
}
