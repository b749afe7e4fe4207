package loam.methods.report;

import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loam.methods.Method;
import loam.methods.Registry;
import loam.tensor.Failure;

/** The pages in a source tree of Loam, which show the runs that are kept beside them. */
public final class SourceTree {
    static final String RESOURCES = "src/main/resources/";
    private final Path methods;

    private SourceTree(Path methods) {
        this.methods = methods;
    }

    /** The tree that holds {@code place}, a file or a folder. */
    public static SourceTree around(Path place) {
        for (Path p = place.toAbsolutePath().normalize(); p != null; p = p.getParent()) {
            Path methods = p.resolve("methods");
            if (Files.isDirectory(methods.resolve(RESOURCES + "loam/methods"))) {
                return new SourceTree(methods);
            }
        }
        throw Failure.of("pages", place + " lies in no source tree of Loam").hint("name the folder that holds methods/" + RESOURCES + "loam/methods").argument();
    }

    /** The folder of a method's files among the resources. */
    static String folder(Method method) {
        return method.experiment().getClass().getPackageName().replace('.', '/');
    }

    /** Writes the tables of the kept runs into all pages and the overview into {@code methods/README.md}; returns the files that changed. */
    public List<Path> rewrite(Registry registry) {
        List<Path> changed = new ArrayList<>();
        try {
            for (Method m : registry.methods()) {
                Path page = home(m).resolve("README.md");
                if (Files.exists(page)) {
                    put(page, MethodPage.withRuns(Files.readString(page), runs(m)), changed);
                }
            }
            put(methods.resolve("README.md"), Overview.of(registry, this::runs), changed);
        } catch (IOException e) {
            throw Failure.of("pages", "they cannot be rewritten").fact("folder", methods).cause(e).state();
        }
        return changed;
    }

    private Path home(Method method) {
        return methods.resolve(RESOURCES + folder(method));
    }

    private Map<String, JsonObject> runs(Method method) {
        return KeptRuns.in(home(method));
    }

    private static void put(Path file, String text, List<Path> changed) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
            changed.add(file);
        }
    }
}
