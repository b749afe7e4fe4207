package loam.methods.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import loam.methods.Method;
import loam.methods.MethodInfo;
import loam.methods.Tier;
import loam.methods.report.ClaimTable;
import loam.methods.report.RunFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code loam list}. */
@Command(name = "list", description = "Lists the methods.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
    private final Main main;
    @Option(names = "--family", paramLabel = "F", description = "only methods of this family")
    private String family;
    @Option(names = "--json", description = "one JSON object")
    private boolean json;
    @Parameters(arity = "0..1", paramLabel = "GLOB", description = "only methods whose name matches, as in 'cnn-*'")
    private String glob;

    ListCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        if (family != null) {
            UsageException.asking(() -> main.registry.family(family));
        }
        Pattern pattern = glob == null ? null : pattern(glob);
        List<Method> found = main.registry.methods().stream().filter(m -> family == null || m.info().family().equals(family))
                .filter(m -> pattern == null || pattern.matcher(m.info().slug()).matches()).toList();
        if (json) {
            main.output.json(RunFile.map("methods", found.stream().map(ListCommand::object).toList()));
            return Exit.OK;
        }
        if (found.isEmpty()) {
            main.output.err().println("no method matches");
            return Exit.OK;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "family", "year", "what it does"));
        found.forEach(m -> rows.add(List.of(m.info().slug(), m.info().family(), String.valueOf(m.info().year()), m.info().title())));
        main.output.lines(ClaimTable.columns(rows));
        return Exit.OK;
    }

    private static Object object(Method m) {
        MethodInfo i = m.info();
        return RunFile.map("method", i.slug(), "family", i.family(), "title", i.title(), "paper", i.paper(), "year", i.year(), "authors", i.authors(),
                "source", i.source(), "tiers", m.experiment().tiers().stream().map(Tier::label).toList(),
                "defaultTier", m.experiment().defaultTier().label());
    }

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }
}
