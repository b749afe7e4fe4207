package loam.tests.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import loam.tests.standards.Repo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch a README whose program does not compile or run as shown, whose commands do not exist, whose
 * coordinates are not the build's, or whose links lead nowhere.
 */
class ReadmeTest {
    private static final String SECTION = "## A complete program";
    private static final int PROGRAM_LINES = 25;
    private static String readme;

    /**
     * A block of code.
     *
     * @param language the word after the fence, or nothing
     * @param lines what stands in it
     */
    private record Block(String language, List<String> lines) {}

    @TempDir
    private Path folder;

    @BeforeAll
    static void read() {
        readme = Repo.read(Repo.root().resolve("README.md"));
    }

    private static String program() {
        int section = readme.indexOf(SECTION);
        assertTrue(section >= 0, "no section " + SECTION);
        return blocks(readme.substring(section)).stream().filter(block -> block.language().equals("java")).findFirst()
                .map(block -> String.join("\n", block.lines())).orElseThrow(() -> new AssertionError("no program in " + SECTION));
    }

    @Test
    void programCompilesAndRunsAsShown() throws IOException, InterruptedException {
        String source = program();
        long lines = source.lines().filter(line -> !line.isBlank()).count();
        assertTrue(lines <= PROGRAM_LINES, "the program has " + lines + " lines, at most " + PROGRAM_LINES + " are wanted");
        Matcher name = Pattern.compile("public (?:final )?class (\\w+)").matcher(source);
        assertTrue(name.find(), "no public class in the program");
        List<Path> classPath = Artifacts.classPath("methods");
        Program.compile(name.group(1), source, classPath, folder);
        List<Jdk> jdks = Jdk.found();
        Jdk.Outcome outcome = jdks.get(jdks.size() - 1).run(folder, List.of("--add-modules", "jdk.incubator.vector",
                "-Xmx1g", "-cp", Program.join(folder, classPath), name.group(1)));
        assertEquals(0, outcome.exit(), outcome::toString);
        assertFalse(outcome.out().isBlank(), outcome::toString);
    }

    @Test
    void buildCommandIsTheOneThatIsTested() {
        assertTrue(readme.contains("mvn -B verify"), "the README does not say how to run the tests");
        assertTrue(Repo.read(Repo.root().resolve(".ci/run")).lines().anyMatch("mvn -B verify"::equals),
                "continuous integration runs another command");
    }

    @Test
    void commandsExist() throws IOException, InterruptedException {
        List<String> lines = shellLines();
        List<List<String>> calls = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split("\\s+");
            if (words[0].contains("/")) {
                Path script = Repo.root().resolve(words[0]);
                assertTrue(Files.isExecutable(script), "no such command: " + line);
            }
            if (words[0].endsWith("loam") && words.length > 1) {
                calls.add(List.of(words[1], "--help"));
                if (List.of("run", "describe").contains(words[1]) && words[2].matches("[a-z0-9][a-z0-9-]*")) {
                    calls.add(List.of("describe", words[2]));
                }
            }
        }
        assertTrue(calls.stream().anyMatch(call -> call.get(0).equals("run")), "the README does not show ./loam run");
        Jdk here = new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
        for (List<String> call : calls.stream().distinct().toList()) {
            List<String> arguments = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"),
                    "loam.methods.cli.Main"));
            arguments.addAll(call);
            Jdk.Outcome outcome = here.run(folder, arguments);
            assertEquals(0, outcome.exit(), () -> "loam " + String.join(" ", call) + ": " + outcome);
        }
    }

    /** The commands of the shell blocks, comments and output left out. */
    private static List<String> shellLines() {
        List<String> found = new ArrayList<>();
        for (Block block : blocks(readme)) {
            if (!List.of("", "sh", "bash", "console").contains(block.language())) {
                continue;
            }
            boolean prompted = block.lines().stream().anyMatch(line -> line.startsWith("$ "));
            for (String line : block.lines()) {
                String command = line.startsWith("$ ") ? line.substring(2) : prompted ? "" : line.strip();
                if (command.matches("(\\./\\w|bench/\\w|loam ).*")) {
                    found.add(command);
                }
            }
        }
        assertFalse(found.isEmpty(), "no command in the README");
        return found;
    }

    /** The fenced and the indented blocks of a Markdown text. */
    private static List<Block> blocks(String text) {
        List<Block> found = new ArrayList<>();
        Block open = null;
        Block indented = null;
        for (String line : text.lines().toList()) {
            if (open == null && line.startsWith("    ")) {
                if (indented == null) {
                    indented = new Block("", new ArrayList<>());
                    found.add(indented);
                }
                indented.lines().add(line.substring(4));
                continue;
            }
            indented = null;
            if (line.strip().startsWith("```")) {
                open = open == null ? new Block(line.strip().substring(3), new ArrayList<>()) : null;
                if (open != null) {
                    found.add(open);
                }
            } else if (open != null) {
                open.lines().add(line);
            }
        }
        return found;
    }

    @Test
    void coordinatesAreTheBuilds() {
        String pom = Repo.read(Repo.root().resolve("pom.xml"));
        Matcher version = Pattern.compile("<artifactId>loam</artifactId>\\s*<version>([^<]+)</version>").matcher(pom);
        assertTrue(version.find());
        assertTrue(readme.contains("dev.loam"), "no coordinates in the README");
        assertTrue(readme.contains(version.group(1)), "the README does not name version " + version.group(1));
        assertTrue(readme.contains("--add-modules jdk.incubator.vector"), "the README does not name the vector module");
        Matcher artifact = Pattern.compile("<artifactId>loam-(\\w+)</artifactId>").matcher(readme);
        while (artifact.find()) {
            assertTrue(Files.exists(Repo.root().resolve(artifact.group(1)).resolve("pom.xml")), artifact.group());
        }
    }

    @Test
    void linksLeadSomewhere() {
        Matcher file = Pattern.compile("`([\\w./]+\\.(?:md|xml|sh|py))`").matcher(readme);
        while (file.find()) {
            assertTrue(Files.exists(Repo.root().resolve(file.group(1))), "the README names " + file.group(1));
        }
        Matcher link = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#\\s]+)").matcher(readme);
        while (link.find()) {
            assertTrue(Files.exists(Repo.root().resolve(link.group(1))), "the README links to " + link.group(1));
        }
    }
}
