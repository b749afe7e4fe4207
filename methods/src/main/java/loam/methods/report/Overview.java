package loam.methods.report;

import com.grack.nanojson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import loam.methods.Method;
import loam.methods.MethodFamily;
import loam.methods.Registry;

/** The overview of all methods: one row each, from the runs that are kept. It is the text of {@code methods/README.md}. */
public final class Overview {
    private static final String HEAD = """
            <!-- Made by `./loam page` from the run files; not to be edited by hand. -->
            # Methods

            One row a method. *claim* is the first of its gating claims; *baseline* and *result* are means over the seeds; *margin* is what the
            claim is about, most often result minus baseline, with what was required before the first run. *gating claims that hold* counts
            them on the judging seeds, on fresh seeds that follow from the commit that froze the thresholds, and on plain Java kernels. *time*
            is that of the whole run on the judging seeds. The page behind each name explains the method and shows all its claims.

            `./loam run METHOD` runs one of them, `./loam run --all --tier small` all. `ADDING.md` says how to add one.
            """;
    private static final String COLUMNS = "| method | what it does | claim | baseline | result | margin | gating claims that hold | data, seeds | time |\n"
            + "|---|---|---|---|---|---|---|---|---|\n";

    private Overview() {
    }

    /** The text; {@code runs} gives the kept runs of a method by name, as {@link KeptRuns#of} does. */
    public static String of(Registry registry, Function<Method, Map<String, JsonObject>> runs) {
        StringBuilder text = new StringBuilder(HEAD);
        for (MethodFamily family : registry.families()) {
            text.append("\n## ").append(family.name()).append(": ").append(family.about()).append("\n\n").append(COLUMNS);
            family.methods().forEach(m -> text.append(row(m, runs.apply(m))));
        }
        return text.toString();
    }

    private static String row(Method method, Map<String, JsonObject> runs) {
        String name = "[" + method.info().slug() + "](" + SourceTree.RESOURCES + SourceTree.folder(method) + "/README.md)";
        JsonObject run = KeptRuns.numbers(runs);
        if (run == null) {
            return cells(name, method.info().title(), "no run is kept", "", "", "", "", "", "");
        }
        JsonObject claim = gating(run).get(0);
        String data = String.join(", ", run.getArray("data").stream().map(d -> ((JsonObject) d).getString("name")).toList());
        return cells(name, method.info().title(), claim.getString("name"), claim.isNull("baseline") ? "" : MethodPage.number(claim, "baseline"),
                MethodPage.number(claim, "method"), MethodPage.number(claim, "margin") + " (" + MethodPage.required(claim) + ")", holding(run, runs),
                data + ", " + run.getArray("seeds").size(), ClaimTable.seconds(run.getDouble("seconds")));
    }

    private static String holding(JsonObject run, Map<String, JsonObject> runs) {
        String fresh = runs.containsKey(KeptRuns.FRESH) ? "; fresh " + held(runs.get(KeptRuns.FRESH)) : "";
        String scalar = runs.containsKey(KeptRuns.SCALAR) ? "; scalar " + held(runs.get(KeptRuns.SCALAR)) : "";
        return held(run) + fresh + scalar;
    }

    private static String held(JsonObject run) {
        List<JsonObject> gating = gating(run);
        return gating.stream().allMatch(c -> c.isNull("holds")) ? "undecided (seeds: " + run.getArray("seeds").size() + ")"
                : gating.stream().filter(c -> c.getBoolean("holds")).count() + " of " + gating.size();
    }

    private static List<JsonObject> gating(JsonObject run) {
        return run.getArray("claims").stream().map(JsonObject.class::cast).filter(c -> c.getString("kind").equals("gating")).toList();
    }

    private static String cells(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
