package loam.tests.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import loam.tensor.internal.Loops;
import loam.tensor.internal.scalar.ScalarLoops;

/** The kernel sets that this JVM can run, and input arrays. */
final class LoopSets {
    private LoopSets() { }

    /** Scalar always; simd where the vector module is readable. */
    static Stream<Loops> sets() {
        List<Loops> sets = new ArrayList<>();
        sets.add(new ScalarLoops());
        if (hasSimd()) {
            sets.add(simd(null));
        }
        return sets.stream();
    }

    static boolean hasSimd() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** The simd loops with the named micro-kernels, or those that fit this machine for null. */
    static Loops simd(String tiling) {
        try {
            Class<?> type = Class.forName("loam.tensor.internal.simd.SimdLoops");
            return (Loops) (tiling == null ? type.getConstructor().newInstance() : type.getConstructor(String.class).newInstance(tiling));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the simd loops cannot be loaded", e);
        }
    }

    static float[] random(long seed, int n) {
        return random(seed, n, -1, 1);
    }

    static float[] random(long seed, int n, double lo, double hi) {
        Random r = new Random(seed);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (lo + (hi - lo) * r.nextDouble());
        }
        return x;
    }

    /** Every element NaN: whoever reads what it did not write is found out. */
    static float[] poison(int n) {
        float[] x = new float[n];
        java.util.Arrays.fill(x, Float.NaN);
        return x;
    }

    /** Largest difference in relation to the largest expected entry, divided by sqrt(terms) * 2^-24: at most 8 is right. */
    static double units(float[] got, int offset, double[] want, double terms) {
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < want.length; i++) {
            double d = Math.abs(got[offset + i] - want[i]);
            worst = d <= worst ? worst : d;
            if (d != d) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Math.abs(want[i]));
        }
        return largest == 0 ? (worst == 0 ? 0 : Double.POSITIVE_INFINITY) : worst / largest / Math.sqrt(terms) * (1 << 24);
    }
}
