package loam.tensor.internal.reference;

import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.kernel.Activation;

/** Normalisation in double, element by element. */
public final class ReferenceNorms {
    private ReferenceNorms() {
    }

    private static double[] read(Tensor t) {
        int[] at = Access.places(t);
        double[] v = new double[at.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = Access.get(t.storage(), at[i]);
        }
        return v;
    }

    private static void write(Tensor out, double[] v) {
        for (int i = 0; i < v.length; i++) {
            Access.set(out.storage(), out.offset() + i, v[i]);
        }
    }

    /** Elements of one channel of one image. */
    private static int plane(Tensor x) {
        return x.numel() / Math.max(1, x.dim(0) * x.dim(1));
    }

    /** Mean and biased variance of each channel. */
    public static void channelMoments(Tensor x, Tensor mean, Tensor variance) {
        double[] v = read(x);
        int c = x.dim(1);
        int hw = plane(x);
        double n = v.length / (double) c;
        double[] m = new double[c];
        double[] s = new double[c];
        for (int i = 0; i < v.length; i++) {
            m[i / hw % c] += v[i] / n;
        }
        for (int i = 0; i < v.length; i++) {
            double d = v[i] - m[i / hw % c];
            s[i / hw % c] += d * d / n;
        }
        write(mean, m);
        write(variance, s);
    }

    /** Sums of dy and of dy (x - mean) for each channel. */
    public static void channelGradSums(Tensor dy, Tensor x, Tensor mean, Tensor sum, Tensor dot) {
        double[] g = read(dy);
        double[] v = read(x);
        double[] m = read(mean);
        int c = x.dim(1);
        int hw = plane(x);
        double[] s = new double[c];
        double[] d = new double[c];
        for (int i = 0; i < v.length; i++) {
            int k = i / hw % c;
            s[k] += g[i];
            d[k] += g[i] * (v[i] - m[k]);
        }
        write(sum, s);
        write(dot, d);
    }

    /** act(x scale + shift). */
    public static void channelAffine(Tensor x, Tensor scale, Tensor shift, Activation act, Tensor out) {
        double[] v = read(x);
        double[] p = read(scale);
        double[] q = read(shift);
        int hw = plane(x);
        for (int i = 0; i < v.length; i++) {
            int k = i / hw % p.length;
            double y = v[i] * p[k] + q[k];
            v[i] = act == Activation.RELU && y <= 0 ? 0 : y;
        }
        write(out, v);
    }

    /** x p + y q + r. */
    public static void channelAffine2(Tensor x, Tensor y, Tensor p, Tensor q, Tensor r, Tensor out) {
        double[] v = read(x);
        double[] w = read(y);
        double[] a = read(p);
        double[] b = read(q);
        double[] c = read(r);
        int hw = plane(x);
        for (int i = 0; i < v.length; i++) {
            int k = i / hw % a.length;
            v[i] = v[i] * a[k] + w[i] * b[k] + c[k];
        }
        write(out, v);
    }

    /** Rows to mean 0 and variance 1, then gamma and beta. */
    public static void layerNorm(Tensor x, double eps, Tensor gamma, Tensor beta, Tensor out, Tensor mean, Tensor rstd) {
        double[] v = read(x);
        double[] g = gamma == null ? null : read(gamma);
        double[] b = beta == null ? null : read(beta);
        double[] m = new double[mean.numel()];
        double[] s = new double[m.length];
        int n = v.length / Math.max(1, m.length);
        for (int row = 0; row < m.length; row++) {
            for (int i = 0; i < n; i++) {
                m[row] += v[row * n + i] / n;
            }
            double variance = 0;
            for (int i = 0; i < n; i++) {
                double d = v[row * n + i] - m[row];
                variance += d * d / n;
            }
            s[row] = 1 / Math.sqrt(variance + eps);
            for (int i = 0; i < n; i++) {
                double z = (v[row * n + i] - m[row]) * s[row];
                v[row * n + i] = (g == null ? z : z * g[i]) + (b == null ? 0 : b[i]);
            }
        }
        write(out, v);
        write(mean, m);
        write(rstd, s);
    }

    /** Gradients of layerNorm for x, gamma and beta; dx may be null, and dgamma and dbeta together. */
    public static void layerNormGrad(Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor gamma, Tensor dx, Tensor dgamma, Tensor dbeta) {
        if (dgamma != null) {
            layerNormParameterGrad(dy, x, mean, rstd, dgamma, dbeta);
        }
        if (dx != null) {
            layerNormInputGrad(dy, x, mean, rstd, gamma, dx);
        }
    }

    private static void layerNormInputGrad(Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor gamma, Tensor dx) {
        double[] h = read(dy);
        double[] v = read(x);
        double[] m = read(mean);
        double[] s = read(rstd);
        double[] g = gamma == null ? null : read(gamma);
        int n = v.length / Math.max(1, m.length);
        for (int row = 0; row < m.length; row++) {
            double sum = 0;
            double dot = 0;
            for (int i = 0; i < n; i++) {
                int at = row * n + i;
                h[at] *= g == null ? 1 : g[i];
                v[at] = (v[at] - m[row]) * s[row];
                sum += h[at] / n;
                dot += h[at] * v[at] / n;
            }
            for (int i = 0; i < n; i++) {
                h[row * n + i] = s[row] * (h[row * n + i] - sum - v[row * n + i] * dot);
            }
        }
        write(dx, h);
    }

    private static void layerNormParameterGrad(Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor dgamma, Tensor dbeta) {
        double[] g = read(dy);
        double[] v = read(x);
        double[] m = read(mean);
        double[] s = read(rstd);
        int n = dgamma.numel();
        double[] a = new double[n];
        double[] b = new double[n];
        for (int i = 0; i < v.length; i++) {
            a[i % n] += g[i] * (v[i] - m[i / n]) * s[i / n];
            b[i % n] += g[i];
        }
        write(dgamma, a);
        write(dbeta, b);
    }
}
