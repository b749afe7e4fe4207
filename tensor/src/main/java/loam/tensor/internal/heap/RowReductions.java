package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Storage;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.ReduceKind;

/** Reductions of any kind and type along dense rows, and running sums. */
final class RowReductions {
    private RowReductions() {
    }

    /** The view with the reduced axes last. */
    static Tensor keptFirst(Tensor x, int[] axes) {
        int[] order = new int[x.rank()];
        int p = 0;
        for (int i = 0; i < x.rank(); i++) {
            if (Arrays.binarySearch(axes, i) < 0) {
                order[p++] = i;
            }
        }
        for (int a : axes) {
            order[p++] = a;
        }
        return x.permute(order);
    }

    static void reduce(ReduceKind kind, Tensor x, Tensor out) {
        int kept = out.numel();
        int run = x.numel() / kept;
        int group = Math.max(1, Walk.CHUNK / Math.max(1, run));
        Parallel.forRange((kept + group - 1) / group, c -> {
            for (int i = c * group, e = Math.min(kept, i + group); i < e; i++) {
                int at = x.offset() + i * run;
                int o = out.offset() + i;
                if (kind == ReduceKind.ARGMAX || kind == ReduceKind.ARGMIN) {
                    out.storage().longs()[o] = best(kind == ReduceKind.ARGMAX, x.storage(), at, run);
                } else if (x.dtype().isFloating()) {
                    Access.set(out.storage(), o, floating(kind, x.storage(), at, run));
                } else {
                    Access.setLong(out.storage(), o, whole(kind, x.storage(), at, run));
                }
            }
        });
    }

    /** Index of the first largest (smallest); the first NaN wins over all. */
    private static int best(boolean largest, Storage s, int at, int n) {
        int best = 0;
        if (s.dtype() == DType.F32) {
            float[] a = s.floats();
            for (int j = 1; j < n; j++) {
                float b = a[at + best];
                float v = a[at + j];
                if (b == b && (largest ? !(v <= b) : !(v >= b))) {
                    best = j;
                }
            }
            return best;
        }
        boolean floating = s.dtype() == DType.F64;
        for (int j = 1; j < n; j++) {
            if (floating) {
                double b = s.doubles()[at + best];
                double v = s.doubles()[at + j];
                best = b == b && (largest ? !(v <= b) : !(v >= b)) ? j : best;
            } else {
                long b = Access.getLong(s, at + best);
                long v = Access.getLong(s, at + j);
                best = largest ? v > b ? j : best : v < b ? j : best;
            }
        }
        return best;
    }

    private static double floating(ReduceKind kind, Storage s, int at, int n) {
        boolean f64 = s.dtype() == DType.F64;
        double[] d = f64 ? s.doubles() : null;
        float[] f = f64 ? null : s.floats();
        double r = switch (kind) {
            case PROD -> 1;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
            default -> 0;
        };
        for (int j = 0; j < n; j++) {
            double v = f64 ? d[at + j] : f[at + j];
            switch (kind) {
                case SUM_SQUARES -> r += v * v;
                case SUM_ABS -> r += Math.abs(v);
                case PROD -> r *= v;
                case MAX -> r = Math.max(r, v);
                case MIN -> r = Math.min(r, v);
                default -> r += v;
            }
        }
        return kind == ReduceKind.MEAN ? r / n : r;
    }

    private static long whole(ReduceKind kind, Storage s, int at, int n) {
        long r = switch (kind) {
            case PROD, ALL -> 1;
            case MAX -> Long.MIN_VALUE;
            case MIN -> Long.MAX_VALUE;
            default -> 0;
        };
        for (int j = 0; j < n; j++) {
            long v = Access.getLong(s, at + j);
            switch (kind) {
                case SUM_SQUARES -> r += v * v;
                case SUM_ABS -> r += Math.abs(v);
                case PROD -> r *= v;
                case MAX -> r = Math.max(r, v);
                case MIN -> r = Math.min(r, v);
                case ANY -> r |= v != 0 ? 1 : 0;
                case ALL -> r &= v != 0 ? 1 : 0;
                default -> r += v;
            }
        }
        return r;
    }

    static void cumulate(boolean product, Tensor x, int axis, Tensor out) {
        int n = x.dim(axis);
        int inner = 1;
        for (int i = axis + 1; i < x.rank(); i++) {
            inner *= x.dim(i);
        }
        int step = inner;
        int lines = x.numel() / n;
        int group = Math.max(1, Walk.CHUNK / n);
        Parallel.forRange((lines + group - 1) / group, c -> {
            for (int line = c * group, e = Math.min(lines, line + group); line < e; line++) {
                int at = line / step * n * step + line % step;
                cumulate(product, n, step, x.storage(), x.offset() + at, out.storage(), out.offset() + at);
            }
        });
    }

    private static void cumulate(boolean product, int n, int step, Storage x, int p, Storage y, int q) {
        switch (x.dtype()) {
            case F32 -> {
                float[] a = x.floats();
                float[] b = y.floats();
                double r = product ? 1 : 0;
                for (int i = 0; i < n; i++) {
                    r = product ? r * a[p + i * step] : r + a[p + i * step];
                    b[q + i * step] = (float) r;
                }
            }
            case F64 -> {
                double[] a = x.doubles();
                double[] b = y.doubles();
                double r = product ? 1 : 0;
                for (int i = 0; i < n; i++) {
                    r = product ? r * a[p + i * step] : r + a[p + i * step];
                    b[q + i * step] = r;
                }
            }
            default -> {
                long r = product ? 1 : 0;
                for (int i = 0; i < n; i++) {
                    long v = Access.getLong(x, p + i * step);
                    r = product ? r * v : r + v;
                    Access.setLong(y, q + i * step, r);
                }
            }
        }
    }
}
