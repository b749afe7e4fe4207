package loam.tests.consumer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java on this machine that a program can be run with.
 *
 * @param feature its feature version, such as 17
 * @param home its folder
 */
record Jdk(int feature, Path home) {
    /**
     * What a program did.
     *
     * @param exit its exit code
     * @param out its standard output
     * @param err its standard error
     */
    record Outcome(int exit, String out, String err) {
        @Override
        public String toString() {
            return "exit " + exit + "\n-- out\n" + out + "\n-- err\n" + err;
        }
    }

    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(?:1\\.)?(\\d+)");

    /** The one that runs the tests, and one of each other feature version from 17 up; oldest first. */
    static List<Jdk> found() {
        List<Path> homes = new ArrayList<>();
        homes.add(Path.of(System.getProperty("java.home")));
        if (System.getenv("JAVA_HOME") != null) {
            homes.add(Path.of(System.getenv("JAVA_HOME")));
        }
        for (String folder : List.of("/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines")) {
            if (Files.isDirectory(Path.of(folder))) {
                try (Stream<Path> list = Files.list(Path.of(folder))) {
                    list.sorted().forEach(path -> {
                        homes.add(path);
                        homes.add(path.resolve("Contents/Home"));
                    });
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        Map<Integer, Jdk> found = new TreeMap<>(Comparator.naturalOrder());
        homes.stream().filter(home -> Files.isExecutable(home.resolve("bin/java")))
                .map(home -> new Jdk(feature(home), home)).filter(jdk -> jdk.feature() >= 17)
                .forEach(jdk -> found.putIfAbsent(jdk.feature(), jdk));
        return List.copyOf(found.values());
    }

    private static int feature(Path home) {
        if (home.equals(Path.of(System.getProperty("java.home")))) {
            return Runtime.version().feature();
        }
        try {
            Matcher matcher = VERSION.matcher(Files.readString(home.resolve("release")));
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Runs {@code bin/java} with these arguments in {@code folder}; a program that takes over two minutes is ended. */
    Outcome run(Path folder, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/java").toString()));
        command.addAll(arguments);
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(key -> key.equals("JAVA_TOOL_OPTIONS") || key.equals("JDK_JAVA_OPTIONS"));
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        return new Outcome(ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
    }

    @Override
    public String toString() {
        return "Java " + feature;
    }
}
