package loam.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Loam side by side with other engines. Exit status: 0 when every row reaches what it must, 1 when one is missed, 3 when none is missed
 * but one is unmeasured, 64 on wrong usage, 70 when the harness itself fails.
 */
public final class Compare {
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_FAILED = 70;

    private Compare() { }

    /** Runs the comparison that the arguments ask for. */
    public static void main(String[] args) {
        int status;
        try {
            status = run(Options.parse(args));
        } catch (IllegalArgumentException e) {
            System.err.println("compare: " + e.getMessage());
            System.err.println(Options.USAGE);
            status = EXIT_USAGE;
        } catch (IOException | IllegalStateException e) {
            e.printStackTrace();
            status = EXIT_FAILED;
        }
        System.exit(status);
    }

    private static int run(Options options) throws IOException {
        if (options.list()) {
            Rows.names().forEach(System.out::println);
            return Verdict.EXIT_OK;
        }
        List<Row> rows = options.only().isEmpty() ? Rows.all() : Rows.matching(options.only());
        Path dir = Path.of(System.getProperty("loam.bench.dir", "target/compare-run")).toAbsolutePath();
        Files.createDirectories(dir);
        Sides sides = new Sides(dir, words(System.getProperty("loam.bench.options", "")));
        Consumer<String> progress = line -> System.err.println("compare: " + line);
        RowRun run = new RowRun(dir, options.rounds(), progress);
        Map<String, Object> environment = Environment.facts();
        List<RowResult> results = new ArrayList<>();
        int total = options.threads().size() * rows.size();
        for (int threads : options.threads()) {
            try (Session session = new Session(sides, threads, run.inputs(Rows.named(Rows.PROBE)), progress)) {
                for (Row row : rows) {
                    RowResult r = run.measure(row, session);
                    results.add(r);
                    progress.accept(String.format(Locale.ROOT, "%d of %d: %s, threads: %d, ratio %s", results.size(), total, row.name(), threads,
                            r.ratio() == null ? "not measured" : String.format(Locale.ROOT, "%.3f", r.ratio())));
                }
            }
        }
        results.forEach(r -> r.peak = run.peaks().get(r.threads));
        environment.put("loadAtEnd", Environment.load());
        environment.put("rounds", options.rounds());
        environment.put("loamOptions", words(System.getProperty("loam.bench.options", "")));
        environment.putAll(run.loamFacts());
        environment.put("peers", run.peerFacts());
        Map<String, Object> peaks = new LinkedHashMap<>();
        run.peaks().forEach((threads, rate) -> peaks.put(Integer.toString(threads), rate));
        environment.put("peakGflopsByThreads", peaks);
        if (options.json() != null) {
            Files.writeString(options.json(), Report.json(environment, results));
        }
        run.peaks().forEach((threads, rate) -> System.out.printf(Locale.ROOT, "peak %.1f GFLOP/s on %d thread(s), best of 20 probes%n", rate, threads));
        System.out.print(Report.table(results));
        return Verdict.exitStatus(results.stream().map(RowResult::verdict).toList());
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.trim().split("\\s+"));
    }
}
