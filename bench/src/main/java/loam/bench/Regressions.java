package loam.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares two results files and names what became slower: Loam's own time, or its ratio to the peer in the same run. Exit status: 0, 1 when
 * something is slower, 64 on wrong usage, 66 when a file can't be read.
 */
public final class Regressions {
    /** What counts: more than a tenth. */
    public static final double LIMIT = 0.10;
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_INPUT = 66;

    private Regressions() { }

    /** {@code OLD.json NEW.json}. */
    public static void main(String[] args) {
        if (args.length != 2) {
            System.err.println("usage: regressions OLD.json NEW.json");
            System.exit(EXIT_USAGE);
        }
        List<String> found;
        try {
            Results before = Results.read(Path.of(args[0]));
            Results after = Results.read(Path.of(args[1]));
            if (differentProcessors(before, after)) {
                System.err.println("regressions: note: measured on different processors; what follows may say more about them than about the code");
            }
            found = between(before, after);
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("regressions: " + e);
            System.exit(EXIT_INPUT);
            return;
        }
        found.forEach(System.out::println);
        if (found.isEmpty()) {
            System.out.println("no regression over " + Math.round(100 * LIMIT) + " %");
        }
        System.exit(found.isEmpty() ? 0 : 1);
    }

    /** Whether the files say so: by the processor's name and model, or by a peak of one thread that is more than the limit apart. */
    public static boolean differentProcessors(Results before, Results after) {
        Double was = before.peaks().get(1);
        Double is = after.peaks().get(1);
        return !before.processor().equals(after.processor()) || was != null && is != null && Math.abs(is / was - 1) > LIMIT;
    }

    /** One line for each number that grew by more than the limit, or that is not there any more. */
    public static List<String> between(Results before, Results after) {
        Map<String, Results.Entry> now = new HashMap<>();
        after.rows().forEach(r -> now.put(r.name() + "/" + r.threads(), r));
        List<String> lines = new ArrayList<>();
        for (Results.Entry was : before.rows()) {
            Results.Entry is = now.get(was.name() + "/" + was.threads());
            String name = was.name() + ", " + was.threads() + (was.threads() == 1 ? " thread" : " threads");
            if (is == null) {
                lines.add(name + ": absent");
                continue;
            }
            slower(lines, name + ": ms", was.loamMs(), is.loamMs());
            slower(lines, name + ": ratio to the peer", was.ratio(), is.ratio());
        }
        return lines;
    }

    private static void slower(List<String> lines, String what, Double from, Double to) {
        if (from == null) {
            return;
        }
        if (to == null) {
            lines.add(what + " not measured");
        } else if (to > from * (1 + LIMIT)) {
            lines.add(String.format(Locale.ROOT, "%s from %.4g to %.4g, %.0f %% more", what, from, to, 100 * (to / from - 1)));
        }
    }
}
