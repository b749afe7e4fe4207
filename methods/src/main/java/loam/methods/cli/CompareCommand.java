package loam.methods.cli;

import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import loam.methods.Method;
import loam.methods.report.ClaimTable;
import loam.methods.report.KeptRuns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code loam compare}: methods side by side, from their pages and the runs that are kept with them. */
@Command(name = "compare", mixinStandardHelpOptions = true,
        description = "Sets methods side by side: what they are, on what they were shown, and what came out in the runs kept with them.")
final class CompareCommand implements Callable<Integer> {
    private static final int WIDEST = 44;
    private final Main main;
    @Parameters(arity = "2..*", paramLabel = "METHOD", description = "two or more names, see 'loam list'")
    private List<String> slugs;

    /** A method with the run that is kept beside its page; null without one. */
    private record Column(Method method, JsonObject run) {
    }

    CompareCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        List<Column> columns = slugs.stream().map(s -> UsageException.asking(() -> main.registry.find(s))).map(m -> new Column(m, KeptRuns.numbers(KeptRuns.of(m)))).toList();
        List<List<String>> rows = new ArrayList<>();
        row(rows, "", columns, (m, run) -> m.info().slug());
        row(rows, "paper", columns, (m, run) -> m.info().paper());
        row(rows, "year", columns, (m, run) -> String.valueOf(m.info().year()));
        row(rows, "family", columns, (m, run) -> m.info().family());
        row(rows, "kept run", columns, (m, run) -> run == null ? "none" : run.getString("tier") + ", " + run.getArray("seeds").size() + " seeds");
        row(rows, "data", columns, (m, run) -> run == null ? String.join(", ", m.experiment().data(m.experiment().defaultTier()))
                : String.join(", ", run.getArray("data").stream().map(d -> ((JsonObject) d).getString("name")).toList()));
        row(rows, "seconds", columns, (m, run) -> run == null ? "" : ClaimTable.seconds(run.getDouble("seconds")));
        row(rows, "gating claims that hold", columns, (m, run) -> run == null ? "" : held(run));
        Set<String> metrics = new LinkedHashSet<>();
        columns.stream().filter(c -> c.run() != null).forEach(c -> metrics.addAll(c.run().getObject("metrics").keySet()));
        for (String metric : metrics) {
            row(rows, metric, columns, (m, run) -> run == null || !run.getObject("metrics").has(metric) ? ""
                    : ClaimTable.number(run.getObject("metrics").getObject(metric).getDouble("mean", Double.NaN)));
        }
        main.output.lines(ClaimTable.columns(rows));
        columns.stream().filter(c -> c.run() == null).forEach(c -> main.output.line(c.method().info().slug() + ": loam run " + c.method().info().slug()
                + " shows its claims"));
        return Exit.OK;
    }

    private static void row(List<List<String>> rows, String head, List<Column> columns, BiFunction<Method, JsonObject, String> cell) {
        List<String> row = new ArrayList<>(List.of(head));
        columns.forEach(c -> row.add(shortened(cell.apply(c.method(), c.run()))));
        rows.add(row);
    }

    private static String shortened(String text) {
        return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1).stripTrailing() + "…";
    }

    private static String held(JsonObject run) {
        List<JsonObject> gating = run.getArray("claims").stream().map(JsonObject.class::cast).filter(c -> "gating".equals(c.getString("kind"))).toList();
        return gating.stream().filter(c -> c.getBoolean("holds")).count() + " of " + gating.size();
    }
}
