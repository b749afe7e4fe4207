package loam.tensor.internal.scalar;

/** Sums (in double, four at a time so that additions overlap), extremes and row functions. */
final class ScalarReduce {
    private ScalarReduce() { }

    static double sum(int n, float[] x, int xo) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += x[xo + i];
            s1 += x[xo + i + 1];
            s2 += x[xo + i + 2];
            s3 += x[xo + i + 3];
        }
        for (; i < n; i++) {
            s0 += x[xo + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    static double sumAbs(int n, float[] x, int xo) {
        double s0 = 0;
        double s1 = 0;
        int i = 0;
        for (; i + 2 <= n; i += 2) {
            s0 += Math.abs(x[xo + i]);
            s1 += Math.abs(x[xo + i + 1]);
        }
        return i < n ? s0 + s1 + Math.abs(x[xo + i]) : s0 + s1;
    }

    static double dot(int n, float[] x, int xo, float[] y, int yo) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += (double) x[xo + i] * y[yo + i];
            s1 += (double) x[xo + i + 1] * y[yo + i + 1];
            s2 += (double) x[xo + i + 2] * y[yo + i + 2];
            s3 += (double) x[xo + i + 3] * y[yo + i + 3];
        }
        for (; i < n; i++) {
            s0 += (double) x[xo + i] * y[yo + i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    static float max(int n, float[] x, int xo) {
        float m = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            m = Math.max(m, x[xo + i]);
        }
        return m;
    }

    static float min(int n, float[] x, int xo) {
        float m = Float.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            m = Math.min(m, x[xo + i]);
        }
        return m;
    }

    static double expSum(int n, float[] x, int xo, float shift, float[] y, int yo) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float e = (float) Math.exp(x[xo + i] - shift);
            y[yo + i] = e;
            sum += e;
        }
        return sum;
    }

    static void softmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        for (int r = 0; r < rows; r++) {
            int to = yo + r * n;
            double sum = expSum(n, x, xo + r * n, max(n, x, xo + r * n), y, to);
            float scale = (float) (1 / sum);
            for (int i = to; i < to + n; i++) {
                y[i] *= scale;
            }
        }
    }

    static void logSoftmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        for (int r = 0; r < rows; r++) {
            int from = xo + r * n;
            float max = max(n, x, from);
            double sum = 0;
            for (int i = from; i < from + n; i++) {
                sum += Math.exp(x[i] - max);
            }
            float log = (float) Math.log(sum);
            for (int i = 0; i < n; i++) {
                y[yo + r * n + i] = x[from + i] - max - log;
            }
        }
    }

    static void softmaxRowsGrad(int rows, int n, float[] dy, int dyo, float[] y, int yo, float[] dx, int dxo) {
        for (int r = 0; r < rows; r++) {
            float dot = (float) dot(n, dy, dyo + r * n, y, yo + r * n);
            for (int i = 0; i < n; i++) {
                dx[dxo + r * n + i] = y[yo + r * n + i] * (dy[dyo + r * n + i] - dot);
            }
        }
    }

    static void layerNormRows(int rows, int n, double eps, float[] x, int xo, float[] gamma, int go, float[] beta, int bo,
                              float[] y, int yo, float[] mean, int mo, float[] rstd, int ro) {
        for (int r = 0; r < rows; r++) {
            int from = xo + r * n;
            double m = sum(n, x, from) / n;
            double v = 0;
            for (int i = from; i < from + n; i++) {
                v += (x[i] - m) * (x[i] - m);
            }
            double s = 1 / Math.sqrt(v / n + eps);
            mean[mo + r] = (float) m;
            rstd[ro + r] = (float) s;
            for (int i = 0; i < n; i++) {
                double z = (x[from + i] - m) * s;
                z = gamma == null ? z : z * gamma[go + i];
                y[yo + r * n + i] = (float) (beta == null ? z : z + beta[bo + i]);
            }
        }
    }

    static void layerNormRowsGrad(int rows, int n, float[] dy, int dyo, float[] x, int xo, float[] mean, int mo, float[] rstd, int ro,
                                  float[] gamma, int go, float[] dx, int dxo) {
        for (int r = 0; r < rows; r++) {
            double m = mean[mo + r];
            double s = rstd[ro + r];
            double sum = 0;
            double dot = 0;
            for (int i = 0; i < n; i++) {
                double g = dy[dyo + r * n + i] * (gamma == null ? 1.0 : gamma[go + i]);
                sum += g;
                dot += g * (x[xo + r * n + i] - m) * s;
            }
            sum /= n;
            dot /= n;
            for (int i = 0; i < n; i++) {
                double g = dy[dyo + r * n + i] * (gamma == null ? 1.0 : gamma[go + i]);
                dx[dxo + r * n + i] = (float) (s * (g - sum - (x[xo + r * n + i] - m) * s * dot));
            }
        }
    }
}
