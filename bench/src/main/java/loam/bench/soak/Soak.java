package loam.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.bench.Json;
import loam.bench.Raw;
import loam.bench.Rows;
import loam.bench.soak.SoakRun.Sample;

/**
 * A long training of the CNN with pool, workspace and two threads, beside a second process that trains the same with neither. Exit status:
 * 0 passed, 1 failed, 3 nothing wrong but stopped before the last step, 64 on wrong usage, 70 when a process fails.
 */
public final class Soak {
    private static final String USAGE = "usage: bench/soak [--steps 20000] [--seconds-limit S] [--row cnn-step]";
    private static final int EXIT_INCOMPLETE = 3;
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_FAILED = 70;
    private static final int POLL_MS = 100;
    /** The neighbour must come as far; it gets twice the time and this much more. */
    private static final double PATIENCE_SECONDS = 60;

    private Soak() { }

    /**
     * What to do.
     *
     * @param seconds after which the training stops
     * @param row     a training row of the side-by-side runner
     */
    public record Options(int steps, double seconds, String row) {
        /** Reads the command line. */
        public static Options parse(String... args) {
            int steps = 20_000;
            double seconds = Double.POSITIVE_INFINITY;
            String row = "cnn-step";
            for (int i = 0; i < args.length; i += 2) {
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException(args[i] + " needs a value");
                }
                switch (args[i]) {
                    case "--steps" -> steps = Integer.parseInt(args[i + 1]);
                    case "--seconds-limit" -> seconds = Double.parseDouble(args[i + 1]);
                    case "--row" -> row = args[i + 1];
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
            if (steps < 2 || !(seconds > 0)) {
                throw new IllegalArgumentException("at least 2 steps and more than 0 seconds");
            }
            if (!Rows.named(row).problem().trains()) {
                throw new IllegalArgumentException(row + " is no training");
            }
            return new Options(steps, seconds, row);
        }
    }

    /** Runs a soak and prints a line of JSON and the verdict. */
    public static void main(String[] args) {
        int status;
        try {
            Path dir = Path.of(System.getProperty("loam.bench.dir", "target/soak")).toAbsolutePath();
            Map<String, Object> report = run(Options.parse(args), dir);
            System.out.print(Json.text(report).trim().replaceAll("\\s*\\n\\s*", " ") + System.lineSeparator());
            System.out.println("soak: " + report.get("verdict"));
            status = report.get("verdict").equals("passed") ? 0 : report.get("verdict").equals("failed") ? 1 : EXIT_INCOMPLETE;
        } catch (IllegalArgumentException e) {
            System.err.println("soak: " + e.getMessage());
            System.err.println(USAGE);
            status = EXIT_USAGE;
        } catch (IOException | IllegalStateException e) {
            e.printStackTrace();
            status = EXIT_FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            status = EXIT_FAILED;
        }
        System.exit(status);
    }

    /** Runs both processes to their end; steps, memory, faults and verdict ("passed", "failed" or "incomplete"). */
    public static Map<String, Object> run(Options o, Path dir) throws IOException, InterruptedException {
        Files.createDirectories(dir);
        for (String name : List.of("plain", "recycled")) {
            for (String kind : List.of(".losses", ".samples", ".facts")) {
                Files.deleteIfExists(dir.resolve(name + kind));
            }
        }
        Rows.named(o.row()).problem().write(dir);
        long start = System.nanoTime();
        Process neighbour = child(o, dir, "plain", Double.POSITIVE_INFINITY);
        try {
            Process process = child(o, dir, "recycled", o.seconds());
            int exit = process.waitFor();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (exit != 0) {
                throw new IllegalStateException("the training failed:\n" + Files.readString(dir.resolve("recycled.log")));
            }
            awaitAsMany(neighbour, dir, PATIENCE_SECONDS + seconds);
            return report(o, dir, seconds);
        } finally {
            neighbour.destroyForcibly().waitFor();
        }
    }

    private static Process child(Options o, Path dir, String name, double seconds) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        // all memory from the start, so that resident memory grows by nothing but what leaks
        command.addAll(List.of("-XX:+UseParallelGC", "-Xmn256m", "-Xms768m", "-Xmx768m", "-XX:+AlwaysPreTouch", "-Dloam.threads=2"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SoakChild.class.getName()));
        command.addAll(List.of(dir.toString(), name, o.row(), Integer.toString(o.steps()), Double.toString(seconds)));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(dir.resolve(name + ".log").toFile()).start();
    }

    /** Until the neighbour has as many losses. */
    private static void awaitAsMany(Process neighbour, Path dir, double seconds) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long wanted = Files.size(dir.resolve("recycled.losses"));
        Path losses = dir.resolve("plain.losses");
        while (!Files.exists(losses) || Files.size(losses) < wanted) {
            if (!neighbour.isAlive()) {
                throw new IllegalStateException("the neighbour failed:\n" + Files.readString(dir.resolve("plain.log")));
            }
            if ((System.nanoTime() - start) / 1e9 > seconds) {
                throw new IllegalStateException("the neighbour takes too long");
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static Map<String, Object> report(Options o, Path dir, double seconds) throws IOException {
        float[] losses = Raw.floats(dir.resolve("recycled.losses"));
        float[] plain = Raw.floats(dir.resolve("plain.losses"));
        List<Sample> samples = Files.readAllLines(dir.resolve("recycled.samples")).stream().map(Sample::parse).toList();
        List<String> faults = SoakCheck.faults(samples, losses, plain);
        String[] facts = Files.readString(dir.resolve("recycled.facts")).split(" ");
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("row", o.row());
        m.put("steps", o.steps());
        m.put("done", losses.length);
        m.put("seconds", seconds);
        m.put("kernels", facts[0]);
        m.put("lanes", Integer.parseInt(facts[1]));
        m.put("threads", Integer.parseInt(facts[2]));
        m.put("jdk", System.getProperty("java.runtime.version"));
        m.put("samples", samples.stream().map(s -> Arrays.asList(s.step(), s.heap(), s.resident(), s.pooled())).toList());
        m.put("firstLoss", losses[0]);
        m.put("lastLoss", losses[losses.length - 1]);
        m.put("faults", faults);
        m.put("verdict", !faults.isEmpty() ? "failed" : losses.length < o.steps() ? "incomplete" : "passed");
        return m;
    }
}
