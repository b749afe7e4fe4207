package loam.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Writes the tables of results files into texts between two marks: the newest file's into one text, the other files' into another. Exit
 * status: 0, 64 on wrong usage, 66 when a file can't be read or has no marks.
 */
public final class Render {
    /** Stands before the tables, on a line of its own. */
    public static final String BEGIN = "<!-- bench/render: the table begins -->";
    /** Stands behind the tables, on a line of its own. */
    public static final String END = "<!-- bench/render: the table ends -->";
    private static final String INFERENCE = "ONNX Runtime";
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_INPUT = 66;

    private Render() { }

    /** {@code RESULTS.json}: its table to standard output. {@code FOLDER NEWEST.md OTHERS.md}: the tables of all files into the texts. */
    public static void main(String[] args) {
        if (args.length != 1 && args.length != 3) {
            System.err.println("usage: render RESULTS.json | FOLDER NEWEST.md OTHERS.md");
            System.exit(EXIT_USAGE);
        }
        try {
            if (args.length == 1) {
                System.out.print(table(Results.read(Path.of(args[0]))));
            } else {
                List<Results> all = Results.readAll(Path.of(args[0]));
                write(Path.of(args[1]), newest(all));
                write(Path.of(args[2]), others(all));
            }
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("render: " + e);
            System.exit(EXIT_INPUT);
        }
    }

    private static void write(Path text, String tables) throws IOException {
        Files.writeString(text, between(Files.readString(text), tables));
    }

    /** The table of the first of these files. */
    public static String newest(List<Results> all) {
        return table(all.get(0));
    }

    /** The tables of all files but the first. */
    public static String others(List<Results> all) {
        return all.size() == 1 ? "There is no other.\n" : String.join("\n", all.stream().skip(1).map(Render::table).toList());
    }

    /** The text with what stands between the marks replaced. */
    public static String between(String text, String table) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the text lacks the marks " + BEGIN + " and " + END);
        }
        return text.substring(0, begin) + BEGIN + "\n\n" + table + "\n" + text.substring(end);
    }

    /** A heading, what was measured, on what and when, and a table with one line a row and columns for each number of threads. */
    public static String table(Results results) {
        Map<String, Map<Integer, Results.Entry>> rows = new LinkedHashMap<>();
        TreeSet<Integer> threads = new TreeSet<>();
        for (Results.Entry r : results.rows()) {
            rows.computeIfAbsent(r.name(), n -> new LinkedHashMap<>()).put(r.threads(), r);
            threads.add(r.threads());
        }
        StringBuilder s = new StringBuilder();
        String commit = results.fact("commit");
        s.append("### ").append(heading(results)).append("\n\nMeasured on ").append(results.processor()).append(" with ").append(cores(results))
                .append(", JDK ").append(results.fact("jdk")).append(", ").append(results.day())
                .append(commit.isEmpty() ? ", commit not recorded" : ", commit " + commit).append(peaks(results)).append(".");
        results.engines().forEach((peer, engine) -> s.append(" Peer: ").append(engine).append(peer.equals(INFERENCE) ? " (the -infer rows)." : "."));
        s.append("\n\n");
        List<String> head = new ArrayList<>(List.of("work", "must", "goal"));
        for (int t : threads) {
            head.addAll(List.of((t == 1 ? "1 thread" : t + " threads") + ": Loam / peer ms", "ratio", "share of peak", "verdict"));
        }
        line(s, head);
        line(s, head.stream().map(h -> "---").toList());
        rows.forEach((name, byThreads) -> {
            Results.Entry any = byThreads.values().iterator().next();
            List<String> cells = new ArrayList<>(List.of(name, limit(any.must()), limit(any.goal())));
            for (int t : threads) {
                Results.Entry r = byThreads.get(t);
                if (r == null) {
                    cells.addAll(List.of("-", "-", "-", "absent"));
                } else {
                    cells.addAll(List.of(milliseconds(r.loamMs()) + " / " + milliseconds(r.peerMs()), text("%.2f", r.ratio()), percent(r.peakShare()), r.verdict()));
                }
            }
            line(s, cells);
        });
        return s.toString();
    }

    private static String heading(Results results) {
        Double peak = results.peaks().get(1);
        return results.fact("processor") + (peak == null ? "" : text(", %.0f GFLOP/s a core", peak)) + ", " + results.day();
    }

    private static String cores(Results results) {
        String cores = results.fact("cores").replaceFirst("\\.0$", "");
        return cores + (cores.equals("1") ? " core" : " cores");
    }

    private static String peaks(Results results) {
        StringBuilder s = new StringBuilder();
        results.peaks().forEach((threads, rate) -> s.append(s.length() == 0 ? "; peak " : ", ")
                .append(String.format(Locale.ROOT, "%.0f GFLOP/s on %d thread%s", rate, threads, threads == 1 ? "" : "s")));
        return s.toString();
    }

    private static String limit(Target t) {
        List<String> parts = new ArrayList<>();
        if (t.ratio() != null) {
            parts.add(text("%.2f", t.ratio()));
        }
        if (t.peakShare() != null) {
            parts.add(percent(t.peakShare()));
        }
        return parts.isEmpty() ? "-" : String.join(" and ", parts);
    }

    private static void line(StringBuilder s, List<String> cells) {
        s.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String milliseconds(Double ms) {
        return ms == null ? "-" : text(ms < 0.1 ? "%.4f" : ms < 10 ? "%.3f" : "%.1f", ms);
    }

    private static String percent(Double share) {
        return share == null ? "-" : text("%.0f %%", 100 * share);
    }

    private static String text(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
