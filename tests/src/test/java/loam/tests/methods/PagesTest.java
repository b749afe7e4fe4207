package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.Registry;
import loam.methods.Setting;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.tests.standards.Repo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: a snippet on a method's page that does not compile, a command, a tier or a setting that does not exist, a type, a member or a
 * file that is no longer there.
 */
@Tag("fast")
class PagesTest {
    /** What a snippet may use without making it: names that say what they stand for. */
    static final String GIVEN = """
            Rng rng;
            Layer network, body, otherBody, delivered;
            VisionTransformer vit;
            LabelledDataset train, validation, noisy, task, nextTask, trainingRows;
            Tensor x, images, trainImages, testImages, withdrawn, testRows;
            Tensor baseFeatures, fewFeatures, firstFeatures, newFeatures, testFeatures;
            int[] labels, baseLabels, fewLabels, firstLabels, newLabels, withdrawnLabels;
            """;
    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("(?m)^    (\\S*loam .*?)(?: {2,}.*)?$");
    private static final Pattern CHANGED = Pattern.compile("--set\\s+([\\w-]+)=([^\\s`,;)]+)");
    private static final Pattern KEYS = Pattern.compile("(?s)`--set`\\s+takes\\s(.*?)\n\n");
    private static final Pattern CODE = Pattern.compile("(?<!`)`([^`\n]+)`(?!`)");
    private static final Pattern TYPE = Pattern.compile("([A-Z][a-z]\\w*)((?:\\.\\w+)*)");

    /** The snippets of a page as methods of a class; {@code home} is the method's package. */
    static String program(String name, String page, String home) {
        StringBuilder text = new StringBuilder();
        Stream.of("loam.tensor", "loam.tensor.data", "loam.nn", "loam.methods.common", home.substring(0, home.lastIndexOf('.')) + ".common", home)
                .filter(p -> !p.endsWith(".common") || hasPackage(p)).forEach(p -> text.append("import ").append(p).append(".*;\n"));
        text.append("class ").append(name).append(" {\n").append(GIVEN);
        List<String> snippets = SNIPPET.matcher(page).results().map(m -> m.group(1)).toList();
        for (int i = 0; i < snippets.size(); i++) {
            text.append("void snippet").append(i).append("() {\n").append(snippets.get(i)).append("}\n");
        }
        return text.append("}\n").toString();
    }

    private static boolean hasPackage(String name) {
        return !Repo.files(Repo.root().resolve("methods/src/main/java").resolve(name.replace('.', '/'))).isEmpty();
    }

    /** Compiles programs by name; the compiler's words about what it refuses. */
    static String compiled(Map<String, String> programs, String classPath, Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> files = new ArrayList<>();
        programs.forEach((name, text) -> files.add(new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        }));
        StringWriter words = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(folder));
            List<String> options = List.of("--release", "17", "-proc:none", "-cp", classPath);
            boolean right = compiler.getTask(words, manager, null, options, null, files).call();
            return right ? "" : words.toString();
        }
    }

    private static String home(Method m) {
        return m.experiment().getClass().getPackageName();
    }

    @Test
    void snippetsCompile(@TempDir Path folder) throws IOException {
        Map<String, String> programs = new HashMap<>();
        for (Method m : Registry.load().methods()) {
            assertTrue(SNIPPET.matcher(m.readme()).find(), m.info().slug() + ": no snippet shows how to use it");
            programs.put("Page_" + m.info().slug().replace('-', '_'), program("Page_" + m.info().slug().replace('-', '_'), m.readme(), home(m)));
        }
        String classPath = System.getProperty("java.class.path");
        assertEquals("", compiled(programs, classPath, folder));
        String wrong = program("Wrong", "```java\nTensor y = x.noSuchThing();\n```", home(Registry.load().find("teen")));
        assertFalse(compiled(Map.of("Wrong", wrong), classPath, folder).isEmpty());
    }

    /** {@code ./loam run} names the page's method and one of its tiers; {@code loam} alone is on nobody's path. */
    @Test
    void commandsRunThePagesMethod() {
        for (Method m : Registry.load().methods()) {
            Set<String> tiers = m.experiment().tiers().stream().map(Tier::label).collect(Collectors.toSet());
            List<String> commands = COMMAND.matcher(m.readme()).results().map(r -> r.group(1)).toList();
            assertTrue(commands.stream().anyMatch(c -> c.contains("run")), m.info().slug() + ": no command runs it");
            for (String command : commands) {
                String where = m.info().slug() + ": " + command;
                List<String> words = List.of(command.split("\\s+"));
                assertTrue(words.size() >= 3 && words.get(0).equals("./loam") && words.get(1).equals("run") && words.get(2).equals(m.info().slug()), where);
                for (int i = 3; i < words.size(); i += 2) {
                    assertTrue(List.of("--tier", "--seeds", "--seed", "--set").contains(words.get(i)), where);
                    assertTrue(!words.get(i).equals("--tier") || tiers.contains(words.get(i + 1)), where);
                }
            }
            assertFalse(Pattern.compile("`loam [a-z]").matcher(m.readme()).find(), m.info().slug() + ": write ./loam");
        }
    }

    @Test
    void settingsExist() {
        for (Method m : Registry.load().methods()) {
            Experiment e = m.experiment();
            Set<String> keys = e.tiers().stream().flatMap(t -> e.settings(t).stream()).map(Setting::key).collect(Collectors.toCollection(TreeSet::new));
            MatchResult named = KEYS.matcher(m.readme()).results().findFirst().orElseThrow(() -> new AssertionError(m.info().slug() + " does not say what --set takes"));
            for (String word : CODE.matcher(named.group(1)).results().map(r -> r.group(1)).filter(w -> w.matches("\\w+")).toList()) {
                assertTrue(keys.stream().anyMatch(k -> k.startsWith(word)), m.info().slug() + ": no setting " + word);
            }
            CHANGED.matcher(m.readme()).results().forEach(r -> assertTrue(e.tiers().stream().anyMatch(t -> takes(e, t, r.group(1), r.group(2))),
                    m.info().slug() + ": " + r.group()));
        }
    }

    private static boolean takes(Experiment e, Tier tier, String key, String value) {
        return e.settings(tier).stream().anyMatch(s -> s.key().equals(key)) && Settings.of(e.settings(tier), Map.of(key, value)).values().containsKey(key);
    }

    @Test
    void typesMembersAndFilesExist() throws IOException, ClassNotFoundException {
        Map<String, List<String>> types = types();
        assertTrue(types.size() > 100 && types.get("Centering").contains("loam.methods.tuning.momentprobing.MomentProbe$Centering"));
        for (Method m : Registry.load().methods()) {
            for (String code : CODE.matcher(SNIPPET.matcher(m.readme()).replaceAll("")).results().map(r -> r.group(1)).toList()) {
                MatchResult type = TYPE.matcher(code).results().findFirst().filter(r -> r.start() == 0).orElse(null);
                if (type != null) {
                    assertTrue(exists(types, type), m.info().slug() + ": no " + type.group());
                }
                if (code.matches("[\\w-]+\\.json")) {
                    assertTrue(m.resource(code).isPresent(), m.info().slug() + ": no " + code);
                }
                if (code.matches("loam(\\.[a-z]+)+")) {
                    assertTrue(types.values().stream().flatMap(List::stream).anyMatch(c -> c.startsWith(code + ".")), m.info().slug() + ": no " + code);
                }
            }
        }
    }

    /** Binary names of all types of the project by their simple names. */
    private static Map<String, List<String>> types() throws IOException {
        Map<String, List<String>> types = new HashMap<>();
        try (StandardJavaFileManager manager = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null)) {
            for (JavaFileObject file : manager.list(StandardLocation.CLASS_PATH, "loam", Set.of(JavaFileObject.Kind.CLASS), true)) {
                String name = manager.inferBinaryName(StandardLocation.CLASS_PATH, file);
                types.computeIfAbsent(name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1), n -> new ArrayList<>()).add(name);
            }
        }
        return types;
    }

    /** {@code Type}, {@code Type.Nested}, {@code Type.member}: what follows a dot is a member or a nested type of the one before. */
    private static boolean exists(Map<String, List<String>> types, MatchResult type) throws ClassNotFoundException {
        List<String> found = types.getOrDefault(type.group(1), List.of());
        for (String name : type.group(2).isEmpty() ? List.<String>of() : List.of(type.group(2).substring(1).split("\\."))) {
            List<String> owners = found;
            found = types.getOrDefault(name, List.of()).stream().filter(c -> owners.stream().anyMatch(o -> c.startsWith(o + "$"))).toList();
            if (found.isEmpty()) {
                return hasMember(owners, name);
            }
        }
        return !found.isEmpty();
    }

    private static boolean hasMember(List<String> owners, String name) throws ClassNotFoundException {
        for (String owner : owners) {
            Class<?> c = Class.forName(owner, false, PagesTest.class.getClassLoader());
            if (Stream.concat(Arrays.stream(c.getDeclaredMethods()), Arrays.stream(c.getDeclaredFields())).anyMatch(member -> member.getName().equals(name))) {
                return true;
            }
        }
        return false;
    }
}
