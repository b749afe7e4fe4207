package loam.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/**
 * A measuring process as the harness sees it. While the other side is timed this one is stopped (SIGSTOP, where the system has it),
 * so that neither its spinning threads nor its compiler or collector take time from the other.
 */
final class Side implements AutoCloseable {
    private static final long ANSWER_LIMIT_MS = TimeUnit.MINUTES.toMillis(5);
    private static final int LOG_TAIL = 12;
    private static final boolean WINDOWS = File.separatorChar == '\\';

    private final String name;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private final Path log;
    private boolean frozen;

    private Side(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts {@link Worker} with the given engine, in the Java that runs this. */
    static Side start(String name, String engine, List<String> javaOptions, Map<String, String> environment, Path dir) throws IOException {
        return start(name, Path.of(System.getProperty("java.home")), engine, javaOptions, environment, dir);
    }

    /** Starts {@link Worker} with the given engine, in the Java of {@code home}. */
    static Side start(String name, Path home, String engine, List<String> javaOptions, Map<String, String> environment, Path dir) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName(), engine));
        Path log = dir.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().keySet().removeIf(k -> k.startsWith("OPENBLAS_") || k.startsWith("OMP_") || k.startsWith("MKL_"));
        builder.environment().putAll(environment);
        Side side = new Side(name, builder.start(), log);
        // A stopped process would outlive an interrupted run.
        Runtime.getRuntime().addShutdownHook(new Thread(side.process::destroyForcibly));
        try {
            side.ask("hello");
        } catch (IllegalStateException e) {
            side.close();
            throw e;
        }
        return side;
    }

    /** Sends a command and waits for the answer, without its {@code ok}. */
    String ask(String command) {
        thaw();
        Timer watchdog = new Timer("watchdog", true);
        watchdog.schedule(new TimerTask() {
            @Override
            public void run() {
                process.destroyForcibly();
            }
        }, ANSWER_LIMIT_MS);
        try {
            commands.println(command);
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException(name + " ended while serving: " + command + tail());
            }
            if (!answer.startsWith("ok")) {
                throw new IllegalStateException(name + ": " + answer.replaceFirst("^error ", ""));
            }
            return answer.substring(2).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            watchdog.cancel();
        }
    }

    /** Sends a command whose answer is numbers. */
    double[] numbers(String command) {
        String answer = ask(command);
        if (answer.isEmpty()) {
            return new double[0];
        }
        String[] words = answer.split(" ");
        double[] values = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            values[i] = Double.parseDouble(words[i]);
        }
        return values;
    }

    /** Sends a command whose answer is one number. */
    double number(String command) {
        return numbers(command)[0];
    }

    /** What the side computes on an open row, through files named {@code prefix} and a number, since it can be millions of numbers. */
    float[][] results(String row, Path prefix) throws IOException {
        float[][] all = new float[Integer.parseInt(ask("results " + row + " " + prefix))][];
        for (int i = 0; i < all.length; i++) {
            Path file = prefix.resolveSibling(prefix.getFileName().toString() + i);
            all[i] = Raw.floats(file);
            Files.delete(file);
        }
        return all;
    }

    /** The engine's version and settings. */
    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String fact : ask("facts").split("\t")) {
            int at = fact.indexOf('=');
            if (at > 0) {
                facts.put(fact.substring(0, at), fact.substring(at + 1));
            }
        }
        return facts;
    }

    String name() {
        return name;
    }

    /** Stops the process until the next command. */
    void freeze() {
        if (!frozen && !WINDOWS && process.isAlive()) {
            signal("-STOP");
            frozen = true;
        }
    }

    private void thaw() {
        if (frozen) {
            signal("-CONT");
            frozen = false;
        }
    }

    private void signal(String signal) {
        try {
            Signals.send(signal, process.pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the process still answers. */
    boolean isAlive() {
        return process.isAlive();
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
        } catch (IOException e) {
            return " (its log " + log + " can't be read: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        thaw();
        commands.println("quit");
        commands.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
