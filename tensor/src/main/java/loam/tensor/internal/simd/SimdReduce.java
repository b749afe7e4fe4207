package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.UnaryKind;

/**
 * Reductions: vector lanes in float within a block, blocks in double. The lanes of a block are added up pairwise in float ({@link LaneSum}).
 * Each kind is one flat loop over the whole vectors of a block; {@link #over} joins the blocks and takes the tail.
 */
final class SimdReduce {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Elements that float accumulations may cover: as many a lane whatever the number of lanes, and so as exact. */
    static final int BLOCK = 128 * L;
    /** Elements of short rows whose exponentials are taken together. */
    private static final int EXPONENTIALS = 2048;
    /** Rows shorter than this are taken together, so that they fill vectors. */
    private static final int SHORT = 2 * L;

    /** What {@link #over} sums, with {@code d = x - centre}. */
    private enum Term { D, ABS, D_TIMES_Y, D_SQUARED }

    private SimdReduce() { }

    static double sum(int n, float[] x, int xo) {
        return over(Term.D, n, x, xo, x, xo, 0);
    }

    static double sumAbs(int n, float[] x, int xo) {
        return over(Term.ABS, n, x, xo, x, xo, 0);
    }

    static double dot(int n, float[] x, int xo, float[] y, int yo) {
        return over(Term.D_TIMES_Y, n, x, xo, y, yo, 0);
    }

    /** Sum of {@code (x - centre)^2}. */
    static double sumCentredSquares(int n, float[] x, int xo, float centre) {
        return over(Term.D_SQUARED, n, x, xo, x, xo, centre);
    }

    /** Sum of {@code y * (x - centre)}. */
    static double dotCentred(int n, float[] y, int yo, float[] x, int xo, float centre) {
        return over(Term.D_TIMES_Y, n, x, xo, y, yo, centre);
    }

    private static double over(Term term, int n, float[] x, int xo, float[] y, int yo, float centre) {
        double total = 0;
        int whole = n - n % L;
        for (int i = 0; i < whole; i += BLOCK) {
            int m = Math.min(BLOCK, whole - i);
            total += switch (term) {
                case D -> blockSum(m, x, xo + i);
                case ABS -> blockAbs(m, x, xo + i);
                case D_TIMES_Y -> blockDot(m, x, xo + i, y, yo + i, centre);
                case D_SQUARED -> blockSquares(m, x, xo + i, centre);
            };
        }
        for (int i = whole; i < n; i++) {
            float d = x[xo + i] - centre;
            total += switch (term) {
                case D -> d;
                case ABS -> Math.abs(d);
                case D_TIMES_Y -> (double) d * y[yo + i];
                case D_SQUARED -> (double) d * d;
            };
        }
        return total;
    }

    private static float blockSum(int n, float[] x, int xo) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i + 4 * L <= n; i += 4 * L) {
            s0 = s0.add(FloatVector.fromArray(S, x, xo + i));
            s1 = s1.add(FloatVector.fromArray(S, x, xo + i + L));
            s2 = s2.add(FloatVector.fromArray(S, x, xo + i + 2 * L));
            s3 = s3.add(FloatVector.fromArray(S, x, xo + i + 3 * L));
        }
        for (; i < n; i += L) {
            s0 = s0.add(FloatVector.fromArray(S, x, xo + i));
        }
        return LaneSum.of(s0.add(s1).add(s2.add(s3)));
    }

    private static float blockAbs(int n, float[] x, int xo) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        int i = 0;
        for (; i + 2 * L <= n; i += 2 * L) {
            s0 = s0.add(FloatVector.fromArray(S, x, xo + i).abs());
            s1 = s1.add(FloatVector.fromArray(S, x, xo + i + L).abs());
        }
        for (; i < n; i += L) {
            s0 = s0.add(FloatVector.fromArray(S, x, xo + i).abs());
        }
        return LaneSum.of(s0.add(s1));
    }

    private static float blockDot(int n, float[] x, int xo, float[] y, int yo, float centre) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i + 4 * L <= n; i += 4 * L) {
            s0 = FloatVector.fromArray(S, x, xo + i).sub(centre).fma(FloatVector.fromArray(S, y, yo + i), s0);
            s1 = FloatVector.fromArray(S, x, xo + i + L).sub(centre).fma(FloatVector.fromArray(S, y, yo + i + L), s1);
            s2 = FloatVector.fromArray(S, x, xo + i + 2 * L).sub(centre).fma(FloatVector.fromArray(S, y, yo + i + 2 * L), s2);
            s3 = FloatVector.fromArray(S, x, xo + i + 3 * L).sub(centre).fma(FloatVector.fromArray(S, y, yo + i + 3 * L), s3);
        }
        for (; i < n; i += L) {
            s0 = FloatVector.fromArray(S, x, xo + i).sub(centre).fma(FloatVector.fromArray(S, y, yo + i), s0);
        }
        return LaneSum.of(s0.add(s1).add(s2.add(s3)));
    }

    private static float blockSquares(int n, float[] x, int xo, float centre) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = s0;
        int i = 0;
        for (; i + 2 * L <= n; i += 2 * L) {
            FloatVector d0 = FloatVector.fromArray(S, x, xo + i).sub(centre);
            FloatVector d1 = FloatVector.fromArray(S, x, xo + i + L).sub(centre);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
        }
        for (; i < n; i += L) {
            FloatVector d0 = FloatVector.fromArray(S, x, xo + i).sub(centre);
            s0 = d0.fma(d0, s0);
        }
        return LaneSum.of(s0.add(s1));
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
            m = m0.max(m1).reduceLanes(VectorOperators.MAX);
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
            m = m0.min(m1).reduceLanes(VectorOperators.MIN);
        }
        for (; i < n; i++) {
            m = Math.min(m, x[xo + i]);
        }
        return m;
    }

    /** Largest element that is a number: softmax sees a NaN when it sums. Comparing is cheaper than {@code max}, which has to keep NaN. */
    private static float peak(int n, float[] x, int xo) {
        FloatVector m0 = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        int i = 0;
        for (; i + 2 * L <= n; i += 2 * L) {
            FloatVector a = FloatVector.fromArray(S, x, xo + i);
            FloatVector b = FloatVector.fromArray(S, x, xo + i + L);
            m0 = m0.blend(a, a.compare(VectorOperators.GT, m0));
            m1 = m1.blend(b, b.compare(VectorOperators.GT, m1));
        }
        float m = m0.max(m1).reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            m = x[xo + i] > m ? x[xo + i] : m;
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

    /** See {@link loam.tensor.internal.Loops#expSum}. */
    static double expSum(int n, float[] x, int xo, float shift, float[] y, int yo) {
        int whole = n - n % L;
        double total = 0;
        float[] t = null;
        int i = 0;
        // one call for blocks and tail: drawn in twice, the loop would go beyond what the compiler inlines, and put vectors on the heap
        while (i < n) {
            int m = Math.min(BLOCK, whole - i);
            if (m == 0) {
                m = L;
                t = Scratch.get().floats(Scratch.TAIL, 3 * L);
                Arrays.fill(t, n - whole, L, Float.NEGATIVE_INFINITY);
                System.arraycopy(x, xo + whole, t, 0, n - whole);
            }
            boolean tail = t != null;
            total += ExpLoops.expSum(m, tail ? t : x, tail ? 0 : xo + i, shift, tail ? t : y, tail ? L : yo + i);
            i += m;
        }
        if (t != null) {
            System.arraycopy(t, L, y, yo + whole, n - whole);
        }
        return total;
    }

    /** Short rows whose exponentials are taken together. */
    private static int rowsAtOnce(int n) {
        return Math.max(1, EXPONENTIALS / Math.max(1, n));
    }

    static void softmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        for (int r = 0; n >= SHORT && r < rows; r++) {
            double sum = expSum(n, x, xo + r * n, peak(n, x, xo + r * n), y, yo + r * n);
            scale(n, (float) (1 / sum), y, yo + r * n);
        }
        int step = rowsAtOnce(n);
        for (int r0 = 0; n < SHORT && r0 < rows; r0 += step) {
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
        int step = n < SHORT ? rowsAtOnce(n) : 1;
        float[] e = Scratch.get().floats(Scratch.ROW, step * n);
        for (int r = 0; n >= SHORT && r < rows; r++) {
            float max = peak(n, x, xo + r * n);
            float log = (float) Math.log(expSum(n, x, xo + r * n, max, e, 0));
            shift(n, x, xo + r * n, max, y, yo + r * n);
            shift(n, y, yo + r * n, log, y, yo + r * n);
        }
        for (int r0 = 0; n < SHORT && r0 < rows; r0 += step) {
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
            Bounds.atLeast(w.fma(FloatVector.fromArray(S, x, xo + i), b), floor).intoArray(y, yo + i);
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
