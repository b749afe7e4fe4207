package loam.tensor.internal.reference;

import java.util.Arrays;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;

/** Attention in double, row by row. */
public final class ReferenceAttention {
    private ReferenceAttention() {
    }

    /** A view [b, l, h, d] read into an array, row after row of each head: [b, h, l, d]. */
    private static double[] heads(Tensor t) {
        return t.permute(0, 2, 1, 3).toDoubles();
    }

    private static void write(Tensor view, double[] heads) {
        int[] at = Access.places(view.permute(0, 2, 1, 3));
        for (int i = 0; i < at.length; i++) {
            Access.set(view.storage(), at[i], heads[i]);
        }
    }

    /** Whether query i of a sample sees key j. */
    private static boolean sees(byte[] keys, int sample, int lk, boolean causal, int i, int j) {
        return (keys == null || keys[sample * lk + j] != 0) && !(causal && j > i);
    }

    private static byte[] keys(Tensor keys) {
        return keys == null ? null : toBytes(keys);
    }

    private static byte[] toBytes(Tensor keys) {
        boolean[] on = keys.toBooleans();
        byte[] b = new byte[on.length];
        for (int i = 0; i < b.length; i++) {
            b[i] = (byte) (on[i] ? 1 : 0);
        }
        return b;
    }

    private static double dot(double[] a, int i, double[] b, int j, int n) {
        double s = 0;
        for (int k = 0; k < n; k++) {
            s += a[i + k] * b[j + k];
        }
        return s;
    }

    private static void add(double factor, double[] from, int i, double[] to, int j, int n) {
        for (int k = 0; k < n; k++) {
            to[j + k] += factor * from[i + k];
        }
    }

    /** See {@link loam.tensor.kernel.Kernels#attention}. */
    public static void forward(Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor out, Tensor logSum) {
        int lq = q.dim(1);
        int lk = k.dim(1);
        int heads = q.dim(2);
        int d = q.dim(3);
        int dv = v.dim(3);
        double[] qs = heads(q);
        double[] ks = heads(k);
        double[] vs = heads(v);
        byte[] on = keys(keys);
        double[] y = new double[q.dim(0) * heads * lq * dv];
        double[] sums = new double[q.dim(0) * heads * lq];
        double[] s = new double[lk];
        for (int row = 0; row < sums.length; row++) {
            int head = row / lq;
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < lk; j++) {
                s[j] = sees(on, head / heads, lk, causal, row % lq, j) ? scale * dot(qs, row * d, ks, (head * lk + j) * d, d) : Double.NEGATIVE_INFINITY;
                max = Math.max(max, s[j]);
            }
            double sum = 0;
            for (int j = 0; j < lk; j++) {
                s[j] = Math.exp(s[j] - max);
                sum += s[j];
            }
            for (int j = 0; j < lk; j++) {
                add(s[j] / sum, vs, (head * lk + j) * dv, y, row * dv, dv);
            }
            sums[row] = max + Math.log(sum);
        }
        write(out, y);
        int[] at = Access.places(logSum);
        for (int i = 0; i < at.length; i++) {
            Access.set(logSum.storage(), at[i], sums[i]);
        }
    }

    /** See {@link loam.tensor.kernel.Kernels#attentionGrad}. */
    public static void backward(Tensor dy, Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor y, Tensor logSum,
                                Tensor dq, Tensor dk, Tensor dv) {
        int lq = q.dim(1);
        int lk = k.dim(1);
        int heads = q.dim(2);
        int d = q.dim(3);
        int width = v.dim(3);
        double[] gs = heads(dy);
        double[] ys = heads(y);
        double[] qs = heads(q);
        double[] ks = heads(k);
        double[] vs = heads(v);
        double[] sums = logSum.toDoubles();
        byte[] on = keys(keys);
        double[] gq = new double[qs.length];
        double[] gk = new double[ks.length];
        double[] gv = new double[vs.length];
        double[] p = new double[lk];
        for (int row = 0; row < sums.length; row++) {
            int head = row / lq;
            double delta = dot(gs, row * width, ys, row * width, width);
            Arrays.fill(p, 0);
            for (int j = 0; j < lk; j++) {
                if (!sees(on, head / heads, lk, causal, row % lq, j)) {
                    continue;
                }
                int key = head * lk + j;
                p[j] = Math.exp(scale * dot(qs, row * d, ks, key * d, d) - sums[row]);
                add(p[j], gs, row * width, gv, key * width, width);
                double ds = scale * p[j] * (dot(gs, row * width, vs, key * width, width) - delta);
                add(ds, ks, key * d, gq, row * d, d);
                add(ds, qs, row * d, gk, key * d, d);
            }
        }
        write(dq, gq);
        write(dk, gk);
        write(dv, gv);
    }
}
