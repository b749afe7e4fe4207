package loam.tensor.internal.heap;

import loam.tensor.internal.Scalars;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.UnaryKind;

/** Inner loops in double: plain Java, the common kinds in loops of their own. */
final class DoubleLoops {
    private DoubleLoops() {
    }

    static void unary(UnaryKind kind, int n, double[] x, int xo, double[] y, int yo, double p, double q) {
        for (int i = 0; i < n; i++) {
            y[yo + i] = Scalars.unary(kind, x[xo + i], p, q);
        }
    }

    static void binary(BinaryKind kind, int n, double[] a, int ao, int as, double[] b, int bo, int bs, double[] y, int yo) {
        switch (kind) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = a[ao + i * as] + b[bo + i * bs];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = a[ao + i * as] - b[bo + i * bs];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = a[ao + i * as] * b[bo + i * bs];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = a[ao + i * as] / b[bo + i * bs];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    y[yo + i] = Scalars.binary(kind, a[ao + i * as], b[bo + i * bs]);
                }
            }
        }
    }

    static void softmaxRows(boolean log, int rows, int n, double[] x, int xo, double[] y, int yo) {
        for (int r = 0; r < rows; r++) {
            int p = xo + r * n;
            int q = yo + r * n;
            double top = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < n; i++) {
                top = Math.max(top, x[p + i]);
            }
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double e = Math.exp(x[p + i] - top);
                y[q + i] = e;
                sum += e;
            }
            double shift = Math.log(sum);
            for (int i = 0; i < n; i++) {
                y[q + i] = log ? x[p + i] - top - shift : y[q + i] / sum;
            }
        }
    }

    static void softmaxRowsGrad(int rows, int n, double[] dy, int dyo, double[] y, int yo, double[] dx, int dxo) {
        for (int r = 0; r < rows * n; r += n) {
            double dot = 0;
            for (int i = r; i < r + n; i++) {
                dot += dy[dyo + i] * y[yo + i];
            }
            for (int i = r; i < r + n; i++) {
                dx[dxo + i] = y[yo + i] * (dy[dyo + i] - dot);
            }
        }
    }

    /** Blocked product of strided matrices, C overwritten; rows of C in equal-index form. */
    static void gemm(int m, int n, int k, double[] a, int ao, int ars, int acs, double[] b, int bo, int brs, int bcs, double[] c, int co) {
        double[] row = new double[n];
        double[] packed = new double[Math.multiplyExact(k, n)];
        for (int p = 0; p < k; p++) {
            for (int j = 0; j < n; j++) {
                packed[p * n + j] = b[bo + p * brs + j * bcs];
            }
        }
        for (int i = 0; i < m; i++) {
            java.util.Arrays.fill(row, 0);
            for (int p = 0; p < k; p++) {
                double v = a[ao + i * ars + p * acs];
                int q = p * n;
                for (int j = 0; j < n; j++) {
                    row[j] += v * packed[q + j];
                }
            }
            System.arraycopy(row, 0, c, co + i * n, n);
        }
    }
}
