package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.Activation;

/** Batched matrix products: one large one splits inside, many small ones split over the batch. */
final class MatrixProducts {
    /** Multiply-adds above which a single product is worth splitting. */
    private static final long LARGE = 1L << 17;

    private MatrixProducts() {
    }

    static void matmul(Loops loops, Tensor a, Tensor b, Tensor bias, Activation act, Tensor out) {
        if (out.numel() == 0) {
            return;
        }
        int m = out.dim(-2);
        int n = out.dim(-1);
        int k = a.dim(-1);
        int batch = out.numel() / (m * n);
        int[] pa = starts(a, batch);
        int[] pb = starts(b, batch);
        int ra = a.rank();
        int rb = b.rank();
        int ars = a.stride(ra - 2);
        int acs = a.stride(ra - 1);
        int brs = b.stride(rb - 2);
        int bcs = b.stride(rb - 1);
        boolean inside = batch == 1 || (long) m * n * k > LARGE * 16;
        int group = inside ? batch : (int) Math.max(1, LARGE / Math.max(1, (long) m * n * k));
        if (out.dtype() == DType.F32) {
            float[] x = a.storage().floats();
            float[] y = b.storage().floats();
            float[] z = out.storage().floats();
            float[] v = bias == null ? null : bias.storage().floats();
            int vo = bias == null ? 0 : bias.offset();
            boolean split = inside && (long) m * n * k > LARGE;
            groups(batch, group, i -> loops.gemm(m, n, k, x, pa[i], ars, acs, y, pb[i], brs, bcs, z, out.offset() + i * m * n, n, false, v, vo, act, split));
            return;
        }
        if (out.dtype() == DType.F64) {
            groups(batch, group, i -> {
                DoubleLoops.gemm(m, n, k, a.storage().doubles(), pa[i], ars, acs, b.storage().doubles(), pb[i], brs, bcs,
                        out.storage().doubles(), out.offset() + i * m * n);
                finish(out.storage().doubles(), out.offset() + i * m * n, m, n, bias, act);
            });
            return;
        }
        groups(batch, group, i -> {
            for (int e = 0; e < m * n; e++) {
                long s = 0;
                for (int p = 0; p < k; p++) {
                    s += Access.getLong(a.storage(), pa[i] + e / n * ars + p * acs) * Access.getLong(b.storage(), pb[i] + p * brs + e % n * bcs);
                }
                Access.setLong(out.storage(), out.offset() + i * m * n + e, s);
            }
        });
    }

    private static void finish(double[] c, int co, int m, int n, Tensor bias, Activation act) {
        if (bias == null && act == Activation.NONE) {
            return;
        }
        for (int i = 0; i < m * n; i++) {
            double v = c[co + i] + (bias == null ? 0 : bias.storage().doubles()[bias.offset() + i % n]);
            c[co + i] = act == Activation.RELU && v <= 0 ? 0 : v;
        }
    }

    private static void groups(int batch, int group, java.util.function.IntConsumer one) {
        int chunks = (batch + group - 1) / group;
        if (chunks == 1) {
            for (int i = 0; i < batch; i++) {
                one.accept(i);
            }
            return;
        }
        Parallel.forRange(chunks, c -> {
            for (int i = c * group, e = Math.min(batch, i + group); i < e; i++) {
                one.accept(i);
            }
        });
    }

    /** Storage places of the first elements of all matrices. */
    private static int[] starts(Tensor t, int batch) {
        if (t.rank() == 2) {
            int[] one = new int[batch];
            Arrays.fill(one, t.offset());
            return one;
        }
        int r = t.rank();
        int[] d = Arrays.copyOf(t.shape().toArray(), r - 2);
        int[] s = Arrays.copyOf(t.strides(), r - 2);
        int[] out = new int[batch];
        int[] index = new int[r - 2];
        int at = t.offset();
        for (int i = 0; i < batch; i++) {
            out[i] = at;
            for (int a = r - 3; a >= 0; a--) {
                at += s[a];
                if (++index[a] < d[a]) {
                    break;
                }
                at -= s[a] * d[a];
                index[a] = 0;
            }
        }
        return Shape.of(d).numel() == batch ? out : Arrays.copyOf(out, Shape.of(d).numel());
    }
}
