package loam.methods.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import loam.methods.Names;
import loam.methods.data.DataPlaces;
import loam.methods.data.DataSets;
import loam.methods.report.ClaimTable;
import loam.tensor.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loam data}. */
@Command(name = "data", mixinStandardHelpOptions = true, description = "Lists, brings and finds the named data sets.")
final class DataCommand implements Callable<Integer> {
    private final Main main;
    @Spec
    private CommandSpec spec;

    DataCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        throw new UsageException("data: a word is missing", "one of " + String.join(", ", spec.subcommands().keySet()));
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "What sets there are, and where this machine has them.")
    int list(@Parameters(arity = "0..1", paramLabel = "NAME", description = "only this one") String name) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("set", "where", "licence", "what"));
        for (DataSets.Entry e : chosen(name)) {
            rows.add(List.of(e.name(), where(e), e.licence(), e.about()));
        }
        main.output.lines(ClaimTable.columns(rows));
        return Exit.OK;
    }

    @Command(name = "where", mixinStandardHelpOptions = true, description = "The folder of a set; status 66 when it is not on this machine.")
    int where(@Parameters(arity = "0..1", paramLabel = "NAME", description = "a set; all without") String name) {
        DataPlaces places = DataPlaces.standard(null);
        for (DataSets.Entry e : chosen(name)) {
            if (name != null && !e.bundled() && e.locate(places).isEmpty()) {
                throw e.files().missing(places);
            }
            main.output.line(name == null ? e.name() + "\t" + where(e) : where(e));
        }
        return Exit.OK;
    }

    @Command(name = "fetch", mixinStandardHelpOptions = true, description = "Downloads a set into the user's cache and checks it.")
    int fetch(@Parameters(arity = "0..1", paramLabel = "NAME", description = "a set; all that are missing without") String name) {
        DataPlaces places = DataPlaces.standard(null);
        for (DataSets.Entry e : chosen(name)) {
            if (!e.bundled() && e.locate(places).isEmpty()) {
                main.output.err().printf(Locale.ROOT, "%s: about %.0f MB from %s%n", e.name(), e.bytes() / 1e6, address(e));
                e.files().fetch(places, address(e), this::show);
            }
            main.output.line(e.name() + "\t" + where(e));
        }
        return Exit.OK;
    }

    /** The official address, or another one with the same layout from the property {@code loam.data.address.NAME}. */
    private static URI address(DataSets.Entry e) {
        String other = System.getProperty("loam.data.address." + e.name());
        try {
            return other == null ? e.files().address() : URI.create(other);
        } catch (IllegalArgumentException bad) {
            throw Failure.of("data", "loam.data.address." + e.name() + " is no address").fact("address", other).cause(bad).argument();
        }
    }

    private void show(URI address, long bytes, long total) {
        if (main.output.terminal() && total > 0) {
            String file = address.getPath().substring(address.getPath().lastIndexOf('/') + 1);
            main.output.err().printf(Locale.ROOT, "\r%s  %3d %%%s", file, 100 * bytes / total, bytes == total ? "\n" : "");
            main.output.err().flush();
        }
    }

    private static String where(DataSets.Entry e) {
        return e.bundled() ? "bundled" : e.locate(DataPlaces.standard(null)).map(Path::toString).orElse("missing: loam data fetch " + e.name());
    }

    private static List<DataSets.Entry> chosen(String name) {
        if (name == null) {
            return DataSets.all();
        }
        List<String> names = DataSets.all().stream().map(DataSets.Entry::name).toList();
        return List.of(DataSets.find(name).orElseThrow(() -> new UsageException("no data set '" + name + "'",
                Names.didYouMean(name, names) + "sets: " + String.join(", ", names))));
    }
}
