package loam.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A file that the comparison wrote, read again. */
public final class Results {
    private final Map<?, ?> environment;
    private final List<Entry> rows;

    /** One row at one number of threads; a number that was not measured is null. */
    public record Entry(String name, int threads, Double loamMs, String peer, Double peerMs, Double ratio, Double peakShare, Target must,
            Target goal, String verdict) { }

    private Results(Map<?, ?> environment, List<Entry> rows) {
        this.environment = environment;
        this.rows = rows;
    }

    /** All results of a folder, the newest first. */
    public static List<Results> readAll(Path folder) throws IOException {
        List<Results> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            for (Path file : files) {
                all.add(read(file));
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no results in " + folder);
        }
        all.sort(Comparator.comparing((Results r) -> r.fact("date")).reversed());
        return all;
    }

    /** Reads a file; an {@link IllegalArgumentException} says what is wrong with it. */
    public static Results read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /** The same from its text. */
    public static Results parse(String text) {
        if (!(JsonReader.value(text) instanceof Map<?, ?> all) || !(all.get("environment") instanceof Map<?, ?> environment)
                || !(all.get("rows") instanceof List<?> list)) {
            throw new IllegalArgumentException("no results: an object with environment and rows is expected");
        }
        List<Entry> rows = new ArrayList<>();
        for (Object o : list) {
            Map<?, ?> m = (Map<?, ?>) o;
            rows.add(new Entry((String) m.get("name"), number(m, "threads").intValue(), number(m, "loamMs"), (String) m.get("peer"), number(m, "peerMs"),
                    number(m, "ratio"), number(m, "peakShare"), target(m.get("must")), target(m.get("goal")), (String) m.get("verdict")));
        }
        return new Results(environment, rows);
    }

    private static Double number(Map<?, ?> m, String key) {
        return m.get(key) == null ? null : ((Number) m.get(key)).doubleValue();
    }

    private static Target target(Object o) {
        return o instanceof Map<?, ?> m ? new Target(number(m, "ratio"), number(m, "peakShare")) : new Target(null, null);
    }

    /** A fact about the machine and the run as text; empty when it is not there. */
    public String fact(String key) {
        Object value = environment.get(key);
        return value == null ? "" : value.toString();
    }

    /** The processor with its model where that is known, such as {@code AMD EPYC (AuthenticAMD, family 25, model 17, stepping 1)}. */
    public String processor() {
        return environment.get("processorModel") instanceof Map<?, ?> m
                ? String.format(Locale.ROOT, "%s (%s, family %s, model %s, stepping %s)", fact("processor"), m.get("vendor"), m.get("family"), m.get("model"), m.get("stepping"))
                : fact("processor");
    }

    /** The day of the measurement, as in 2026-01-31. */
    public String day() {
        return fact("date").replaceFirst("T.*", "");
    }

    /** The peak rate by number of threads, in GFLOP/s. */
    public Map<Integer, Double> peaks() {
        Map<Integer, Double> peaks = new LinkedHashMap<>();
        if (environment.get("peakGflopsByThreads") instanceof Map<?, ?> m) {
            m.forEach((threads, rate) -> peaks.put(Integer.valueOf((String) threads), ((Number) rate).doubleValue()));
        }
        return peaks;
    }

    /** The peers' versions by their names. */
    public Map<String, String> engines() {
        Map<String, String> engines = new LinkedHashMap<>();
        if (environment.get("peers") instanceof Map<?, ?> m) {
            m.forEach((peer, facts) -> engines.put((String) peer, String.valueOf(((Map<?, ?>) facts).get("engine"))));
        }
        return engines;
    }

    /** All rows in the file's order. */
    public List<Entry> rows() {
        return rows;
    }
}
