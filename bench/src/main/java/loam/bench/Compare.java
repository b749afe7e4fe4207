package loam.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
            for (Row r : Rows.all()) {
                System.out.println(r.name());
            }
            return Verdict.EXIT_OK;
        }
        List<Row> rows = options.only().isEmpty() ? Rows.all() : Rows.matching(options.only());
        Path dir = Path.of(System.getProperty("loam.bench.dir", "target/compare-run")).toAbsolutePath();
        Files.createDirectories(dir);
        Sides sides = new Sides(dir, words(System.getProperty("loam.bench.options", "")));
        RowRun run = new RowRun(sides, dir.resolve("inputs"), options.rounds(), line -> System.err.println("compare: " + line));
        Map<String, Object> environment = Environment.facts();
        List<RowResult> results = new ArrayList<>();
        for (int threads : options.threads()) {
            for (Row row : rows) {
                results.add(run.measure(row, threads));
            }
        }
        results.forEach(r -> r.peak = run.peaks().get(r.threads));
        environment.put("loadAtEnd", Environment.load());
        environment.put("rounds", options.rounds());
        environment.put("loamOptions", words(System.getProperty("loam.bench.options", "")));
        environment.putAll(run.loamFacts());
        environment.put("peer", run.peerFacts());
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
