package loam.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
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
                double[] values = w.results();
                w.reset();
                yield join(values);
            }
            case "warm" -> join(warm(work(command[1]), Double.parseDouble(command[2])));
            case "round" -> {
                Work w = work(command[1]);
                w.reset();
                yield join(round(w::iterate, Integer.parseInt(command[2]), Integer.parseInt(command[3])));
            }
            case "own" -> join(round(engine::ownProducts, Integer.parseInt(command[1]), Integer.parseInt(command[2])));
            case "bytes" -> join(bytes(work(command[1]), Integer.parseInt(command[2])));
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

    /** Runs for about {@code seconds}; milliseconds of an iteration over the last quarter or so. */
    private static double warm(Work w, double seconds) {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        int n = 1;
        double last = Double.NaN;
        while (System.nanoTime() < end) {
            w.reset();
            long t = System.nanoTime();
            w.iterate(n);
            long took = System.nanoTime() - t;
            last = took / 1e6 / n;
            if (took < seconds * 1e9 / 8) {
                n *= 2;
            }
        }
        return last;
    }

    /** Milliseconds of an iteration, one value a batch; a first batch is not counted. */
    private static double[] round(IntConsumer work, int iterations, int batches) {
        work.accept(iterations);
        double[] ms = new double[batches];
        for (int b = 0; b < batches; b++) {
            long t = System.nanoTime();
            work.accept(iterations);
            ms[b] = (System.nanoTime() - t) / 1e6 / iterations;
        }
        return ms;
    }

    /** Bytes that an iteration allocates on the Java heap, over all threads. */
    private static double bytes(Work w, int iterations) {
        w.reset();
        w.iterate(iterations);
        long before = allocated();
        w.iterate(iterations);
        return (double) (allocated() - before) / iterations;
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
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
