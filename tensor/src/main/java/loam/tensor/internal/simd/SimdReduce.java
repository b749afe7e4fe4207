package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.UnaryKind;

/** Reductions: vector lanes in float within a block, blocks in double. */
final class SimdReduce {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Elements that float accumulations may cover: as many a lane whatever the number of lanes, and so as exact. */
    private static final int BLOCK = 128 * L;
    /** Elements whose exponentials are taken together. */
    private static final int EXPONENTIALS = 2048;

    private SimdReduce() { }

    /** Sum of the lanes in double. */
    private static double lanes(FloatVector s) {
        float[] t = Scratch.get().floats(Scratch.TAIL, 3 * L);
        s.intoArray(t, 0);
        double sum = 0;
        for (int i = 0; i < L; i++) {
            sum += t[i];
        }
        return sum;
    }

    static double sum(int n, float[] x, int xo) {
        double total = 0;
        int i = 0;
        while (i + L <= n) {
            int end = i + Math.min(BLOCK, (n - i) / L * L);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            FloatVector s2 = FloatVector.zero(S);
            FloatVector s3 = FloatVector.zero(S);
            for (; i + 4 * L <= end; i += 4 * L) {
                s0 = s0.add(FloatVector.fromArray(S, x, xo + i));
                s1 = s1.add(FloatVector.fromArray(S, x, xo + i + L));
                s2 = s2.add(FloatVector.fromArray(S, x, xo + i + 2 * L));
                s3 = s3.add(FloatVector.fromArray(S, x, xo + i + 3 * L));
            }
            for (; i < end; i += L) {
                s0 = s0.add(FloatVector.fromArray(S, x, xo + i));
            }
            total += lanes(s0.add(s1).add(s2.add(s3)));
        }
        for (; i < n; i++) {
            total += x[xo + i];
        }
        return total;
    }

    static double sumAbs(int n, float[] x, int xo) {
        double total = 0;
        int i = 0;
        while (i + L <= n) {
            int end = i + Math.min(BLOCK, (n - i) / L * L);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            for (; i + 2 * L <= end; i += 2 * L) {
                s0 = s0.add(FloatVector.fromArray(S, x, xo + i).abs());
                s1 = s1.add(FloatVector.fromArray(S, x, xo + i + L).abs());
            }
            for (; i < end; i += L) {
                s0 = s0.add(FloatVector.fromArray(S, x, xo + i).abs());
            }
            total += lanes(s0.add(s1));
        }
        for (; i < n; i++) {
            total += Math.abs(x[xo + i]);
        }
        return total;
    }

    static double dot(int n, float[] x, int xo, float[] y, int yo) {
        double total = 0;
        int i = 0;
        while (i + L <= n) {
            int end = i + Math.min(BLOCK, (n - i) / L * L);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            FloatVector s2 = FloatVector.zero(S);
            FloatVector s3 = FloatVector.zero(S);
            for (; i + 4 * L <= end; i += 4 * L) {
                s0 = FloatVector.fromArray(S, x, xo + i).fma(FloatVector.fromArray(S, y, yo + i), s0);
                s1 = FloatVector.fromArray(S, x, xo + i + L).fma(FloatVector.fromArray(S, y, yo + i + L), s1);
                s2 = FloatVector.fromArray(S, x, xo + i + 2 * L).fma(FloatVector.fromArray(S, y, yo + i + 2 * L), s2);
                s3 = FloatVector.fromArray(S, x, xo + i + 3 * L).fma(FloatVector.fromArray(S, y, yo + i + 3 * L), s3);
            }
            for (; i < end; i += L) {
                s0 = FloatVector.fromArray(S, x, xo + i).fma(FloatVector.fromArray(S, y, yo + i), s0);
            }
            total += lanes(s0.add(s1).add(s2.add(s3)));
        }
        for (; i < n; i++) {
            total += (double) x[xo + i] * y[yo + i];
        }
        return total;
    }

    /** Sum of {@code x - centre}. */
    static double sumCentred(int n, float[] x, int xo, float centre) {
        double total = 0;
        int i = 0;
        while (i + L <= n) {
            int end = i + Math.min(BLOCK, (n - i) / L * L);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            for (; i + 2 * L <= end; i += 2 * L) {
                s0 = s0.add(FloatVector.fromArray(S, x, xo + i).sub(centre));
                s1 = s1.add(FloatVector.fromArray(S, x, xo + i + L).sub(centre));
            }
            for (; i < end; i += L) {
                s0 = s0.add(FloatVector.fromArray(S, x, xo + i).sub(centre));
            }
            total += lanes(s0.add(s1));
        }
        for (; i < n; i++) {
            total += x[xo + i] - centre;
        }
        return total;
    }

    /** Sum of {@code (x - centre)^2}. */
    static double sumCentredSquares(int n, float[] x, int xo, float centre) {
        double total = 0;
        int i = 0;
        while (i + L <= n) {
            int end = i + Math.min(BLOCK, (n - i) / L * L);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            for (; i + 2 * L <= end; i += 2 * L) {
                FloatVector d0 = FloatVector.fromArray(S, x, xo + i).sub(centre);
                FloatVector d1 = FloatVector.fromArray(S, x, xo + i + L).sub(centre);
                s0 = d0.fma(d0, s0);
                s1 = d1.fma(d1, s1);
            }
            for (; i < end; i += L) {
                FloatVector d0 = FloatVector.fromArray(S, x, xo + i).sub(centre);
                s0 = d0.fma(d0, s0);
            }
            total += lanes(s0.add(s1));
        }
        for (; i < n; i++) {
            double d = x[xo + i] - centre;
            total += d * d;
        }
        return total;
    }

    /** Sum of {@code y * (x - centre)}. */
    static double dotCentred(int n, float[] y, int yo, float[] x, int xo, float centre) {
        double total = 0;
        int i = 0;
        while (i + L <= n) {
            int end = i + Math.min(BLOCK, (n - i) / L * L);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            for (; i + 2 * L <= end; i += 2 * L) {
                s0 = FloatVector.fromArray(S, x, xo + i).sub(centre).fma(FloatVector.fromArray(S, y, yo + i), s0);
                s1 = FloatVector.fromArray(S, x, xo + i + L).sub(centre).fma(FloatVector.fromArray(S, y, yo + i + L), s1);
            }
            for (; i < end; i += L) {
                s0 = FloatVector.fromArray(S, x, xo + i).sub(centre).fma(FloatVector.fromArray(S, y, yo + i), s0);
            }
            total += lanes(s0.add(s1));
        }
        for (; i < n; i++) {
            total += y[yo + i] * (double) (x[xo + i] - centre);
        }
        return total;
    }

    static float max(int n, float[] x, int xo) {
        float m = Float.NEGATIVE_INFINITY;
        int i = 0;
        if (n >= 2 * L) {
            FloatVector m0 = FloatVector.fromArray(S, x, xo);
            FloatVector m1 = FloatVector.fromArray(S, x, xo + L);
            for (i = 2 * L; i + 2 * L <= n; i += 2 * L) {
                m0 = m0.max(FloatVector.fromArray(S, x, xo + i));
                m1 = m1.max(FloatVector.fromArray(S, x, xo + i + L));
            }
            float[] t = Scratch.get().floats(Scratch.TAIL, 3 * L);
            m0.max(m1).intoArray(t, 0);
            for (int j = 0; j < L; j++) {
                m = Math.max(m, t[j]);
            }
        }
        for (; i < n; i++) {
            m = Math.max(m, x[xo + i]);
        }
        return m;
    }

    static float min(int n, float[] x, int xo) {
        float m = Float.POSITIVE_INFINITY;
        int i = 0;
        if (n >= 2 * L) {
            FloatVector m0 = FloatVector.fromArray(S, x, xo);
            FloatVector m1 = FloatVector.fromArray(S, x, xo + L);
            for (i = 2 * L; i + 2 * L <= n; i += 2 * L) {
                m0 = m0.min(FloatVector.fromArray(S, x, xo + i));
                m1 = m1.min(FloatVector.fromArray(S, x, xo + i + L));
            }
            float[] t = Scratch.get().floats(Scratch.TAIL, 3 * L);
            m0.min(m1).intoArray(t, 0);
            for (int j = 0; j < L; j++) {
                m = Math.min(m, t[j]);
            }
        }
        for (; i < n; i++) {
            m = Math.min(m, x[xo + i]);
        }
        return m;
    }

    static void maxInto(int n, float[] x, int xo, float[] acc, int ao) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, acc, ao + i).max(FloatVector.fromArray(S, x, xo + i)).intoArray(acc, ao + i);
        }
        for (; i < n; i++) {
            acc[ao + i] = Math.max(acc[ao + i], x[xo + i]);
        }
    }

    static void minInto(int n, float[] x, int xo, float[] acc, int ao) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, acc, ao + i).min(FloatVector.fromArray(S, x, xo + i)).intoArray(acc, ao + i);
        }
        for (; i < n; i++) {
            acc[ao + i] = Math.min(acc[ao + i], x[xo + i]);
        }
    }

    static void axpy(int n, float alpha, float[] x, int xo, float[] y, int yo) {
        FloatVector w = FloatVector.broadcast(S, alpha);
        int i = 0;
        for (; i + L <= n; i += L) {
            w.fma(FloatVector.fromArray(S, x, xo + i), FloatVector.fromArray(S, y, yo + i)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
        }
    }

    static void scale(int n, float factor, float[] y, int yo) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, y, yo + i).mul(factor).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] *= factor;
        }
    }

    /** {@code y = x - shift}. */
    static void shift(int n, float[] x, int xo, float shift, float[] y, int yo) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, x, xo + i).sub(shift).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = x[xo + i] - shift;
        }
    }

    /** {@code y = exp(x - shift)}; returns the sum. */
    static double expSum(int n, float[] x, int xo, float shift, float[] y, int yo) {
        int whole = n - n % L;
        shift(whole, x, xo, shift, y, yo);
        ExpLoops.exp(whole, y, yo, y, yo);
        double total = sum(whole, y, yo);
        if (whole < n) {
            float[] t = Scratch.get().floats(Scratch.TAIL, 3 * L);
            Arrays.fill(t, L, 2 * L, Float.NEGATIVE_INFINITY);
            for (int i = whole; i < n; i++) {
                t[L + i - whole] = x[xo + i] - shift;
            }
            ExpLoops.exp(L, t, L, t, L);
            for (int i = whole; i < n; i++) {
                y[yo + i] = t[L + i - whole];
                total += y[yo + i];
            }
        }
        return total;
    }

    /** Rows whose exponentials are taken together, so that short rows fill vectors. */
    private static int rowsAtOnce(int n) {
        return Math.max(1, EXPONENTIALS / Math.max(1, n));
    }

    static void softmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        int step = rowsAtOnce(n);
        for (int r0 = 0; r0 < rows; r0 += step) {
            int r1 = Math.min(rows, r0 + step);
            for (int r = r0; r < r1; r++) {
                shift(n, x, xo + r * n, max(n, x, xo + r * n), y, yo + r * n);
            }
            SimdElementwise.unary(UnaryKind.EXP, (r1 - r0) * n, y, yo + r0 * n, y, yo + r0 * n, 0, 0);
            for (int r = r0; r < r1; r++) {
                scale(n, (float) (1 / sum(n, y, yo + r * n)), y, yo + r * n);
            }
        }
    }

    static void logSoftmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        int step = rowsAtOnce(n);
        float[] e = Scratch.get().floats(Scratch.ROW, step * n);
        for (int r0 = 0; r0 < rows; r0 += step) {
            int r1 = Math.min(rows, r0 + step);
            for (int r = r0; r < r1; r++) {
                shift(n, x, xo + r * n, max(n, x, xo + r * n), y, yo + r * n);
            }
            SimdElementwise.unary(UnaryKind.EXP, (r1 - r0) * n, y, yo + r0 * n, e, 0, 0, 0);
            for (int r = r0; r < r1; r++) {
                shift(n, y, yo + r * n, (float) Math.log(sum(n, e, (r - r0) * n)), y, yo + r * n);
            }
        }
    }

    static void softmaxRowsGrad(int rows, int n, float[] dy, int dyo, float[] y, int yo, float[] dx, int dxo) {
        for (int r = 0; r < rows; r++) {
            float dot = (float) dot(n, dy, dyo + r * n, y, yo + r * n);
            int i = 0;
            for (; i + L <= n; i += L) {
                FloatVector.fromArray(S, y, yo + r * n + i).mul(FloatVector.fromArray(S, dy, dyo + r * n + i).sub(dot)).intoArray(dx, dxo + r * n + i);
            }
            for (; i < n; i++) {
                dx[dxo + r * n + i] = y[yo + r * n + i] * (dy[dyo + r * n + i] - dot);
            }
        }
    }

    /** {@code y = x * scale + shift}, negative values to zero when {@code relu}. */
    static void affine(int n, float[] x, int xo, float scale, float shift, boolean relu, float[] y, int yo) {
        FloatVector w = FloatVector.broadcast(S, scale);
        FloatVector b = FloatVector.broadcast(S, shift);
        float floor = relu ? 0f : Float.NEGATIVE_INFINITY;
        int i = 0;
        for (; i + L <= n; i += L) {
            w.fma(FloatVector.fromArray(S, x, xo + i), b).max(floor).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = Math.max(Math.fma(x[xo + i], scale, shift), floor);
        }
    }

    /** {@code z = x * p + y * q + r}. */
    static void affine2(int n, float[] x, int xo, float p, float[] y, int yo, float q, float r, float[] z, int zo) {
        FloatVector pv = FloatVector.broadcast(S, p);
        FloatVector qv = FloatVector.broadcast(S, q);
        FloatVector rv = FloatVector.broadcast(S, r);
        int i = 0;
        for (; i + L <= n; i += L) {
            pv.fma(FloatVector.fromArray(S, x, xo + i), qv.fma(FloatVector.fromArray(S, y, yo + i), rv)).intoArray(z, zo + i);
        }
        for (; i < n; i++) {
            z[zo + i] = Math.fma(x[xo + i], p, Math.fma(y[yo + i], q, r));
        }
    }
}
