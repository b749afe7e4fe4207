package loam.bench.ulp;

import java.util.ArrayList;
import java.util.List;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.scalar.ScalarLoops;

/** Walks through the float32 numbers by their bits, all of them or every n-th, and compares kernels with the exact values. */
public final class UlpWalk {
    /** Number of float32 bit patterns. */
    public static final long ALL = 1L << 32;
    private static final int BLOCK = 4096;
    private static final int BLOCKS_IN_CHUNK = 64;
    private static final String SIMD = "loam.tensor.internal.simd.SimdLoops";

    private UlpWalk() { }

    /** The kernel sets that run here: scalar always, simd with the vector module. */
    public static List<Loops> sets() {
        List<Loops> sets = new ArrayList<>(List.of(new ScalarLoops()));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            try {
                sets.add((Loops) Class.forName(SIMD).getConstructor().newInstance());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the simd loops cannot be loaded", e);
            }
        }
        return sets;
    }

    /** The errors of each set on every {@code stride}-th bit pattern, starting with those of zero; spread over the engine's threads. */
    public static UlpErrors[] over(UlpFunction f, List<Loops> sets, long stride) {
        long inputs = (ALL + stride - 1) / stride;
        int chunk = BLOCK * BLOCKS_IN_CHUNK;
        int chunks = Math.toIntExact((inputs + chunk - 1) / chunk);
        UlpErrors[][] parts = new UlpErrors[chunks][];
        Parallel.forRange(chunks, c -> {
            parts[c] = fresh(sets.size());
            float[] x = new float[BLOCK];
            for (long i = (long) c * chunk, end = Math.min(inputs, i + chunk); i < end; i += BLOCK) {
                int n = (int) Math.min(BLOCK, end - i);
                for (int j = 0; j < n; j++) {
                    x[j] = Float.intBitsToFloat((int) ((i + j) * stride));
                }
                add(f, sets, n, x, parts[c]);
            }
        });
        UlpErrors[] all = fresh(sets.size());
        for (UlpErrors[] part : parts) {
            for (int s = 0; s < all.length; s++) {
                all[s].add(part[s]);
            }
        }
        return all;
    }

    /** The errors of each set on the given inputs. */
    public static UlpErrors[] on(UlpFunction f, List<Loops> sets, float... x) {
        UlpErrors[] all = fresh(sets.size());
        add(f, sets, x.length, x, all);
        return all;
    }

    private static void add(UlpFunction f, List<Loops> sets, int n, float[] x, UlpErrors[] to) {
        double[] want = new double[n];
        for (int j = 0; j < n; j++) {
            want[j] = f.exact().at(x[j]);
        }
        float[] y = new float[n];
        for (int s = 0; s < to.length; s++) {
            f.kernel().run(sets.get(s), n, x, y);
            for (int j = 0; j < n; j++) {
                to[s].add(x[j], y[j], want[j]);
            }
        }
    }

    private static UlpErrors[] fresh(int n) {
        UlpErrors[] all = new UlpErrors[n];
        for (int i = 0; i < n; i++) {
            all[i] = new UlpErrors();
        }
        return all;
    }
}
