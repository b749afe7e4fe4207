package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Layer normalisation, row by row: sums of lanes in float within a block and in double beyond it, as in {@link SimdReduce}. */
final class SimdNorms {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private SimdNorms() { }

    /** See {@link loam.tensor.internal.Loops#layerNormRows}. The moments are taken around a first mean, so that a large mean costs no digits. */
    static void layerNormRows(int rows, int n, double eps, float[] x, int xo, float[] gamma, int go, float[] beta, int bo,
                              float[] y, int yo, float[] mean, int mo, float[] rstd, int ro) {
        for (int r = 0; r < rows; r++) {
            int from = xo + r * n;
            float centre = (float) (SimdReduce.sum(n, x, from) / n);
            double shift = SimdReduce.sumCentred(n, x, from, centre) / n;
            double variance = SimdReduce.sumCentredSquares(n, x, from, centre) / n - shift * shift;
            float m = (float) (centre + shift);
            float s = (float) (1 / Math.sqrt(Math.max(0, variance) + eps));
            mean[mo + r] = m;
            rstd[ro + r] = s;
            scaled(n, x, from, centre, (float) shift, s, gamma, go, beta, bo, y, yo + r * n);
        }
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
                                  float[] gamma, int go, float[] dx, int dxo) {
        for (int r = 0; r < rows; r++) {
            int g = dyo + r * n;
            int from = xo + r * n;
            int to = dxo + r * n;
            float m = mean[mo + r];
            float s = rstd[ro + r];
            if (gamma == null) {
                System.arraycopy(dy, g, dx, to, n);
            } else {
                product(n, dy, g, gamma, go, dx, to);
            }
            float sum = (float) (SimdReduce.sum(n, dx, to) / n);
            float dot = (float) (SimdReduce.dotCentred(n, dx, to, x, from, m) / n * s * s);
            int i = 0;
            for (; i + L <= n; i += L) {
                FloatVector centred = FloatVector.fromArray(S, x, from + i).sub(m);
                FloatVector h = FloatVector.fromArray(S, dx, to + i).sub(sum);
                centred.mul(-dot).add(h).mul(s).intoArray(dx, to + i);
            }
            for (; i < n; i++) {
                dx[to + i] = ((x[from + i] - m) * -dot + (dx[to + i] - sum)) * s;
            }
        }
    }

    private static void product(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, a, ao + i).mul(FloatVector.fromArray(S, b, bo + i)).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = a[ao + i] * b[bo + i];
        }
    }

    /** See {@link loam.tensor.internal.Loops#layerNormColumns}. */
    static void layerNormColumns(int rows, int n, float[] dy, int dyo, float[] x, int xo, float[] mean, int mo, float[] rstd, int ro,
                                 float[] dg, float[] db) {
        for (int r = 0; r < rows; r++) {
            int g = dyo + r * n;
            int from = xo + r * n;
            float m = mean[mo + r];
            float s = rstd[ro + r];
            int i = 0;
            for (; i + L <= n; i += L) {
                FloatVector d = FloatVector.fromArray(S, dy, g + i);
                FloatVector z = FloatVector.fromArray(S, x, from + i).sub(m).mul(s);
                d.fma(z, FloatVector.fromArray(S, dg, i)).intoArray(dg, i);
                d.add(FloatVector.fromArray(S, db, i)).intoArray(db, i);
            }
            for (; i < n; i++) {
                dg[i] = Math.fma(dy[g + i], (x[from + i] - m) * s, dg[i]);
                db[i] += dy[g + i];
            }
        }
    }
}
