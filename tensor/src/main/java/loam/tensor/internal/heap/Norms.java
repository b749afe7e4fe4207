package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.internal.reference.ReferenceNorms;
import loam.tensor.kernel.Activation;

/** Normalisation on heap arrays: F32 on the inner loops, F64 on the reference's. */
final class Norms {
    /** Rows whose sums may stay in float. */
    private static final int STRETCH = 64;
    /** Sums of stretches that exist at a time, in elements. */
    private static final int WAVE = 1 << 16;

    private Norms() {
    }

    private static int plane(Tensor x) {
        return x.numel() / Math.max(1, x.dim(0) * x.dim(1));
    }

    private static void write(double[] v, Tensor out) {
        System.arraycopy(v, 0, out.storage().doubles(), out.offset(), v.length);
    }

    static void channelMoments(Loops loops, Tensor x, Tensor mean, Tensor variance) {
        if (x.dtype() != DType.F32 || x.numel() == 0) {
            ReferenceNorms.channelMoments(x, mean, variance);
            return;
        }
        Tensor in = x.contiguous();
        double[] m = new double[x.dim(1)];
        double[] v = new double[m.length];
        loops.channelMoments(x.dim(0), m.length, plane(x), in.storage().floats(), in.offset(), m, v);
        write(m, mean);
        write(v, variance);
    }

    static void channelGradSums(Loops loops, Tensor dy, Tensor x, Tensor mean, Tensor sum, Tensor dot) {
        if (x.dtype() != DType.F32 || x.numel() == 0) {
            ReferenceNorms.channelGradSums(dy, x, mean, sum, dot);
            return;
        }
        Tensor g = dy.contiguous();
        Tensor in = x.contiguous();
        double[] s = new double[x.dim(1)];
        double[] d = new double[s.length];
        loops.channelGradSums(x.dim(0), s.length, plane(x), g.storage().floats(), g.offset(), in.storage().floats(), in.offset(), mean.toDoubles(), s, d);
        write(s, sum);
        write(d, dot);
    }

    static void channelAffine(Loops loops, Tensor x, Tensor scale, Tensor shift, Activation act, Tensor out) {
        if (out.dtype() != DType.F32) {
            ReferenceNorms.channelAffine(x, scale, shift, act, out);
            return;
        }
        Tensor in = x.contiguous();
        loops.channelAffine(x.dim(0), x.dim(1), plane(x), in.storage().floats(), in.offset(), scale.toFloats(), shift.toFloats(), act,
                out.storage().floats(), out.offset());
    }

    static void channelAffine2(Loops loops, Tensor x, Tensor y, Tensor p, Tensor q, Tensor r, Tensor out) {
        if (out.dtype() != DType.F32) {
            ReferenceNorms.channelAffine2(x, y, p, q, r, out);
            return;
        }
        Tensor a = x.contiguous();
        Tensor b = y.contiguous();
        loops.channelAffine2(x.dim(0), x.dim(1), plane(x), a.storage().floats(), a.offset(), b.storage().floats(), b.offset(), p.toFloats(), q.toFloats(),
                r.toFloats(), out.storage().floats(), out.offset());
    }

    private static float[] array(Tensor t) {
        return t == null ? null : t.storage().floats();
    }

    private static int offset(Tensor t) {
        return t == null ? 0 : t.offset();
    }

    private static Tensor dense(Tensor t) {
        return t == null ? null : t.contiguous();
    }

    static void layerNorm(Loops loops, Tensor x, double eps, Tensor gamma, Tensor beta, Tensor out, Tensor mean, Tensor rstd) {
        int rows = mean.numel();
        if (out.dtype() != DType.F32 || x.numel() == 0) {
            ReferenceNorms.layerNorm(x, eps, gamma, beta, out, mean, rstd);
            return;
        }
        Tensor in = x.contiguous();
        Tensor g = dense(gamma);
        Tensor b = dense(beta);
        int n = x.numel() / rows;
        HeapKernels.rows(rows, n, (first, count) -> loops.layerNormRows(count, n, eps, in.storage().floats(), in.offset() + first * n, array(g), offset(g),
                array(b), offset(b), out.storage().floats(), out.offset() + first * n, mean.storage().floats(), mean.offset() + first,
                rstd.storage().floats(), rstd.offset() + first));
    }

    /**
     * Gradients of x, gamma and beta in one walk over the rows. For gamma and beta stretches of rows add up in float, and so do some
     * stretches; beyond that sums are in double. All in one order.
     */
    static void layerNormGrad(Loops loops, Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor gamma, Tensor dx, Tensor dgamma, Tensor dbeta) {
        if (x.dtype() != DType.F32 || x.numel() == 0) {
            ReferenceNorms.layerNormGrad(dy, x, mean, rstd, gamma, dx, dgamma, dbeta);
            return;
        }
        Tensor h = dy.contiguous();
        Tensor in = x.contiguous();
        Tensor g = dense(gamma);
        int rows = mean.numel();
        int n = x.numel() / rows;
        int stretches = (rows + STRETCH - 1) / STRETCH;
        int group = Math.max(1, Walk.CHUNK / (n * STRETCH));
        int wave = Math.max(group, Math.min(stretches, WAVE / n));
        float[] sums = dgamma == null ? null : Scratch.get().floats(Scratch.NORM_SUMS, 2 * n * wave);
        double[] total = dgamma == null ? null : Scratch.get().doubles(Scratch.PARTIALS, 2 * n);
        if (total != null) {
            Arrays.fill(total, 0, 2 * n, 0);
        }
        for (int first = 0; first < stretches; first += wave) {
            int start = first;
            int count = Math.min(wave, stretches - first);
            Parallel.forRange((count + group - 1) / group, c -> {
                for (int i = c * group, end = Math.min(count, i + group); i < end; i++) {
                    int row = (start + i) * STRETCH;
                    if (sums != null) {
                        Arrays.fill(sums, 2 * n * i, 2 * n * (i + 1), 0);
                    }
                    loops.layerNormRowsGrad(Math.min(STRETCH, rows - row), n, h.storage().floats(), h.offset() + row * n, in.storage().floats(),
                            in.offset() + row * n, mean.storage().floats(), mean.offset() + row, rstd.storage().floats(), rstd.offset() + row,
                            array(g), offset(g), array(dx), dx == null ? 0 : dx.offset() + row * n, sums, 2 * n * i, sums, 2 * n * i + n);
                }
            });
            if (sums != null) {
                add(loops, sums, count, 2 * n, total);
            }
        }
        if (total != null) {
            for (int j = 0; j < n; j++) {
                dgamma.storage().floats()[dgamma.offset() + j] = (float) total[j];
                dbeta.storage().floats()[dbeta.offset() + j] = (float) total[n + j];
            }
        }
    }

    /** Adds the rows of n sums to the total, STRETCH of them at a time. */
    private static void add(Loops loops, float[] sums, int rows, int n, double[] total) {
        for (int from = 0; from < rows; from += STRETCH) {
            for (int i = from + 1; i < Math.min(rows, from + STRETCH); i++) {
                loops.axpy(n, 1, sums, i * n, sums, from * n);
            }
            for (int j = 0; j < n; j++) {
                total[j] += sums[from * n + j];
            }
        }
    }
}
