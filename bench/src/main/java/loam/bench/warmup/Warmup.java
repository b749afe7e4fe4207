package loam.bench.warmup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How soon a fresh process trains, and how soon at full rate: starts {@link FirstSteps} again and again with a given command. Exit status: 0
 * both medians within their limits, 1 one is not, 64 on wrong usage, 70 when a process fails.
 */
public final class Warmup {
    /** Most seconds from the start of the process to the end of the first step. */
    static final double FIRST_STEP_LIMIT = 1.5;
    /** Most seconds from the start of the process until steps come at nearly the steady rate. */
    static final double STEADY_LIMIT = 4;
    /** Nearly: this share of the steady rate or more. */
    static final double NEARLY = 1 / 1.2;
    private static final double SECONDS = 9;
    /** Windows in a row that must reach the rate. */
    private static final int IN_A_ROW = 3;
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_FAILED = 70;

    private Warmup() { }

    /**
     * What a start took.
     *
     * @param firstStep seconds from the start of the process to the end of the first step
     * @param steady    seconds from there to the first of three windows in a row at nearly the steady rate; infinite when there is none
     * @param rate      the steady rate: steps a second, median over the second half of the windows
     */
    public record Start(double firstStep, double steady, double rate) { }

    /** Arguments: how many starts count, then a file with the command, one word a line. */
    public static void main(String[] args) throws InterruptedException {
        int status;
        try {
            status = run(Integer.parseInt(args[0]), Files.readAllLines(Path.of(args[1])));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            System.err.println("usage: bench/warmup [STARTS]");
            status = EXIT_USAGE;
        } catch (IOException | IllegalStateException e) {
            System.err.println("warmup: " + e.getMessage());
            status = EXIT_FAILED;
        }
        System.exit(status);
    }

    private static int run(int starts, List<String> command) throws IOException, InterruptedException {
        // not counted: leaves the class archive and the files in memory
        start(command);
        List<Start> all = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            Start s = start(command);
            all.add(s);
            System.out.printf(Locale.ROOT, "start %2d: first step after %.2f s, within 20 %% of the steady rate after %.2f s (%.0f steps a second)%n",
                    i + 1, s.firstStep(), s.steady(), s.rate());
        }
        double first = median(all.stream().mapToDouble(Start::firstStep).toArray());
        double steady = median(all.stream().mapToDouble(Start::steady).toArray());
        boolean met = first <= FIRST_STEP_LIMIT && steady <= STEADY_LIMIT;
        System.out.printf(Locale.ROOT, "median of %d: first step after %.2f s (limit %.1f), within 20 %% of the steady rate after %.2f s (limit %.0f): %s%n",
                starts, first, FIRST_STEP_LIMIT, steady, STEADY_LIMIT, met ? "met" : "missed");
        return met ? 0 : 1;
    }

    private static Start start(List<String> command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(command);
        words.add(FirstSteps.class.getName());
        words.add(String.valueOf(SECONDS));
        long began = System.currentTimeMillis();
        Process p = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        p.getOutputStream().close();
        String line = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (p.waitFor() != 0) {
            throw new IllegalStateException("the process failed with exit status " + p.exitValue());
        }
        return read(began, Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray());
    }

    /** From the time of day at the start, and that at the first step with the counts of the windows after it. */
    public static Start read(long began, long[] numbers) {
        double first = (numbers[0] - began) / 1000.0;
        double window = FirstSteps.WINDOW_MS / 1000.0;
        double[] counts = Arrays.stream(numbers, 1, numbers.length).asDoubleStream().toArray();
        double steady = median(Arrays.copyOfRange(counts, counts.length / 2, counts.length));
        int i = 0;
        int row = 0;
        while (i < counts.length && row < IN_A_ROW) {
            row = counts[i++] >= NEARLY * steady ? row + 1 : 0;
        }
        double after = row < IN_A_ROW ? Double.POSITIVE_INFINITY : first + (i - IN_A_ROW) * window;
        return new Start(first, after, steady / window);
    }

    private static double median(double[] values) {
        double[] v = values.clone();
        Arrays.sort(v);
        return v.length % 2 == 1 ? v[v.length / 2] : (v[v.length / 2 - 1] + v[v.length / 2]) / 2;
    }
}
