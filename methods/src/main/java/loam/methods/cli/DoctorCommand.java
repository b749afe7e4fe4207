package loam.methods.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import loam.methods.RunEnvironment;
import loam.methods.data.DataPlaces;
import loam.methods.data.DataSets;
import loam.methods.report.ClaimTable;
import loam.methods.report.RunFile;
import loam.tensor.kernel.KernelSets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loam doctor}: what Loam found on this machine, and how to have more of it. */
@Command(name = "doctor", mixinStandardHelpOptions = true, description = "Says what Loam found on this machine and how it could run better.")
final class DoctorCommand implements Callable<Integer> {
    private static final long SMALL_HEAP = 2L << 30;
    private final Main main;
    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    DoctorCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        RunEnvironment e = RunEnvironment.current();
        KernelSets.Choice choice = KernelSets.choice();
        boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        long heap = Runtime.getRuntime().maxMemory();
        List<String> hints = new ArrayList<>();
        if (!choice.hint().isEmpty()) {
            hints.add(choice.hint());
        }
        if (heap < SMALL_HEAP) {
            hints.add("larger runs want at least 2 GiB of heap: LOAM_JAVA_OPTS=-Xmx4g");
        }
        Map<String, Object> sets = new LinkedHashMap<>();
        DataPlaces places = DataPlaces.standard(null);
        for (DataSets.Entry set : DataSets.all()) {
            String found = set.bundled() ? "bundled" : set.locate(places).map(Path::toString).orElse(null);
            sets.put(set.name(), found);
            if (found == null) {
                hints.add("the data set " + set.name() + " is missing: loam data fetch " + set.name());
            }
        }
        if (json) {
            main.output.json(RunFile.map("loam", Main.Version.number(), "jdk", e.jdk(), "javaHome", System.getProperty("java.home"),
                    "vectorModule", vector, "kernels", e.kernels(), "reason", choice.reason(), "lanes", e.lanes(), "threads", e.threads(),
                    "processor", e.processor(), "cores", Runtime.getRuntime().availableProcessors(), "heapBytes", heap, "system", system(),
                    "methods", main.registry.methods().size(), "data", sets, "cache", places.cache().toString(), "hints", hints));
            return Exit.OK;
        }
        int methods = main.registry.methods().size();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("loam", Main.Version.number() + ", " + methods + (methods == 1 ? " method" : " methods")));
        rows.add(List.of("java", e.jdk() + ", " + System.getProperty("java.home")));
        rows.add(List.of("vector module", vector ? "readable" : "not readable"));
        rows.add(List.of("kernels", e.kernels() + " (" + choice.reason() + "), " + e.lanes() + (e.lanes() == 1 ? " lane" : " lanes")));
        rows.add(List.of("threads", e.threads() + " of " + Runtime.getRuntime().availableProcessors() + " cores"));
        rows.add(List.of("processor", e.processor() + ", " + system()));
        rows.add(List.of("heap", String.format(Locale.ROOT, "%.1f GiB", heap / (double) (1L << 30))));
        sets.forEach((name, found) -> rows.add(List.of("data " + name, found == null ? "missing" : (String) found)));
        rows.add(List.of("cache", places.cache().toString()));
        hints.forEach(h -> rows.add(List.of("hint", h)));
        main.output.lines(ClaimTable.columns(rows));
        return Exit.OK;
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
}
