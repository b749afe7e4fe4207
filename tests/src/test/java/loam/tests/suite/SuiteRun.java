package loam.tests.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * What one run of the suite was: all of it or a part, its wall time, and the time of each test, slowest first.
 *
 * @param full whether no filter was set
 * @param seconds wall time of the run
 * @param timings every test that was executed
 */
record SuiteRun(boolean full, double seconds, List<Timing> timings) {
    private static final List<String> FILTERS = List.of("test", "groups", "excludedGroups", "surefire.includes",
            "surefire.excludes");

    /** Whether Maven was told to run only some of the tests. */
    static boolean filtered() {
        return FILTERS.stream().anyMatch(key -> System.getProperty(key) != null);
    }

    /**
     * The time of one test.
     *
     * @param name class, method and display name
     * @param seconds wall time
     */
    record Timing(String name, double seconds) {}

    String toText() {
        StringBuilder text = new StringBuilder();
        text.append(full).append('\t').append(seconds).append('\n');
        for (Timing timing : timings) {
            text.append(String.format(Locale.ROOT, "%.3f\t%s%n", timing.seconds(), timing.name()));
        }
        return text.toString();
    }

    static SuiteRun parse(List<String> lines) {
        String[] head = lines.get(0).split("\t");
        List<Timing> timings = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split("\t", 2);
            timings.add(new Timing(parts[1], Double.parseDouble(parts[0])));
        }
        return new SuiteRun(Boolean.parseBoolean(head[0]), Double.parseDouble(head[1]), timings);
    }

    /** What is wrong with this run under the limits {@code budgetSeconds} and {@code minimumTests}; empty when nothing is. */
    List<String> faults(Properties limits) {
        List<String> faults = new ArrayList<>();
        if (!full) {
            return faults;
        }
        double budget = Double.parseDouble(limits.getProperty("budgetSeconds"));
        int minimum = Integer.parseInt(limits.getProperty("minimumTests"));
        if (timings.size() < minimum) {
            faults.add("only " + timings.size() + " tests ran, the committed minimum is " + minimum);
        }
        if (seconds > budget) {
            StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                    "the suite took %.0f s, its budget is %.0f s. The slowest tests:", seconds, budget));
            timings.stream().limit(10).forEach(timing -> text.append(
                    String.format(Locale.ROOT, "%n  %8.2f s  %s", timing.seconds(), timing.name())));
            faults.add(text.toString());
        }
        return faults;
    }
}
