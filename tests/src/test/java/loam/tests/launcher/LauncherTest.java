package loam.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import loam.tests.standards.Repo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher beside stand-ins for Java and Maven that only say how they were called. Would catch a wrong choice of
 * Java, a build that is missed or done twice, a lost exit code, anything but the program's words on standard output.
 */
@Tag("fast")
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private record Outcome(int exit, String out, String err) {}

    @TempDir
    private Path folder;
    private Path home;
    private Path tools;

    @BeforeEach
    void layOut() throws IOException {
        home = Files.createDirectory(folder.resolve("a project"));
        Files.copy(Repo.root().resolve("loam"), home.resolve("loam"));
        assertTrue(home.resolve("loam").toFile().setExecutable(true));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        for (String module : List.of("tensor", "methods")) {
            Files.createDirectories(home.resolve(module).resolve("src/main/java"));
            Files.writeString(home.resolve(module).resolve("pom.xml"), "<project/>");
        }
        Path source = home.resolve("methods/src/main/java/A.java");
        Files.writeString(source, "class A {}");
        // Only what the launcher may need: no Java, no Maven.
        tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("sh", "find", "head", "mkdir", "mv", "rm", "cp", "cat", "date", "sed", "grep", "sleep",
                "readlink")) {
            for (String place : List.of("/bin/", "/usr/bin/")) {
                if (Files.isExecutable(Path.of(place + tool))) {
                    script(tools.resolve(tool), "exec " + place + tool + " \"$@\"");
                    break;
                }
            }
        }
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    /** A Java that prints its name and its arguments and ends with the exit code that its last argument names. */
    private Path java(String name, String version, boolean compiler, boolean vector) throws IOException {
        Path jdk = folder.resolve(name);
        script(jdk.resolve("bin/java"), "echo \"" + name + ": $*\"\nfor last; do :; done\ncase $last in [0-9]*) exit $last;; esac");
        if (compiler) {
            script(jdk.resolve("bin/javac"), "exit 0");
        }
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\nMODULES=\"java.base"
                + (vector ? " jdk.incubator.vector" : "") + "\"\n");
        return jdk;
    }

    /** A Maven that leaves the jars a build would leave, or fails. */
    private void maven(boolean works) throws IOException {
        script(tools.resolve("mvn"), "echo \"built with $JAVA_HOME\" >>\"" + folder.resolve("builds") + "\"\n" + (works ? """
                for arg; do case $arg in -Dloam.lib=*) lib=${arg#-Dloam.lib=};; esac; done
                mkdir -p "$lib" methods/target/launcher "%1$s/methods/target/launcher"
                : >"$lib/picocli.jar"
                : >"%1$s/methods/target/launcher/loam-methods-1.jar"
                """.replace("%1$s", home.toString()) : "echo 'COMPILATION ERROR'; exit 1"));
    }

    private int builds() throws IOException {
        Path file = folder.resolve("builds");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    private Outcome loam(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return loam(home.resolve("loam"), environment, arguments);
    }

    private Outcome loam(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("LOAM_JDK_PLACES", "");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Map<String, String> places(Path... jdks) {
        return Map.of("LOAM_JDK_PLACES", String.join(":", List.of(jdks).stream().map(Path::toString).toList()));
    }

    @Test
    void newestJavaRunsTheProgram() throws IOException, InterruptedException {
        maven(true);
        Outcome outcome = loam(places(java("seventeen", "17.0.2", true, true), java("twentyfive", "25.0.1", true, true),
                java("eight", "1.8.0_392", true, false)), "run", "x y");
        assertEquals(0, outcome.exit(), outcome::toString);
        assertTrue(outcome.out().startsWith("twentyfive: --add-modules jdk.incubator.vector "), outcome::toString);
        assertTrue(outcome.out().endsWith("loam.methods.cli.Main run x y\n"), outcome::toString);
        assertTrue(outcome.out().contains("loam-methods-1.jar:") && outcome.out().contains("picocli.jar"), outcome::toString);
        assertEquals(1, outcome.out().lines().count());
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
    }

    @Test
    void javaHomeComesFirstUnlessItIsTooOld() throws IOException, InterruptedException {
        maven(true);
        Path newest = java("twentyfive", "25", true, true);
        Path given = java("seventeen", "17.0.2", true, true);
        Path old = java("eleven", "11.0.2", true, false);
        String others = newest.toString();
        Outcome outcome = loam(Map.of("JAVA_HOME", given.toString(), "LOAM_JDK_PLACES", others), "list");
        assertTrue(outcome.out().startsWith("seventeen:"), outcome::toString);
        outcome = loam(Map.of("JAVA_HOME", old.toString(), "LOAM_JDK_PLACES", others), "list");
        assertTrue(outcome.out().startsWith("twentyfive:"), outcome::toString);
        assertTrue(outcome.err().contains("JAVA_HOME is Java 11, which is too old"), outcome::toString);
        outcome = loam(Map.of("JAVA_HOME", "/nowhere", "LOAM_JDK_PLACES", others), "list");
        assertTrue(outcome.out().startsWith("twentyfive:"), outcome::toString);
        assertTrue(outcome.err().contains("JAVA_HOME (/nowhere) holds no Java"), outcome::toString);
    }

    @Test
    void javaOnThePathIsFoundThroughLinks() throws IOException, InterruptedException {
        maven(true);
        Path jdk = java("nineteen", "19", true, true);
        Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java"));
        Outcome outcome = loam(Map.of(), "list");
        assertTrue(outcome.out().startsWith("nineteen:"), outcome::toString);
    }

    @Test
    void missingJavaIsSaidClearly() throws IOException, InterruptedException {
        Outcome outcome = loam(Map.of(), "list");
        assertEquals(69, outcome.exit());
        assertTrue(outcome.err().contains("no Java was found"), outcome::toString);
        assertEquals("", outcome.out());
        outcome = loam(places(java("eleven", "11.0.2", true, false)), "list", "--json");
        assertEquals(69, outcome.exit());
        assertTrue(outcome.err().contains("Java 17 or newer is needed"), outcome::toString);
        assertTrue(outcome.out().startsWith("{\"error\":{\"code\":\"no_java\""), outcome::toString);
    }

    @Test
    void buildHappensOnceAndAgainWhenASourceIsNewer() throws IOException, InterruptedException {
        maven(true);
        Map<String, String> environment = places(java("twentyfive", "25", true, true));
        assertTrue(loam(environment, "list").err().contains("building for the first time"));
        Outcome second = loam(environment, "list");
        assertEquals("", second.err());
        assertEquals(1, builds());
        Path source = home.resolve("methods/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        Outcome third = loam(environment, "list");
        assertTrue(third.err().contains("methods/src/main/java/A.java is newer"), third::toString);
        assertEquals(2, builds());
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(60)));
        loam(environment, "list");
        assertEquals(2, builds());
    }

    @Test
    void failedBuildShowsMavensLog() throws IOException, InterruptedException {
        maven(false);
        Map<String, String> environment = places(java("twentyfive", "25", true, true));
        Outcome outcome = loam(environment, "run", "--json");
        assertEquals(70, outcome.exit());
        assertTrue(outcome.err().contains("COMPILATION ERROR"), outcome::toString);
        assertTrue(outcome.out().startsWith("{\"error\":{\"code\":\"build_failed\""), outcome::toString);
        assertFalse(Files.exists(home.resolve("target/launcher/lock")), "the lock stays behind");
        maven(true);
        assertEquals(0, loam(environment, "list").exit());
    }

    @Test
    void missingMavenAndMissingCompilerAreSaidClearly() throws IOException, InterruptedException {
        Outcome outcome = loam(places(java("twentyfive", "25", true, true)), "list");
        assertEquals(69, outcome.exit());
        assertTrue(outcome.err().contains("Maven (mvn) was not found"), outcome::toString);
        maven(true);
        Path jre = java("jre", "21", false, true);
        outcome = loam(places(jre), "list");
        assertEquals(69, outcome.exit());
        assertTrue(outcome.err().contains("has no compiler"), outcome::toString);
        // Built by another Java, it runs on that one.
        assertEquals(0, loam(places(java("twentyfive", "25", true, true)), "list").exit());
        assertTrue(loam(places(jre), "list").out().startsWith("jre:"));
    }

    @Test
    void exitCodeOptionsAndLinksPassThrough() throws IOException, InterruptedException {
        maven(true);
        Map<String, String> environment = Map.of("JAVA_HOME", java("small", "17", true, false).toString(),
                "LOAM_JAVA_OPTS", "-Xmx1g -XX:+UseG1GC");
        for (int code : new int[] {0, 2, 64, 66}) {
            assertEquals(code, loam(environment, "run", Integer.toString(code)).exit());
        }
        Path link = Files.createSymbolicLink(folder.resolve("elsewhere"), Path.of("a project/loam"));
        Outcome outcome = loam(link, environment, "list");
        assertTrue(outcome.out().contains(" -Xmx1g -XX:+UseG1GC -cp "), outcome::toString);
        assertFalse(outcome.out().contains("ParallelGC"), outcome::toString);
        assertFalse(outcome.out().contains("--add-modules"), "this Java has no vector module");
    }

    @Test
    void commandIsShownInsteadOfRun() throws IOException, InterruptedException {
        maven(true);
        String jdk = java("small", "17", true, false).toString();
        Outcome run = loam(Map.of("JAVA_HOME", jdk), "run", "7");
        Outcome shown = loam(Map.of("JAVA_HOME", jdk, "LOAM_SHOW_COMMAND", "yes"), "run", "7");
        assertEquals(0, shown.exit());
        List<String> words = shown.out().strip().lines().toList();
        assertEquals(jdk + "/bin/java", words.get(0));
        assertEquals(run.out().strip(), "small: " + String.join(" ", words.subList(1, words.size())));
    }

    @Test
    void lockOfADeadProcessIsTakenOver() throws IOException, InterruptedException {
        maven(true);
        Path lock = Files.createDirectories(home.resolve("target/launcher/lock"));
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
        assertEquals(0, loam(places(java("twentyfive", "25", true, true)), "list").exit());
        assertEquals(1, builds());
    }
}
