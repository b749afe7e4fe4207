package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Scratch;

/** Layer normalisation, some rows at a time: sums of lanes in float within a block and in double beyond it, as in {@link SimdReduce}. */
final class SimdNorms {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    /** Rows whose sums are taken before any of them is written, so that the ends of their sums overlap. */
    private static final int ROWS = 8;
    /** Elements of such rows, at most. */
    private static final int GROUP = 2048;

    private SimdNorms() { }

    private static int rowsAtOnce(int n) {
        return Math.max(1, Math.min(ROWS, GROUP / n));
    }

    /**
     * See {@link loam.tensor.internal.Loops#layerNormRows}. The moments are taken in one pass around the mean of the row's first vector:
     * however far out its elements lie, the squares around it are at most n / L times those around the mean.
     */
    static void layerNormRows(int rows, int n, double eps, float[] x, int xo, float[] gamma, int go, float[] beta, int bo,
                              float[] y, int yo, float[] mean, int mo, float[] rstd, int ro) {
        int step = rowsAtOnce(n);
        float[] t = Scratch.get().floats(Scratch.ROW, 2 * ROWS);
        for (int r0 = 0; r0 < rows; r0 += step) {
            int r1 = Math.min(rows, r0 + step);
            for (int r = r0; r < r1; r++) {
                moments(n, eps, x, xo + r * n, t, r - r0, mean, mo + r, rstd, ro + r);
            }
            for (int r = r0; r < r1; r++) {
                scaled(n, x, xo + r * n, t[r - r0], t[ROWS + r - r0], rstd[ro + r], gamma, go, beta, bo, y, yo + r * n);
            }
        }
    }

    /** Mean and rstd of a row; the mean also in two parts, to {@code t[at]} and {@code t[ROWS + at]}. */
    private static void moments(int n, double eps, float[] x, int xo, float[] t, int at, float[] mean, int mo, float[] rstd, int ro) {
        float centre = n < L ? x[xo] : LaneSum.of(FloatVector.fromArray(S, x, xo)) / L;
        double sum = 0;
        double squares = 0;
        int whole = n - n % L;
        for (int from = 0; from < whole; from += SimdReduce.BLOCK) {
            int to = Math.min(whole, from + SimdReduce.BLOCK);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = s0;
            FloatVector q0 = s0;
            FloatVector q1 = s0;
            int i = from;
            for (; i + 2 * L <= to; i += 2 * L) {
                FloatVector d0 = FloatVector.fromArray(S, x, xo + i).sub(centre);
                FloatVector d1 = FloatVector.fromArray(S, x, xo + i + L).sub(centre);
                s0 = s0.add(d0);
                s1 = s1.add(d1);
                q0 = d0.fma(d0, q0);
                q1 = d1.fma(d1, q1);
            }
            if (i < to) {
                FloatVector d0 = FloatVector.fromArray(S, x, xo + i).sub(centre);
                s0 = s0.add(d0);
                q0 = d0.fma(d0, q0);
            }
            sum += LaneSum.of(s0.add(s1));
            squares += LaneSum.of(q0.add(q1));
        }
        for (int i = whole; i < n; i++) {
            float d = x[xo + i] - centre;
            sum += d;
            squares += (double) d * d;
        }
        double shift = sum / n;
        double variance = squares / n - shift * shift;
        t[at] = centre;
        t[ROWS + at] = (float) shift;
        mean[mo] = (float) (centre + shift);
        rstd[ro] = (float) (1 / Math.sqrt(Math.max(0, variance) + eps));
    }

    /** {@code y = (x - centre - shift) * rstd * gamma + beta}. */
    private static void scaled(int n, float[] x, int xo, float centre, float shift, float rstd, float[] gamma, int go, float[] beta, int bo,
                               float[] y, int yo) {
        int i = 0;
        if (gamma != null && beta != null) {
            for (; i + L <= n; i += L) {
                FloatVector z = FloatVector.fromArray(S, x, xo + i).sub(centre).sub(shift).mul(rstd);
                z.fma(FloatVector.fromArray(S, gamma, go + i), FloatVector.fromArray(S, beta, bo + i)).intoArray(y, yo + i);
            }
        } else {
            for (; i + L <= n; i += L) {
                FloatVector z = FloatVector.fromArray(S, x, xo + i).sub(centre).sub(shift).mul(rstd);
                z = gamma == null ? z : z.mul(FloatVector.fromArray(S, gamma, go + i));
                (beta == null ? z : z.add(FloatVector.fromArray(S, beta, bo + i))).intoArray(y, yo + i);
            }
        }
        for (; i < n; i++) {
            float z = (x[xo + i] - centre - shift) * rstd;
            if (gamma != null && beta != null) {
                y[yo + i] = Math.fma(z, gamma[go + i], beta[bo + i]);
            } else {
                z = gamma == null ? z : z * gamma[go + i];
                y[yo + i] = beta == null ? z : z + beta[bo + i];
            }
        }
    }

    /** See {@link loam.tensor.internal.Loops#layerNormRowsGrad}. */
    static void layerNormRowsGrad(int rows, int n, float[] dy, int dyo, float[] x, int xo, float[] mean, int mo, float[] rstd, int ro,
                                  float[] gamma, int go, float[] dx, int dxo, float[] dg, int dgo, float[] db, int dbo) {
        float[] t = Scratch.get().floats(Scratch.ROW, 2 * ROWS + 3 * n);
        float[] g = gamma == null ? t : gamma;
        int at = gamma == null ? 2 * ROWS : go;
        if (gamma == null) {
            Arrays.fill(t, at, at + n, 1f);
        }
        boolean sums = dg != null;
        if (!sums) {
            Arrays.fill(t, 2 * ROWS + n, 2 * ROWS + 3 * n, 0f);
        }
        int step = rowsAtOnce(n);
        for (int r0 = 0; r0 < rows; r0 += step) {
            int r1 = Math.min(rows, r0 + step);
            for (int r = r0; r < r1; r++) {
                gradSums(n, dy, dyo + r * n, x, xo + r * n, mean[mo + r], rstd[ro + r], g, at, sums ? dg : t, sums ? dgo : 2 * ROWS + n,
                        sums ? db : t, sums ? dbo : 2 * ROWS + 2 * n, t, r - r0);
            }
            for (int r = r0; dx != null && r < r1; r++) {
                float s = rstd[ro + r];
                grad(n, dy, dyo + r * n, x, xo + r * n, mean[mo + r], s, g, at, -t[r - r0] * s, -t[ROWS + r - r0] * s * s * s, dx, dxo + r * n);
            }
        }
    }

    /** The row's share of the gradients of gamma and beta; the means of h and of {@code h (x - mean)}, {@code h = dy gamma}, go to t[at] and t[ROWS + at]. */
    private static void gradSums(int n, float[] dy, int dyo, float[] x, int xo, float mean, float rstd, float[] gamma, int go,
                                 float[] dg, int dgo, float[] db, int dbo, float[] t, int at) {
        double sum = 0;
        double dot = 0;
        int whole = n - n % L;
        for (int from = 0; from < whole; from += SimdReduce.BLOCK) {
            int to = Math.min(whole, from + SimdReduce.BLOCK);
            FloatVector s0 = FloatVector.zero(S);
            FloatVector q0 = s0;
            for (int i = from; i < to; i += L) {
                FloatVector d = FloatVector.fromArray(S, dy, dyo + i);
                FloatVector c = FloatVector.fromArray(S, x, xo + i).sub(mean);
                FloatVector h = d.mul(FloatVector.fromArray(S, gamma, go + i));
                s0 = s0.add(h);
                q0 = h.fma(c, q0);
                d.fma(c.mul(rstd), FloatVector.fromArray(S, dg, dgo + i)).intoArray(dg, dgo + i);
                d.add(FloatVector.fromArray(S, db, dbo + i)).intoArray(db, dbo + i);
            }
            sum += LaneSum.of(s0);
            dot += LaneSum.of(q0);
        }
        for (int i = whole; i < n; i++) {
            float d = dy[dyo + i];
            float c = x[xo + i] - mean;
            float h = d * gamma[go + i];
            sum += h;
            dot += (double) h * c;
            dg[dgo + i] = Math.fma(d, c * rstd, dg[dgo + i]);
            db[dbo + i] += d;
        }
        t[at] = (float) (sum / n);
        t[ROWS + at] = (float) (dot / n);
    }

    /** {@code dx = dy * gamma * rstd + (x - mean) * slope + shift}. */
    private static void grad(int n, float[] dy, int dyo, float[] x, int xo, float mean, float rstd, float[] gamma, int go,
                             float shift, float slope, float[] dx, int dxo) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector c = FloatVector.fromArray(S, x, xo + i).sub(mean);
            FloatVector h = FloatVector.fromArray(S, dy, dyo + i).mul(FloatVector.fromArray(S, gamma, go + i));
            c.fma(FloatVector.broadcast(S, slope), h.fma(FloatVector.broadcast(S, rstd), FloatVector.broadcast(S, shift))).intoArray(dx, dxo + i);
        }
        for (; i < n; i++) {
            float h = dy[dyo + i] * gamma[go + i];
            dx[dxo + i] = Math.fma(x[xo + i] - mean, slope, Math.fma(h, rstd, shift));
        }
    }
}
