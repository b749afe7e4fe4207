package loam.bench;

import java.lang.reflect.InvocationTargetException;

/** The processor's peak rate, from the register-only probe of the vector kernels; reached by name, since it needs the vector module. */
final class Peak {
    private static final String PROBE = "loam.tensor.internal.simd.PeakProbe";
    private static final int REPETITIONS = 20;

    private Peak() { }

    /** GFLOP/s over {@code threads} threads, best of twenty. */
    static double gflops(int threads) {
        try {
            return (double) Class.forName(PROBE).getMethod("gflops", int.class, int.class).invoke(null, threads, REPETITIONS);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the peak probe failed: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalStateException("the peak probe needs --add-modules jdk.incubator.vector", e);
        }
    }
}
