package loam.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** What work takes from the Java heap, by the counters of all threads. */
public final class Allocation {
    private Allocation() { }

    /** Bytes an iteration, the mean of {@code iterations}; {@code work} does as many iterations as it is told. */
    public static double bytes(IntConsumer work, int iterations) {
        long before = allocated();
        work.accept(iterations);
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
}
