package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.reference.ReferenceNorms;
import loam.tensor.kernel.Activation;

/** Normalisation on heap arrays: F32 on the inner loops, F64 on the reference's. */
final class Norms {
    /** Rows whose sums may stay in float. */
    private static final int STRETCH = 64;

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

    static void layerNormGrad(Loops loops, Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor gamma, Tensor dx) {
        int rows = mean.numel();
        if (dx.dtype() != DType.F32 || x.numel() == 0) {
            ReferenceNorms.layerNormGrad(dy, x, mean, rstd, gamma, dx);
            return;
        }
        Tensor h = dy.contiguous();
        Tensor in = x.contiguous();
        Tensor g = dense(gamma);
        int n = x.numel() / rows;
        HeapKernels.rows(rows, n, (first, count) -> loops.layerNormRowsGrad(count, n, h.storage().floats(), h.offset() + first * n, in.storage().floats(),
                in.offset() + first * n, mean.storage().floats(), mean.offset() + first, rstd.storage().floats(), rstd.offset() + first, array(g), offset(g),
                dx.storage().floats(), dx.offset() + first * n));
    }

    /** Gradients of gamma and beta. Stretches of rows add up in float, parts of rows and then all of them in double, in one order. */
    static void layerNormParameterGrad(Loops loops, Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor dgamma, Tensor dbeta) {
        int rows = mean.numel();
        if (dgamma.dtype() != DType.F32 || x.numel() == 0) {
            ReferenceNorms.layerNormParameterGrad(dy, x, mean, rstd, dgamma, dbeta);
            return;
        }
        Tensor g = dy.contiguous();
        Tensor in = x.contiguous();
        int n = dgamma.numel();
        int part = Math.max(STRETCH, Walk.CHUNK / n);
        double[][] sums = new double[(rows + part - 1) / part][];
        Parallel.forRange(sums.length, c -> {
            double[] total = new double[2 * n];
            float[] dg = new float[n];
            float[] db = new float[n];
            for (int first = c * part, end = Math.min(rows, first + part); first < end; first += STRETCH) {
                Arrays.fill(dg, 0);
                Arrays.fill(db, 0);
                loops.layerNormColumns(Math.min(STRETCH, end - first), n, g.storage().floats(), g.offset() + first * n, in.storage().floats(),
                        in.offset() + first * n, mean.storage().floats(), mean.offset() + first, rstd.storage().floats(), rstd.offset() + first, dg, db);
                for (int j = 0; j < n; j++) {
                    total[j] += dg[j];
                    total[n + j] += db[j];
                }
            }
            sums[c] = total;
        });
        float[] outG = dgamma.storage().floats();
        float[] outB = dbeta.storage().floats();
        for (int j = 0; j < n; j++) {
            double a = 0;
            double b = 0;
            for (double[] total : sums) {
                a += total[j];
                b += total[n + j];
            }
            outG[dgamma.offset() + j] = (float) a;
            outB[dbeta.offset() + j] = (float) b;
        }
    }
}
