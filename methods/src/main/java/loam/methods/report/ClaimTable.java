package loam.methods.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import loam.methods.Claim;
import loam.methods.RunResult;

/** The table of claims, as text, and its cells for other forms. */
public final class ClaimTable {
    private ClaimTable() {
    }

    /** The heads of the columns; the method's own column is named after it. */
    public static List<String> heads(String slug) {
        return List.of("claim", "baseline", slug, "margin", "required", "holds");
    }

    /** The cells of one row. */
    public static List<String> cells(Claim.Result r) {
        Claim c = r.claim();
        boolean ratio = c.comparison() == Claim.Comparison.RATIO;
        boolean plain = c.comparison() == Claim.Comparison.VALUE;
        String margin = plain ? "" : ratio ? times(r.margin()) : signed(r.margin());
        String required = switch (c.direction()) {
            case HIGHER -> plain ? "≥ " + number(c.required()) : ratio ? "≥ " + times(c.required()) : signed(c.required());
            case LOWER -> plain ? "≤ " + number(c.required()) : ratio ? "≤ " + times(c.required()) : signed(c.required());
            case WITHIN -> "± " + number(c.required());
        };
        return List.of(c.name(), plain ? "" : number(r.baseline()), number(r.value()), margin, required, verdict(r));
    }

    /** The whole table as lines of text, with the line that sums it up. */
    public static List<String> text(RunResult result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(heads(result.info().slug()));
        result.claims().forEach(r -> rows.add(cells(r)));
        List<String> lines = columns(rows);
        result.diverged().forEach(d -> lines.add("diverged: " + d));
        lines.add(summary(result));
        return lines;
    }

    /** Lines with aligned columns, three blanks apart. */
    public static List<String> columns(List<List<String>> rows) {
        int[] width = new int[rows.get(0).size()];
        rows.forEach(row -> {
            for (int i = 0; i < width.length; i++) {
                width[i] = Math.max(width[i], row.get(i).length());
            }
        });
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < width.length; i++) {
                line.append(row.get(i)).append(" ".repeat(width[i] - row.get(i).length() + 3));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** How many claims hold, on which seeds, in what time. */
    public static String summary(RunResult result) {
        List<Claim.Result> gating = result.claims().stream().filter(r -> r.claim().kind() == Claim.Kind.GATING).toList();
        long held = gating.stream().filter(r -> r.verdict() == Claim.Verdict.HOLDS).count();
        long undecided = gating.stream().filter(r -> r.verdict() == Claim.Verdict.UNDECIDED).count();
        String seeds = result.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String head = undecided > 0
                ? "undecided: the claims are about the mean of " + result.repetitions() + " seeds, " + result.seeds().size() + " ran"
                : held + " of " + gating.size() + " claims hold";
        String changed = result.settings().changed().isEmpty() ? "" : " · settings " + result.settings().changed();
        return head + " (" + (result.seeds().size() == 1 ? "seed " : "seeds ") + seeds + ") · " + seconds(result.seconds()) + changed;
    }

    /** A time for people: tenths below ten seconds, minutes from two minutes on. */
    public static String seconds(double s) {
        return s < 10 ? String.format(Locale.ROOT, "%.1f s", s) : s < 120 ? String.format(Locale.ROOT, "%.0f s", s)
                : String.format(Locale.ROOT, "%d min %02d s", (long) s / 60, (long) s % 60);
    }

    /** Three decimals, or what is needed for numbers far from one. */
    public static String number(double v) {
        if (!Double.isFinite(v)) {
            return "–";
        }
        double size = Math.abs(v);
        return String.format(Locale.ROOT, size != 0 && size < 0.0005 ? "%.1e" : size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : "%.3f", v);
    }

    private static String signed(double v) {
        return Double.isFinite(v) && v >= 0 ? "+" + number(v) : number(v);
    }

    private static String times(double v) {
        return "× " + (Double.isFinite(v) ? String.format(Locale.ROOT, "%.2f", v) : "–");
    }

    private static String verdict(Claim.Result r) {
        String word = switch (r.verdict()) {
            case HOLDS -> "yes";
            case DOES_NOT_HOLD -> Double.isNaN(r.margin()) ? "no (not a number)" : "no";
            case UNDECIDED -> "undecided";
        };
        return r.claim().kind() == Claim.Kind.REPORTED ? word + " (reported)" : word;
    }
}
