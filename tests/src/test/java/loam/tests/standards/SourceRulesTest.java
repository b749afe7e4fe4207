package loam.tests.standards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch what no compiler does: files and methods that grow too long without a reason, text that changes with
 * the user's language, swallowed exceptions, unfinished work, paths of one machine, types that nobody explains.
 */
@Tag("fast")
class SourceRulesTest {
    private static final int FILE_LINES = 500;
    private static final int METHOD_LINES = 60;
    private static final String EXCEPTIONS = "tests/src/test/resources/standards/long-code.txt";

    // Put together from parts, so that this file doesn't match itself.
    private static final Pattern UNFINISHED = Pattern.compile(
            "\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b|PLACE" + "HOLDER|@Dis" + "abled\\b");
    private static final Pattern MACHINE_PATH = Pattern.compile(
            "(?<![\\w.~}])/(?:wo" + "rk|ro" + "ot|ho" + "me/(?!linuxbrew)\\w+|Us" + "ers/\\w+)[/\"'`]|[A-Z]:\\\\+Us" + "ers");
    private static final Pattern TEXT = Pattern.compile(".*(\\.(java|md|xml|py|sh|txt|tsv|properties|json|html|css|js|yml)|/loam|/run|/compare)");

    private static final List<Source> SOURCES = new ArrayList<>();

    @BeforeAll
    static void parse() {
        Source.forEach(Repo.sources(), SOURCES::add);
        assertTrue(SOURCES.size() > 20, "the sources were not found");
    }

    private static void none(String what, List<String> found) {
        assertTrue(found.isEmpty(), () -> what + ":\n  " + String.join("\n  ", found));
    }

    @Test
    void theRulesFindWhatTheyLookFor(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("Bad.java");
        Files.writeString(file, """
                public class Bad {
                    void a() { try { a(); } catch (RuntimeException e) { } }
                    String b(String s) { return String.format("%s", s) + s.toLowerCase() + "%s".formatted(s); }
                    void c() {
                        a();
                    }
                    String fine(String s) { return String.format(java.util.Locale.ROOT, "%s", s); }
                }
                """);
        Source.forEach(List.of(file), bad -> {
            assertEquals(1, bad.emptyCatches.size());
            assertEquals(3, bad.withoutLocale.size());
            assertEquals(1, bad.undocumentedTypes.size());
            assertTrue(bad.methods.contains(new Source.Method("Bad.c", 3)), bad.methods::toString);
        });
        assertTrue(UNFINISHED.matcher("// TO" + "DO later").find());
        for (String path : List.of("/wo" + "rk/main", "\"/ro" + "ot/x\"", "see /ho" + "me/ann/x", "C:\\Us" + "ers\\x")) {
            assertTrue(MACHINE_PATH.matcher(path).find(), path);
        }
        for (String path : List.of("../wo" + "rk/x", "target/wo" + "rk/x", "the /ro" + "ot of", "https://a.b/ho" + "me/x")) {
            assertFalse(MACHINE_PATH.matcher(path).find(), path);
        }
    }

    @Test
    void longCodeHasAReason() {
        Map<String, String> excepted = new TreeMap<>();
        for (String line : Repo.read(Repo.root().resolve(EXCEPTIONS)).lines().toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("\\s+", 2);
                assertTrue(parts.length == 2 && parts[1].length() > 10, () -> "no reason given: " + line);
                excepted.put(parts[0], parts[1]);
            }
        }
        List<String> found = new ArrayList<>();
        TreeSet<String> used = new TreeSet<>();
        for (Source source : SOURCES) {
            long lines = Repo.read(Repo.root().resolve(source.name)).lines().count();
            note(source.name, lines, FILE_LINES, excepted, used, found);
            for (Source.Method method : source.methods) {
                note(source.name + "#" + method.name(), method.lines(), METHOD_LINES, excepted, used, found);
            }
        }
        none("longer than " + FILE_LINES + " lines (file) or " + METHOD_LINES + " (method) without a reason in " + EXCEPTIONS,
                found);
        none("not needed any more in " + EXCEPTIONS,
                excepted.keySet().stream().filter(key -> !used.contains(key)).toList());
    }

    private static void note(String key, long lines, int limit, Map<String, String> excepted, TreeSet<String> used,
            List<String> found) {
        if (lines <= limit) {
            return;
        }
        String entry = excepted.keySet().stream().filter(pattern -> pattern.endsWith("*")
                ? key.startsWith(pattern.substring(0, pattern.length() - 1)) : key.equals(pattern)).findFirst().orElse(null);
        if (entry != null) {
            used.add(entry);
        } else {
            found.add(key + " (" + lines + " lines)");
        }
    }

    @Test
    void textDoesNotDependOnTheUsersLanguage() {
        none("give Locale.ROOT", SOURCES.stream().flatMap(source -> source.withoutLocale.stream()).toList());
    }

    @Test
    void noExceptionIsSwallowed() {
        none("empty catch", SOURCES.stream().flatMap(source -> source.emptyCatches.stream()).toList());
    }

    @Test
    void publicTypesAndTestClassesAreExplained() {
        none("no Javadoc", SOURCES.stream().flatMap(source -> source.undocumentedTypes.stream()).toList());
    }

    @Test
    void nothingIsUnfinished() {
        none("unfinished", matches(UNFINISHED));
    }

    @Test
    void noPathOfOneMachine() {
        none("path of one machine", matches(MACHINE_PATH));
    }

    private static List<String> matches(Pattern pattern) {
        List<String> found = new ArrayList<>();
        for (Path file : Repo.files(Repo.root())) {
            String name = Repo.name(file);
            if (!TEXT.matcher("/" + name).matches()) {
                continue;
            }
            List<String> lines = Repo.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(name + ":" + (i + 1) + " " + lines.get(i).strip());
                }
            }
        }
        return found;
    }
}
