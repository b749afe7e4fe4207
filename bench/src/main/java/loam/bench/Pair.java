package loam.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Two processes that take turns on rows; the ratio of their times has a limit. Prints a line a row. Source: started by {@code bench/pair}. */
public final class Pair {
    private static final int EXIT_MISSED = 1;
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_FAILED = 70;

    private Pair() { }

    /** What is compared. The ratio is the first side's time over the second's. */
    public enum Kind {
        /** The plain three loops over Loam's kernels without the vector module: at least 4; results as near as in {@link Agreement}. */
        SCALAR(List.of("gemm-512"), 4, true) {
            @Override
            boolean agree(float[][] first, float[][] second) {
                return Agreement.difference(second, first, false) <= Agreement.TOLERANCE;
            }

            @Override
            List<Side> start(Path dir, List<String> options) throws IOException {
                return both(() -> Side.start("plain loop", Sides.LOOP, options, Map.of(), dir),
                        () -> Side.start("Loam", Sides.LOAM, options, Map.of(), dir));
            }
        },
        /** Loam on JDK 17 over the newest JDK: at most 1.25; results equal bit for bit. */
        JDKS(List.of("gemm-512", "exp-64k", "log-64k", "mlp-step", "cnn-step"), 1.25, false) {
            @Override
            boolean agree(float[][] first, float[][] second) {
                return Arrays.deepEquals(first, second);
            }

            @Override
            List<Side> start(Path dir, List<String> options) throws IOException {
                return both(() -> Side.start("JDK 17", Path.of(System.getProperty("loam.bench.old")), Sides.LOAM, options, Map.of(), dir),
                        () -> Side.start("JDK " + Runtime.version().feature(), Sides.LOAM, options, Map.of(), dir));
            }
        };

        private final List<String> rows;
        private final double limit;
        private final boolean atLeast;

        Kind(List<String> rows, double limit, boolean atLeast) {
            this.rows = rows;
            this.limit = limit;
            this.atLeast = atLeast;
        }

        abstract boolean agree(float[][] first, float[][] second);

        abstract List<Side> start(Path dir, List<String> options) throws IOException;

        /** Whether a row is as it must be: both sides compute the same, and the ratio is within the limit. */
        public boolean reached(double ratio, float[][] first, float[][] second) {
            return agree(first, second) && (atLeast ? ratio >= limit : ratio <= limit);
        }
    }

    private interface Start {
        Side now() throws IOException;
    }

    private static List<Side> both(Start first, Start second) throws IOException {
        Side a = first.now();
        a.freeze();
        try {
            return List.of(a, second.now());
        } catch (IOException | IllegalStateException e) {
            a.close();
            throw e;
        }
    }

    /** Measures: the kind in lower case, then names of rows. */
    public static void main(String[] args) {
        int status;
        try {
            Kind kind = Kind.valueOf(args[0].toUpperCase(Locale.ROOT));
            List<Row> rows = Rows.matching(args.length == 1 ? kind.rows : List.of(args).subList(1, args.length));
            status = run(kind, rows, Path.of(System.getProperty("loam.bench.dir", "target/pair")).toAbsolutePath());
        } catch (IllegalArgumentException e) {
            System.err.println("pair: " + e.getMessage());
            status = EXIT_USAGE;
        } catch (IOException | IllegalStateException e) {
            e.printStackTrace();
            status = EXIT_FAILED;
        }
        System.exit(status);
    }

    private static int run(Kind kind, List<Row> rows, Path dir) throws IOException {
        Files.createDirectories(dir);
        List<Side> sides = kind.start(dir, List.of(System.getProperty("loam.bench.options", "").trim().split("\\s+")));
        boolean all = true;
        try {
            for (Row row : rows) {
                all &= measure(kind, row, dir, sides);
            }
        } finally {
            sides.forEach(Side::close);
        }
        return all ? 0 : EXIT_MISSED;
    }

    private static boolean measure(Kind kind, Row row, Path dir, List<Side> sides) throws IOException {
        Path inputs = Files.createDirectories(dir.resolve(row.name()));
        row.problem().write(inputs);
        List<float[][]> results = new ArrayList<>();
        List<String> rounds = new ArrayList<>();
        for (Side s : sides) {
            s.ask("open " + row.name() + " " + inputs);
            results.add(s.results(row.name(), dir.resolve("results-")));
            double ms = s.number("warm " + row.name() + " " + (row.problem().trains() ? RowRun.WARM_STEP_SECONDS : RowRun.WARM_SECONDS));
            rounds.add("round " + row.name() + " " + Plan.of(ms).command());
            s.freeze();
        }
        double[][] ms = new double[2][Options.DEFAULT_ROUNDS];
        int turn = 0;
        for (Schedule.Turn who : Schedule.abba(Options.DEFAULT_ROUNDS)) {
            int i = who == Schedule.Turn.LOAM ? 0 : 1;
            ms[i][turn++ / 2] = Stats.median(sides.get(i).numbers(rounds.get(i)));
            sides.get(i).freeze();
        }
        for (Side s : sides) {
            s.ask("close " + row.name());
            s.freeze();
        }
        double ratio = Stats.median(ms[0]) / Stats.median(ms[1]);
        boolean reached = kind.reached(ratio, results.get(0), results.get(1));
        System.out.printf(Locale.ROOT, "%-22s %s %.4f ms, %s %.4f ms: ratio %.2f, %s %s, %s%n", row.name(), sides.get(0).name(), Stats.median(ms[0]),
                sides.get(1).name(), Stats.median(ms[1]), ratio, kind.atLeast ? "at least" : "at most", kind.limit,
                reached ? "met" : kind.agree(results.get(0), results.get(1)) ? "missed" : "the results differ");
        return reached;
    }
}
