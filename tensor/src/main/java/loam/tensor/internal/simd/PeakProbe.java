package loam.tensor.internal.simd;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures the processor's peak rate of fused multiply-adds in float32: twelve independent accumulators that stay in registers, no
 * memory. The share of this peak that a kernel reaches is what benchmarks report. Twelve chains hide a latency of four cycles on
 * up to three units, and with the two constants they fit sixteen registers.
 */
public final class PeakProbe {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int ITERATIONS = 1_000_000;
    private static final int WARM_UPS = 10;
    private static volatile float sink;

    private PeakProbe() { }

    /** Floats in a vector. */
    public static int lanes() {
        return S.length();
    }

    /** The best of {@code repetitions} runs on {@code threads} threads at once, in GFLOP/s over all of them (a multiply-add counts as two). */
    public static double gflops(int threads, int repetitions) {
        for (int i = 0; i < WARM_UPS; i++) {
            sink = chains(ITERATIONS / WARM_UPS, 1f);
        }
        double best = 0;
        for (int i = 0; i < repetitions; i++) {
            best = Math.max(best, once(threads));
        }
        return best;
    }

    private static double once(int threads) {
        CountDownLatch ready = new CountDownLatch(threads);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long[] start = new long[threads];
        long[] end = new long[threads];
        Thread[] others = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int id = t;
            others[t] = new Thread(() -> {
                ready.countDown();
                while (ready.getCount() > 0) {
                    Thread.onSpinWait();
                }
                start[id] = System.nanoTime();
                sink = chains(ITERATIONS, 1f + id);
                end[id] = System.nanoTime();
            }, "peak-" + t);
            others[t].setDaemon(true);
            others[t].setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            others[t].start();
        }
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (int t = 0; t < threads; t++) {
            try {
                others[t].join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while measuring the peak", e);
            }
            first = Math.min(first, start[t]);
            last = Math.max(last, end[t]);
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a thread of the peak probe failed", failure.get());
        }
        return 2.0 * CHAINS * S.length() * ITERATIONS * threads / (last - first);
    }

    /** Each chain is {@code a = a * m + c}, which tends to 1 and meets neither denormals nor infinities. */
    private static float chains(int n, float seed) {
        FloatVector m = FloatVector.broadcast(S, 0.999f);
        FloatVector c = FloatVector.broadcast(S, 0.001f);
        FloatVector a0 = FloatVector.broadcast(S, seed);
        FloatVector a1 = FloatVector.broadcast(S, seed + 1);
        FloatVector a2 = FloatVector.broadcast(S, seed + 2);
        FloatVector a3 = FloatVector.broadcast(S, seed + 3);
        FloatVector a4 = FloatVector.broadcast(S, seed + 4);
        FloatVector a5 = FloatVector.broadcast(S, seed + 5);
        FloatVector a6 = FloatVector.broadcast(S, seed + 6);
        FloatVector a7 = FloatVector.broadcast(S, seed + 7);
        FloatVector a8 = FloatVector.broadcast(S, seed + 8);
        FloatVector a9 = FloatVector.broadcast(S, seed + 9);
        FloatVector a10 = FloatVector.broadcast(S, seed + 10);
        FloatVector a11 = FloatVector.broadcast(S, seed + 11);
        for (int i = 0; i < n; i++) {
            a0 = a0.fma(m, c);
            a1 = a1.fma(m, c);
            a2 = a2.fma(m, c);
            a3 = a3.fma(m, c);
            a4 = a4.fma(m, c);
            a5 = a5.fma(m, c);
            a6 = a6.fma(m, c);
            a7 = a7.fma(m, c);
            a8 = a8.fma(m, c);
            a9 = a9.fma(m, c);
            a10 = a10.fma(m, c);
            a11 = a11.fma(m, c);
        }
        FloatVector sum = a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).add(a8).add(a9).add(a10).add(a11);
        return sum.lane(0);
    }
}
