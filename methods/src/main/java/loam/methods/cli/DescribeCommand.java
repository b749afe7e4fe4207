package loam.methods.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.Setting;
import loam.methods.Tier;
import loam.methods.report.ClaimTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code loam describe}. */
@Command(name = "describe", description = "Prints a method's page: problem, idea, maths, code, results, limits. Then what --set changes.",
        mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    private final Main main;
    @Parameters(paramLabel = "METHOD", description = "its name, see 'loam list'")
    private String slug;

    DescribeCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        Method method = UsageException.asking(() -> main.registry.find(slug));
        main.output.line(method.readme().stripTrailing());
        main.output.line("");
        main.output.line("Settings: what --set key=value changes, with the defaults of each tier");
        main.output.line("");
        main.output.lines(ClaimTable.columns(settings(method.experiment())));
        return Exit.OK;
    }

    /** A row for each setting of any tier; a tier that does not have it shows a dash. */
    private static List<List<String>> settings(Experiment experiment) {
        List<Tier> tiers = experiment.tiers().stream().sorted().toList();
        Map<String, Setting> all = new LinkedHashMap<>();
        tiers.forEach(tier -> experiment.settings(tier).forEach(s -> all.putIfAbsent(s.key(), s)));
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("setting", tiers.stream().map(Tier::label).toList(), "what"));
        all.values().forEach(s -> rows.add(row(s.key(), tiers.stream().map(tier -> value(experiment.settings(tier), s.key())).toList(), s.about())));
        return rows;
    }

    private static String value(List<Setting> settings, String key) {
        return settings.stream().filter(s -> s.key().equals(key)).map(s -> String.valueOf(s.defaultValue())).findFirst().orElse("-");
    }

    private static List<String> row(String first, List<String> middle, String last) {
        List<String> cells = new ArrayList<>(List.of(first));
        cells.addAll(middle);
        cells.add(last);
        return cells;
    }
}
