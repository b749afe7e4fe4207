package loam.methods.report;

import com.grack.nanojson.JsonObject;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import loam.methods.Registry;
import loam.tensor.Failure;

/** Puts the tables of kept runs into a method's page, between two marks. */
public final class MethodPage {
    private static final String BEGIN = "<!-- runs -->\n";
    private static final String END = "<!-- end of runs -->";

    private MethodPage() {
    }

    /** The same as {@code loam page}: rewrites all pages of the source tree around the given file, or around the current folder. */
    public static void main(String[] args) {
        SourceTree.around(Path.of(args.length == 0 ? "" : args[0])).rewrite(Registry.load());
    }

    /** The page with the tables of these runs, by name, in the place of those it had. */
    public static String withRuns(String page, Map<String, JsonObject> runs) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw Failure.of("page", "it has no place for the runs").hint("put '" + BEGIN.strip() + "' and '" + END + "' on lines of their own").format();
        }
        return page.substring(0, begin + BEGIN.length()) + runs.entrySet().stream().map(r -> table(r.getKey(), r.getValue())).collect(Collectors.joining("\n")) + page.substring(end);
    }

    /** One run as a table with the line that says on what it ran. */
    private static String table(String name, JsonObject run) {
        StringBuilder t = new StringBuilder("**").append(kind(name, run)).append("**: ");
        t.append(run.getArray("data").stream().map(JsonObject.class::cast).map(d -> String.format(Locale.ROOT, "%s, %,d training and %,d test samples",
                d.getString("name"), d.getInt("train"), d.getInt("test"))).collect(Collectors.joining("; ")));
        t.append("; seeds ").append(run.getArray("seeds").stream().map(String::valueOf).collect(Collectors.joining(", "))).append(".\n\n");
        t.append("| claim | baseline | ").append(run.getString("method")).append(" | margin | required | standard error | verdict |\n");
        t.append("|---|---|---|---|---|---|---|\n");
        for (Object o : run.getArray("claims")) {
            JsonObject c = (JsonObject) o;
            t.append("| ").append(String.join(" | ", c.getString("name"), c.isNull("baseline") ? "" : number(c, "baseline"), number(c, "method"),
                    number(c, "margin"), required(c), number(c, "standardError"), c.getString("verdict")
                            + (c.getString("kind").equals("reported") ? " (reported)" : ""))).append(" |\n");
        }
        if (run.has("diverged")) {
            run.getArray("diverged").stream().map(JsonObject.class::cast).forEach(d -> t.append("\nDiverged: seed ").append(d.getLong("seed")).append(", ")
                    .append(d.getString("work")).append(": ").append(d.getString("reason")).append(".\n"));
        }
        JsonObject e = run.getObject("environment");
        t.append("\n").append(ClaimTable.seconds(run.getDouble("seconds"))).append(" on ").append(e.getString("processor")).append(", ")
                .append(e.getInt("threads")).append(" threads, ").append(e.getString("kernels")).append(" kernels with ").append(e.getInt("lanes"))
                .append(" lanes, Java ").append(e.getString("jdk")).append(".\n");
        return t.toString();
    }

    /** What a run is, by what stands in its file and by the file's name. */
    private static String kind(String name, JsonObject run) {
        String scalar = run.getObject("environment").getString("kernels").equals("scalar") ? ", scalar kernels" : "";
        String fresh = run.has("seedsFrom") ? ", seeds that follow from commit " + run.getString("seedsFrom") : "";
        return run.getString("tier") + scalar + fresh + (KeptRuns.isFirst(name) ? ", first run, before the experiment was changed" : "");
    }

    static String number(JsonObject claim, String key) {
        return ClaimTable.number(claim.isNull(key) ? Double.NaN : claim.getDouble(key));
    }

    static String required(JsonObject claim) {
        String sign = switch (claim.getString("direction")) {
            case "higher" -> "≥ ";
            case "lower" -> "≤ ";
            default -> "± ";
        };
        return sign + number(claim, "required");
    }
}
