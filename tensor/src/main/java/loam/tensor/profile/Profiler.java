package loam.tensor.profile;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.tensor.Context;
import loam.tensor.kernel.Kernels;

/**
 * Measures where the time of a computation goes: {@code Profile p = Profiler.run(() -> train(model))}. Every operation on variables is
 * counted forward and backward under the module that ran it, every update of an optimizer, and every kernel called outside of these.
 * Only the calling thread is watched; the work that an operation hands to other threads is part of its time. Without a profile there is
 * no cost but a look at the thread's context.
 */
public final class Profiler {
    /** Spans kept for the trace; later ones are counted in the tables only. */
    static final int MOST_SPANS = 200_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
            && bean.isThreadAllocatedMemorySupported() && bean.isThreadAllocatedMemoryEnabled() ? bean : null;

    private final Map<Profile.Key, Sum> sums = new LinkedHashMap<>();
    private final List<Profile.Span> spans = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private final long started;
    private long dropped;
    /** Time and bytes that the profiler itself took so far: taken out of what it reports. */
    private long ownNanos;
    private long ownBytes;

    /** What has been counted for one key. */
    static final class Sum {
        long calls;
        long nanos;
        long flops;
        long moved;
        long allocated;
    }

    /** An operation that is running. */
    private static final class Open {
        final Profile.Key key;
        final long startNanos;
        final long ownNanosBefore;
        final long bytesBefore;
        long childNanos;
        long childBytes;
        long flops;
        long moved;

        Open(Profile.Key key, long startNanos, long ownNanosBefore, long bytesBefore) {
            this.key = key;
            this.startNanos = startNanos;
            this.ownNanosBefore = ownNanosBefore;
            this.bytesBefore = bytesBefore;
        }
    }

    private Profiler() {
        started = System.nanoTime();
    }

    /** Runs {@code body} and returns what it spent. What runs inside a second profile is not split up in the outer one. */
    public static Profile run(Runnable body) {
        Context context = Context.current();
        Profiler profiler = new Profiler();
        Profiler before = context.attach(Profiler.class, profiler);
        try {
            Kernels kernels = MeasuringKernels.around(before == null ? context.kernels() : MeasuringKernels.inside(context.kernels()), profiler);
            Context.withKernels(kernels, () -> {
                body.run();
                return null;
            });
        } finally {
            context.attach(Profiler.class, before);
        }
        return profiler.finish();
    }

    /** The profiler of the calling thread, or null. */
    public static Profiler current() {
        return Context.current().attached(Profiler.class);
    }

    /** An operation starts; pair with {@link #leave} in a finally block. {@code frame} is the module that it belongs to, or null. */
    public void enter(String operation, Phase phase, Context.Frame frame) {
        long now = System.nanoTime();
        long bytes = allocated();
        Phase within = open.isEmpty() ? phase : open.peek().key.phase();                   // what a backward pass computes is backward
        Profile.Key key = new Profile.Key(operation, within, frame == null ? "" : frame.path());
        ownBytes += allocated() - bytes;
        long start = System.nanoTime();
        ownNanos += start - now;
        open.push(new Open(key, start, ownNanos, allocated() - ownBytes));
    }

    /** The operation entered last ends. */
    public void leave() {
        long end = System.nanoTime();
        long bytes = allocated();
        Open o = open.pop();
        long nanos = end - o.startNanos - (ownNanos - o.ownNanosBefore);
        long taken = bytes - ownBytes - o.bytesBefore;
        Sum sum = sums.computeIfAbsent(o.key, k -> new Sum());
        sum.calls++;
        sum.nanos += nanos - o.childNanos;
        sum.flops += o.flops;
        sum.moved += o.moved;
        sum.allocated += taken - o.childBytes;
        if (!open.isEmpty()) {
            open.peek().childNanos += nanos;
            open.peek().childBytes += taken;
        }
        span(new Profile.Span(o.key, false, o.startNanos - started, end - o.startNanos, o.flops, o.moved));
        ownBytes += allocated() - bytes;
        ownNanos += System.nanoTime() - end;
    }

    /** A kernel has run, inside the operation that is open or on its own. */
    void kernel(String name, long startNanos, long endNanos, long bytesBefore, long flops, long moved) {
        long bytes = allocated();
        Context.Frame frame = open.isEmpty() ? Context.current().frame() : null;
        Profile.Key key = new Profile.Key(name, Phase.OTHER, frame == null ? "" : frame.path());
        if (open.isEmpty()) {
            Sum sum = sums.computeIfAbsent(key, k -> new Sum());
            sum.calls++;
            sum.nanos += endNanos - startNanos;
            sum.flops += flops;
            sum.moved += moved;
            sum.allocated += bytes - bytesBefore;
        } else {
            open.peek().flops += flops;
            open.peek().moved += moved;
        }
        span(new Profile.Span(key, true, startNanos - started, endNanos - startNanos, flops, moved));
        ownBytes += allocated() - bytes;
        ownNanos += System.nanoTime() - endNanos;
    }

    private void span(Profile.Span span) {
        if (spans.size() < MOST_SPANS) {
            spans.add(span);
        } else {
            dropped++;
        }
    }

    private Profile finish() {
        long nanos = System.nanoTime() - started - ownNanos;
        List<Profile.Row> rows = new ArrayList<>();
        sums.forEach((k, s) -> rows.add(new Profile.Row(k, s.calls, s.nanos, s.flops, s.moved, s.allocated)));
        return new Profile(nanos, THREADS != null, rows, spans, dropped);
    }

    /** Bytes that the calling thread has allocated since its start; 0 where the virtual machine does not count them. */
    static long allocated() {
        return THREADS == null ? 0 : THREADS.getCurrentThreadAllocatedBytes();
    }
}
