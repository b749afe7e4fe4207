package loam.methods.report;

import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import loam.methods.Method;
import loam.tensor.Failure;

/** The run files that are kept beside a method's page, under fixed names. */
public final class KeptRuns {
    /** The small tier on the judging seeds: the numbers of the method. */
    public static final String SMALL = "run-small.json";
    /** The small tier on seeds that follow from the commit that froze the thresholds. */
    public static final String FRESH = "run-small-fresh.json";
    /** The small tier on plain Java kernels. */
    public static final String SCALAR = "run-small-scalar.json";
    /** The tiny tier on its judging seeds. */
    public static final String TINY = "run-tiny.json";
    /** The paper's protocol. */
    public static final String FULL = "run-full.json";
    /** The first run of the small tier, where the experiment was changed afterwards: it is told, not hidden. */
    public static final String SMALL_FIRST = "run-small-first.json";
    /** The same of the tiny tier. */
    public static final String TINY_FIRST = "run-tiny-first.json";
    /** All names, in the order of the page. */
    public static final List<String> NAMES = List.of(SMALL, FRESH, SCALAR, TINY, FULL, SMALL_FIRST, TINY_FIRST);

    private KeptRuns() {
    }

    /** The runs that are there, by name, in the order of the page. */
    public static Map<String, JsonObject> of(Method method) {
        return all(method::resource);
    }

    /** The runs in a folder, by name, in the order of the page. */
    public static Map<String, JsonObject> in(Path folder) {
        return all(name -> {
            Path file = folder.resolve(name);
            try {
                return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
            } catch (IOException e) {
                throw Failure.of("run file", "it cannot be read").fact("file", file).cause(e).state();
            }
        });
    }

    /** Whether a name is that of a first run whose experiment was changed afterwards. */
    public static boolean isFirst(String name) {
        return name.equals(SMALL_FIRST) || name.equals(TINY_FIRST);
    }

    /** The run whose numbers stand for the method: the small one on the judging seeds, else the tiny one, else null. */
    public static JsonObject numbers(Map<String, JsonObject> runs) {
        return runs.getOrDefault(SMALL, runs.get(TINY));
    }

    private static Map<String, JsonObject> all(Function<String, Optional<String>> text) {
        Map<String, JsonObject> runs = new LinkedHashMap<>();
        NAMES.forEach(name -> text.apply(name).ifPresent(t -> runs.put(name, RunFile.read(t, name))));
        return runs;
    }
}
