package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import loam.methods.Claim;
import loam.methods.Experiment;
import loam.methods.Method;
import loam.methods.MethodInfo;
import loam.methods.Progress;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Tier;
import loam.methods.Tuning;
import loam.methods.report.KeptRuns;
import loam.methods.report.MethodPage;
import loam.tests.standards.Repo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Follows methods/ADDING.md: runs its commands, compiles what they make and takes it through the checks of every method. Would catch a
 * template that does not compile, a command that makes the wrong files, names of files and classes that are no longer there.
 */
@DisabledOnOs(OS.WINDOWS)
class AddingTest {
    private static final String GUIDE = Repo.read(Repo.root().resolve("methods/ADDING.md"));

    @TempDir
    private Path tree;

    private static String first(String pattern) {
        Matcher m = Pattern.compile(pattern, Pattern.DOTALL).matcher(GUIDE);
        assertTrue(m.find(), "methods/ADDING.md has no " + pattern);
        return m.group(1);
    }

    @Test
    void theTemplateBecomesAMethodThatPasses() throws Exception {
        String family = first("family=(\\S+)");
        String slug = first("slug=(\\S+)");
        String name = first("name=(\\S+)");
        makeTheFiles();
        List<Path> made = Repo.files(tree).stream().filter(f -> !f.startsWith(tree.resolve("methods/src/template"))).toList();
        assertEquals(5, made.size(), made.toString());
        for (Path file : made) {
            assertFalse(Files.readString(file).matches("(?s).*(NewMethod|new-method|newmethod|newfamily).*"), "a name of the template is left in " + file);
        }
        Path classes = Files.createDirectory(tree.resolve("classes"));
        compile(made.stream().filter(f -> f.toString().endsWith(".java")).toList(), classes);
        URL[] path = {classes.toUri().toURL(), tree.resolve("methods/src/main/resources").toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, AddingTest.class.getClassLoader())) {
            String home = "loam.methods." + family + "." + slug.replace("-", "") + ".";
            Class<? extends Experiment> type = loader.loadClass(home + name + "Experiment").asSubclass(Experiment.class);
            Method method = Method.of((MethodInfo) type.getField("INFO").get(null), type, () -> made(type));
            check(method, slug, family);
            String snippets = PagesTest.program("Page", method.readme(), type.getPackageName());
            assertEquals("", PagesTest.compiled(Map.of("Page", snippets), classes + File.pathSeparator + System.getProperty("java.class.path"), classes));
            runTests(loader.loadClass("loam.tests.methods." + family + "." + name + "Test"));
        }
    }

    /** The guide's first block of commands, run in a tree that holds the template alone. */
    private void makeTheFiles() throws IOException, InterruptedException {
        Path template = Files.createDirectories(tree.resolve("methods/src/template"));
        for (Path file : Repo.files(Repo.root().resolve("methods/src/template"))) {
            Files.copy(file, template.resolve(file.getFileName()));
        }
        Process process = new ProcessBuilder("sh", "-e", "-u", "-c", first("```sh\n(.*?)```")).directory(tree.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0, said);
        assertEquals("", said);
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter words = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("--release", "17", "-proc:none", "-Xlint:all,-classfile,-processing,-path,-options,-try", "-Werror", "-cp",
                    System.getProperty("java.class.path"), "-d", classes.toString());
            assertTrue(compiler.getTask(words, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call(), words::toString);
        }
    }

    private static Experiment made(Class<? extends Experiment> type) {
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static void check(Method method, String slug, String family) {
        assertEquals(slug, method.info().slug());
        assertEquals(family, method.info().family());
        TinyTierTest.check(slug, TinyRun.of(method));
        String page = method.readme();
        assertEquals(RegistryTest.PARTS, page.lines().filter(l -> l.startsWith("## ")).map(l -> l.substring(3)).toList());
        assertTrue(page.startsWith("# " + slug + ": ") && page.contains(method.info().source()));
        assertEquals(page, MethodPage.withRuns(page, Map.of()));
        Experiment e = method.experiment();
        RunResult result = Runner.run(method, RunRequest.of(e, Tier.TINY, Tuning.FIRST_SEED), Progress.NONE);
        assertEquals(List.of(), result.claims().stream().filter(c -> c.verdict() != Claim.Verdict.HOLDS).toList(), "the example's claims hold on " + result.seeds());
        for (Tier tier : e.tiers()) {
            assertFalse(e.tuning(tier).isEmpty() || e.claims(tier).isEmpty() || e.settings(tier).isEmpty(), "the template shows each part");
        }
    }

    private static void runTests(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        int run = 0;
        for (java.lang.reflect.Method test : type.getDeclaredMethods()) {
            if (test.isAnnotationPresent(Test.class)) {
                test.setAccessible(true);
                test.invoke(constructor.newInstance());
                run++;
            }
        }
        assertTrue(run >= 3, "the template has tests");
    }

    @Test
    void theGuideNamesWhatIsThere() {
        List<String> files = new ArrayList<>(KeptRuns.NAMES);
        files.forEach(name -> assertTrue(GUIDE.contains(name), name));
        Map<String, String> types = Map.of("`RegistryTest`", "tests/src/test/java/loam/tests/methods/RegistryTest.java", "`TinyTierTest`",
                "tests/src/test/java/loam/tests/methods/TinyTierTest.java", "`PagesTest`", "tests/src/test/java/loam/tests/methods/PagesTest.java", "`Features`", "methods/src/main/java/loam/methods/features/Features.java",
                "`methods/README.md`", "methods/README.md", "`loam.methods.continual.teen`", "methods/src/main/java/loam/methods/continual/teen/Teen.java",
                "`methods/src/main/resources/META-INF/services/loam.methods.MethodFamily`",
                "methods/src/main/resources/META-INF/services/loam.methods.MethodFamily");
        types.forEach((word, file) -> assertTrue(GUIDE.contains(word) && Files.exists(Repo.root().resolve(file)), word));
        Stream.of("--seeds-from", "--tier", "loam.kernels=scalar", "./loam page", "mvn -B verify").forEach(word -> assertTrue(GUIDE.contains(word), word));
    }
}
