package loam.bench.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.bench.Rows;
import loam.bench.work.OpCases;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Chooses benchmarks by name and hands them to JMH: {@code [--list] [PATTERN...] [-- JMH's own options]}. */
public final class Jmh {
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_FAILED = 70;
    private static final int ITERATIONS = 5;
    /** One kind of benchmark, the class that has it and the parameter that takes the name. */
    private static final List<Kind> KINDS = List.of(new Kind("op", OpBenchmark.class, OpCases.names()),
            new Kind("gradient", GradientBenchmark.class, OpCases.names()), new Kind("row", RowBenchmark.class, Rows.names()));

    private Jmh() { }

    private record Kind(String name, Class<?> type, List<String> cases) { }

    /** Runs what matches the patterns. */
    public static void main(String[] args) throws RunnerException {
        List<String> words = List.of(args);
        int end = words.contains("--") ? words.indexOf("--") : words.size();
        List<String> patterns = new ArrayList<>(words.subList(0, end));
        boolean list = patterns.remove("--list");
        Map<Kind, List<String>> chosen = matching(patterns.isEmpty() ? List.of("*") : patterns);
        if (list) {
            chosen.forEach((kind, cases) -> cases.forEach(c -> System.out.println(kind.name() + ":" + c)));
            return;
        }
        if (patterns.isEmpty() || chosen.isEmpty()) {
            System.err.println("jmh: " + (patterns.isEmpty() ? "name what to run" : "nothing matches " + patterns) + "; --list shows all");
            System.err.println("usage: bench/jmh [--list] PATTERN... [-- JMH's own options]");
            System.exit(EXIT_USAGE);
        }
        boolean failed = false;
        for (Map.Entry<Kind, List<String>> e : chosen.entrySet()) {
            try {
                failed |= run(e.getKey(), e.getValue(), words.subList(Math.min(end + 1, words.size()), words.size()));
            } catch (CommandLineOptionException wrong) {
                System.err.println("jmh: " + wrong.getMessage());
                System.exit(EXIT_USAGE);
            }
        }
        if (failed) {
            System.exit(EXIT_FAILED);
        }
    }

    /** Whether a benchmark failed. */
    private static boolean run(Kind kind, List<String> cases, List<String> own) throws RunnerException, CommandLineOptionException {
        CommandLineOptions given = new CommandLineOptions(own.toArray(String[]::new));
        ChainedOptionsBuilder options = new OptionsBuilder().parent(given).include("\\b" + kind.type().getSimpleName() + "\\b")
                .param(kind.name(), cases.toArray(String[]::new)).shouldFailOnError(false);
        if (!given.getForkCount().hasValue()) {
            options.forks(1);
        }
        if (!given.getWarmupIterations().hasValue()) {
            options.warmupIterations(ITERATIONS);
        }
        if (!given.getMeasurementIterations().hasValue()) {
            options.measurementIterations(ITERATIONS);
        }
        if (!given.getWarmupTime().hasValue()) {
            options.warmupTime(TimeValue.seconds(1));
        }
        if (!given.getMeasurementTime().hasValue()) {
            options.measurementTime(TimeValue.seconds(1));
        }
        return new Runner(options.build()).run().size() < cases.size();
    }

    /** The names that a pattern names, with or without their kind; a {@code *} stands for any text. */
    private static Map<Kind, List<String>> matching(List<String> patterns) {
        Map<Kind, List<String>> chosen = new LinkedHashMap<>();
        for (Kind kind : KINDS) {
            List<String> cases = kind.cases().stream().filter(c -> patterns.stream().anyMatch(p -> matches(p, c) || matches(p, kind.name() + ":" + c))).toList();
            if (!cases.isEmpty()) {
                chosen.put(kind, cases);
            }
        }
        return chosen;
    }

    private static boolean matches(String pattern, String name) {
        return name.matches(String.join(".*", Arrays.stream(pattern.split("\\*", -1)).map(java.util.regex.Pattern::quote).toList()));
    }
}
