package loam.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as a table for the terminal and as one JSON object. */
final class Report {
    private Report() { }

    static String json(Map<String, Object> environment, List<RowResult> results) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("environment", environment);
        List<Object> rows = new ArrayList<>();
        for (RowResult r : results) {
            rows.add(r.json());
        }
        m.put("rows", rows);
        return Json.text(m);
    }

    static String table(List<RowResult> results) {
        StringBuilder s = new StringBuilder();
        s.append(String.format(Locale.ROOT, "%-24s %7s %10s %10s %6s %7s %8s %6s %12s  %s%n",
                "row", "threads", "loam ms", "peer ms", "ratio", "iqr", "GFLOP/s", "peak", "bytes/step", "verdict"));
        for (RowResult r : results) {
            s.append(String.format(Locale.ROOT, "%-24s %7d %10s %10s %6s %7s %8s %6s %12s  %s%n", r.row.name(), r.threads,
                    milliseconds(r.loamMs()), milliseconds(r.peerMs()), text("%.2f", r.ratio()), text("%.3f", r.iqr()),
                    text("%.1f", r.gflops()), percent(r.peakShare()), text("%.0f", r.bytesPerStep), r.verdict().word()));
            for (Map<String, Object> other : r.others) {
                s.append(String.format(Locale.ROOT, "%-24s %7s %10s %10s %6s   %s%n", "", "", "",
                        milliseconds((Double) other.get("peerMs")), text("%.2f", (Double) other.get("ratio")), other.get("peer")));
            }
            for (String objection : r.objections()) {
                s.append("    ").append(objection).append(System.lineSeparator());
            }
        }
        return s.toString();
    }

    private static String milliseconds(Double ms) {
        return text(ms != null && ms < 0.1 ? "%.5f" : "%.3f", ms);
    }

    private static String percent(Double share) {
        return share == null ? "-" : text("%.0f %%", 100 * share);
    }

    private static String text(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
