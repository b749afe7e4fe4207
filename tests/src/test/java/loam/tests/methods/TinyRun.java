package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import loam.methods.Method;
import loam.methods.Progress;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.data.DataPlaces;
import loam.optim.StepObserver;
import loam.tensor.Context;
import loam.tensor.kernel.KernelSets;
import loam.tensor.kernel.Kernels;

/**
 * One seed of a method's tiny tier, run for all tests that ask: twice, and for the first losses once more on the plain kernels.
 *
 * @param first        the first run
 * @param second       the same again
 * @param training     what its optimizers did in the first run
 * @param scalarLosses the first losses on the plain kernels
 * @param printed      what was written to standard output and standard error
 * @param leastNanos   processor time of the threads that are there at the end, the least of several runs: the first ones run code that is not
 *                     compiled yet, and a busy machine slows all. A thread that ends with the run is not counted; those only fetch batches.
 */
record TinyRun(RunResult first, RunResult second, WatchedTraining training, List<Double> scalarLosses, String printed, long leastNanos) {
    /** Processor time of all arms for one seed. */
    static final long BUDGET_NANOS = 2_000_000_000L;
    /** Beside much other work, caches and cores are shared and waiting threads spin for longer: the same work takes up to twice the time. */
    private static final int BUSY_FACTOR = 2;
    private static final int MOST_RUNS = 8;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Map<String, TinyRun> DONE = new ConcurrentHashMap<>();

    /** Ends a run whose first losses are known. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** The runs of a registered method; made at the first call. */
    static TinyRun of(String slug) {
        return DONE.computeIfAbsent(slug, s -> of(Registry.load().find(s)));
    }

    /** The runs of any method, made anew. */
    static TinyRun of(Method method) {
        assertTrue(method.experiment().tiers().contains(Tier.TINY), method.info().slug() + " has no tiny tier; it needs one, on data that is in the jar");
        Kernels before = Context.current().kernels();
        WatchedTraining training = new WatchedTraining();
        RunResult[] results = new RunResult[2];
        long[] least = {Long.MAX_VALUE};
        String printed = captured(() -> {
            StepObserver.during(training, () -> results[0] = timed(method, least));
            results[1] = timed(method, least);
        });
        for (int i = 2; i < MOST_RUNS && least[0] > allowedNanos(); i++) {
            timed(method, least);
        }
        List<Double> scalar = training.firstLosses().isEmpty() || before.name().equals("scalar") ? training.firstLosses() : firstLossesOnScalarKernels(method);
        return new TinyRun(results[0], results[1], training, scalar, printed, least[0]);
    }

    /** The budget, or more of it while more than two tasks wait for each processor. */
    static long allowedNanos() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system.getSystemLoadAverage() > 2 * system.getAvailableProcessors() ? BUSY_FACTOR * BUDGET_NANOS : BUDGET_NANOS;
    }

    private static List<Double> firstLossesOnScalarKernels(Method method) {
        WatchedTraining training = new WatchedTraining();
        StepObserver untilKnown = (optimizer, loss) -> {
            training.step(optimizer, loss);
            if (training.firstLosses().size() == WatchedTraining.FIRST) {
                throw new Enough();
            }
        };
        try {
            Context.withKernels(KernelSets.named("scalar"), () -> {
                StepObserver.during(untilKnown, () -> run(method));
                return null;
            });
        } catch (Enough e) {
            return training.firstLosses();
        }
        return training.firstLosses();
    }

    private static RunResult timed(Method method, long[] least) {
        Map<Long, Long> before = threadNanos();
        RunResult result = run(method);
        long nanos = threadNanos().entrySet().stream().mapToLong(e -> e.getValue() - before.getOrDefault(e.getKey(), 0L)).sum();
        least[0] = Math.min(least[0], nanos);
        return result;
    }

    private static RunResult run(Method method) {
        Settings settings = Settings.of(method.experiment().settings(Tier.TINY), Map.of());
        return Runner.run(method, new RunRequest(Tier.TINY, List.of(Tuning.FIRST_SEED), settings, DataPlaces.standard(null), null), Progress.NONE);
    }

    private static Map<Long, Long> threadNanos() {
        long[] ids = THREADS.getAllThreadIds();
        long[] nanos = THREADS.getThreadCpuTime(ids);
        Map<Long, Long> all = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            all.put(ids[i], Math.max(0, nanos[i]));
        }
        return all;
    }

    private static String captured(Runnable body) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            body.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
