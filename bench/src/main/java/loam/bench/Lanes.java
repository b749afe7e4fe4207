package loam.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import loam.bench.work.LoamEngine;
import loam.tensor.kernel.KernelSets;

/** Loam's rate on some rows against the peak of this process's lanes, which {@code -XX:MaxVectorSize} limits. Prints a line a row. */
public final class Lanes {
    private static final List<String> ROWS = List.of("gemm-512", "gemm-1024", "conv3x3-32-64-28-fwd");
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_FAILED = 70;
    private static final double WARM_SECONDS = 2;
    private static final int TURNS = 15;
    private static final int BATCHES = 3;

    private Lanes() { }

    /** Measures the named rows. */
    public static void main(String[] args) {
        List<Row> rows = new ArrayList<>();
        try {
            for (String name : args.length == 0 ? ROWS : List.of(args)) {
                Row row = Rows.named(name);
                if (row.problem().flops() == 0) {
                    throw new IllegalArgumentException(name + " has no operations to count");
                }
                rows.add(row);
            }
        } catch (IllegalArgumentException e) {
            System.err.println("lanes: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
        try {
            for (Row row : rows) {
                System.out.println(measure(row, Path.of(System.getProperty("loam.bench.dir", "target/lanes")).resolve(row.name())));
            }
        } catch (IOException | IllegalStateException e) {
            e.printStackTrace();
            System.exit(EXIT_FAILED);
        }
    }

    /** The peak is taken before every turn; the median of the turns counts, and the highest peak. */
    private static String measure(Row row, Path dir) throws IOException {
        Files.createDirectories(dir);
        row.problem().write(dir);
        int threads = KernelSets.threads();
        try (Work work = new LoamEngine().open(row, dir)) {
            Plan plan = Plan.of(Worker.warm(work, WARM_SECONDS));
            double peak = 0;
            double[] turns = new double[TURNS];
            for (int i = 0; i < TURNS; i++) {
                peak = Math.max(peak, Peak.gflops(threads));
                turns[i] = Stats.median(Worker.round(work::iterate, plan.iterations(), plan.iterations(), BATCHES));
            }
            double median = row.problem().flops() / Stats.median(turns) / 1e6;
            double best = row.problem().flops() / Stats.best(turns) / 1e6;
            return String.format(Locale.ROOT, "%2d lanes, %d thread(s), JDK %d: %-22s %6.1f GFLOP/s, %2.0f %% of a peak of %.1f (best turn %.1f, %2.0f %%)",
                    KernelSets.chosen().lanes(), threads, Runtime.version().feature(), row.name(), median, 100 * median / peak, peak, best, 100 * best / peak);
        }
    }
}
