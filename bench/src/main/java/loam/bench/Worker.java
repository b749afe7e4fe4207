package loam.bench;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A measuring process: reads one command a line from standard input, answers one line on standard output, {@code ok} and values or
 * {@code error} and a message. Whatever a library prints goes to standard error.
 * Source: started by {@link Side}; the argument names the {@link Engine}.
 */
public final class Worker {
    /** Warming up is done in about this many pieces. */
    private static final int PIECES = 8;
    /** A piece is faster when it takes less than this share of the best before. */
    private static final double STEADY = 0.97;
    /** The compiler is busy when it finished work of more than this share of a piece. */
    private static final double BUSY_SHARE = 0.05;
    /** Warming up ends when nothing changed for so long. */
    private static final double QUIET_SECONDS = 0.7;
    /** And at the latest after so much more than was asked for. */
    private static final double LONGEST_SECONDS = 20;

    private final Engine engine;
    private final Map<String, Work> open = new HashMap<>();

    private Worker(Engine engine) {
        this.engine = engine;
    }

    /** Serves commands until {@code quit} or the end of input. */
    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        Worker worker = null;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            String answer;
            try {
                if (worker == null) {
                    worker = new Worker((Engine) Class.forName(args[0]).getDeclaredConstructor().newInstance());
                }
                answer = "ok " + worker.serve(line.split(" "));
            } catch (Exception | LinkageError e) {
                e.printStackTrace();
                answer = "error " + e.toString().replace('\n', ' ');
            }
            answers.println(answer.trim());
        }
        if (worker != null) {
            worker.open.values().forEach(Work::close);
        }
    }

    private String serve(String[] command) throws IOException {
        return switch (command[0]) {
            case "hello" -> "";
            case "facts" -> facts();
            case "open" -> {
                open.put(command[1], engine.open(Rows.named(command[1]), Path.of(command[2])));
                yield "";
            }
            case "results" -> {
                Work w = work(command[1]);
                w.reset();
                float[][] arrays = w.results();
                w.reset();
                for (int i = 0; i < arrays.length; i++) {
                    Raw.writeFloats(Path.of(command[2] + i), arrays[i]);
                }
                yield Integer.toString(arrays.length);
            }
            case "close" -> {
                Work w = open.remove(command[1]);
                if (w != null) {
                    w.close();
                }
                yield "";
            }
            case "probe" -> {
                open.put("probe", engine.probe(Path.of(command[1])));
                yield "";
            }
            case "warm" -> join(warm(work(command[1]), Double.parseDouble(command[2])));
            case "round" -> {
                Work w = work(command[1]);
                w.reset();
                yield join(round(w::iterate, Integer.parseInt(command[2]), Integer.parseInt(command[3]), Integer.parseInt(command[4])));
            }
            case "own" -> join(round(engine::ownProducts, Integer.parseInt(command[1]), Integer.parseInt(command[1]), Integer.parseInt(command[2])));
            case "bytes" -> join(bytes(work(command[1]), Integer.parseInt(command[2])));
            case "collect" -> {
                System.gc();
                yield "";
            }
            case "handles" -> Long.toString(engine.handles());
            case "peak" -> join(Peak.gflops(Integer.parseInt(command[1])));
            default -> throw new IllegalArgumentException("unknown command " + command[0]);
        };
    }

    private Work work(String name) {
        Work w = open.get(name);
        if (w == null) {
            throw new IllegalStateException("open " + name + " first");
        }
        return w;
    }

    /**
     * Runs for at least {@code seconds} and then until the compiler is done: until neither did an iteration become faster nor did the compiler finish
     * anything of size for {@link #QUIET_SECONDS}. A method being compiled shows only when it is finished, so that a shorter pause tells nothing.
     * Milliseconds of an iteration in the last piece.
     */
    static double warm(Work w, double seconds) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long start = System.nanoTime();
        long piece = (long) (seconds * 1e9 / PIECES);
        int n = 1;
        double best = Double.POSITIVE_INFINITY;
        double changed = 0;
        long compiled = compiler.getTotalCompilationTime();
        while (true) {
            w.reset();
            long t = System.nanoTime();
            w.iterate(n);
            long now = System.nanoTime();
            double ms = (now - t) / 1e6 / n;
            double passed = (now - start) / 1e9;
            long compiledNow = compiler.getTotalCompilationTime();
            if (ms < STEADY * best || compiledNow - compiled > BUSY_SHARE * (now - t) / 1e6) {
                changed = passed;
            }
            if (passed >= seconds + LONGEST_SECONDS || passed >= seconds && passed - changed >= QUIET_SECONDS) {
                return ms;
            }
            best = Math.min(best, ms);
            compiled = compiledNow;
            if (now - t < piece) {
                n *= 2;
            }
        }
    }

    /** Milliseconds of an iteration, one value a batch, after {@code uncounted} iterations. */
    static double[] round(IntConsumer work, int uncounted, int iterations, int batches) {
        if (uncounted > 0) {
            work.accept(uncounted);
        }
        double[] ms = new double[batches];
        for (int b = 0; b < batches; b++) {
            long t = System.nanoTime();
            work.accept(iterations);
            ms[b] = (System.nanoTime() - t) / 1e6 / iterations;
        }
        return ms;
    }

    /** Bytes that an iteration allocates on the Java heap, over all threads: as it is timed, and without recycling. */
    private static double[] bytes(Work w, int iterations) {
        return new double[] {bytes(w, w::iterate, iterations), bytes(w, w::iteratePlainly, iterations)};
    }

    private static double bytes(Work w, IntConsumer work, int iterations) {
        w.reset();
        work.accept(iterations);
        return Allocation.bytes(work, iterations);
    }

    private String facts() {
        StringBuilder s = new StringBuilder();
        engine.facts().forEach((key, value) -> s.append(key).append('=').append(value.replace('\t', ' ')).append('\t'));
        return s.toString();
    }

    private static String join(double... values) {
        StringBuilder s = new StringBuilder();
        for (double v : values) {
            s.append(v).append(' ');
        }
        return s.toString();
    }
}
