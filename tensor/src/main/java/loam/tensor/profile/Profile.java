package loam.tensor.profile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import loam.tensor.io.AtomicFile;
import loam.tensor.io.Json;

/** What {@link Profiler#run} measured: tables by operation and by module, and a trace for a viewer. */
public final class Profile {
    private final long nanos;
    private final boolean countsBytes;
    private final List<Row> rows;
    private final List<Span> spans;
    private final long dropped;

    /**
     * What is counted together.
     *
     * @param operation name of the operation, as in errors: "conv2d"
     * @param phase     part of the step
     * @param module    path of the module that ran it: "features.0 (Conv2d)"; empty outside of any
     */
    public record Key(String operation, Phase phase, String module) {
    }

    /**
     * The sum over all calls with one key. Times and bytes are an operation's own, without those of operations inside it.
     *
     * @param key       what was counted
     * @param calls     how often it ran
     * @param nanos     nanoseconds on the calling thread's clock
     * @param flops     floating-point operations of its contractions, two for each term
     * @param moved     bytes of the operands of its kernels
     * @param allocated bytes that the calling thread took from the heap
     */
    public record Row(Key key, long calls, long nanos, long flops, long moved, long allocated) {
        private Row plus(Row o) {
            return new Row(key, calls + o.calls, nanos + o.nanos, flops + o.flops, moved + o.moved, allocated + o.allocated);
        }

        /** Floating-point operations a nanosecond: GFLOP/s. */
        public double gflops() {
            return nanos == 0 ? 0 : (double) flops / nanos;
        }

        /** Bytes of operands a nanosecond: GB/s. */
        public double gigabytes() {
            return nanos == 0 ? 0 : (double) moved / nanos;
        }
    }

    /** One call; start and length in nanoseconds from the start of the profile. */
    record Span(Key key, boolean kernel, long start, long nanos, long flops, long moved) {
    }

    Profile(long nanos, boolean countsBytes, List<Row> rows, List<Span> spans, long dropped) {
        this.nanos = nanos;
        this.countsBytes = countsBytes;
        this.rows = rows.stream().sorted(Comparator.comparingLong(Row::nanos).reversed()).toList();
        this.spans = spans;
        this.dropped = dropped;
    }

    /** Seconds from start to end, without the profiler's own work. */
    public double seconds() {
        return nanos / 1e9;
    }

    /** One row for each operation, phase and module; the longest first. */
    public List<Row> rows() {
        return rows;
    }

    /** The rows of each operation and phase added up; the module is empty. */
    public List<Row> byOperation() {
        return grouped(k -> new Key(k.operation(), k.phase(), ""));
    }

    /** The rows of each module and phase added up; the operation is empty. */
    public List<Row> byModule() {
        return grouped(k -> new Key("", k.phase(), k.module()));
    }

    private List<Row> grouped(Function<Key, Key> group) {
        Map<Key, Row> sums = new LinkedHashMap<>();
        for (Row r : rows) {
            Key k = group.apply(r.key());
            Row before = sums.get(k);
            sums.put(k, before == null ? new Row(k, r.calls, r.nanos, r.flops, r.moved, r.allocated) : before.plus(r));
        }
        return sums.values().stream().sorted(Comparator.comparingLong(Row::nanos).reversed()).toList();
    }

    /** Both tables as text, the longest first, with the time outside of all operations. */
    public String table() {
        return table("operation", byOperation(), k -> k.operation()) + "\n" + table("module", byModule(), k -> k.module().isEmpty() ? "(none)" : k.module());
    }

    private String table(String head, List<Row> sums, Function<Key, String> name) {
        int width = Math.max(14, sums.stream().mapToInt(r -> name.apply(r.key()).length()).max().orElse(0));
        StringBuilder t = new StringBuilder(String.format(Locale.ROOT, "%-" + width + "s %-8s %9s %10s %6s %9s %8s %10s%n", head, "phase", "calls", "ms",
                "share", "GFLOP/s", "GB/s", "allocated"));
        long inside = 0;
        for (Row r : sums) {
            inside += r.nanos;
            t.append(String.format(Locale.ROOT, "%-" + width + "s %-8s %9d %10.3f %5.1f%% %9s %8.1f %10s%n", name.apply(r.key()), r.key().phase().label(),
                    r.calls, r.nanos / 1e6, 100.0 * r.nanos / nanos, r.flops == 0 ? "" : String.format(Locale.ROOT, "%.1f", r.gflops()), r.gigabytes(),
                    countsBytes ? bytes(r.allocated) : "?"));
        }
        return t.append(String.format(Locale.ROOT, "%-" + width + "s %-8s %9s %10.3f %5.1f%%%n", "(between)", "", "", (nanos - inside) / 1e6,
                100.0 * (nanos - inside) / nanos)).toString();
    }

    private static String bytes(long n) {
        return n < 10_000 ? n + " B" : n < 10_000_000 ? n / 1000 + " kB" : n / 1_000_000 + " MB";
    }

    /**
     * Writes the calls as a trace in the Chrome Trace Event Format, which trace viewers open: operations and the kernels inside them, with
     * module, phase, GFLOP/s and GB/s of each. Only the first 200,000 calls are in it; the file's {@code otherData} counts those left out.
     */
    public void writeTrace(Path file) {
        List<Object> events = new ArrayList<>();
        for (Span s : spans) {
            Map<String, Object> args = new LinkedHashMap<>();
            args.put("module", s.key().module());
            args.put("flops", s.flops());
            args.put("bytes", s.moved());
            args.put("gflops", s.nanos() == 0 ? 0.0 : (double) s.flops() / s.nanos());
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("name", s.key().operation());
            event.put("cat", s.kernel() ? "kernel" : s.key().phase().label());
            event.put("ph", "X");
            event.put("ts", s.start() / 1000.0);
            event.put("dur", s.nanos() / 1000.0);
            event.put("pid", 1L);
            event.put("tid", 1L);
            event.put("args", args);
            events.add(event);
        }
        Map<String, Object> trace = new LinkedHashMap<>();
        trace.put("displayTimeUnit", "ns");
        trace.put("otherData", Map.of("callsLeftOut", dropped));
        trace.put("traceEvents", events);
        AtomicFile.write(file, Json.write(trace));
    }
}
