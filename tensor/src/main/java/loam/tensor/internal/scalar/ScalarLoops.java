package loam.tensor.internal.scalar;

import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.ConvShape;
import loam.tensor.kernel.PoolShape;
import loam.tensor.kernel.UnaryKind;

/** Inner loops in plain Java, for every JVM. The vector set takes over from here what has no vector form. */
public class ScalarLoops implements Loops {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void unary(UnaryKind kind, int n, float[] x, int xo, float[] y, int yo, double p, double q) {
        ScalarElementwise.unary(kind, n, x, xo, y, yo, p, q);
    }

    @Override
    public void binary(BinaryKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        ScalarElementwise.binary(kind, n, a, ao, as, b, bo, bs, y, yo);
    }

    @Override
    public void compare(CompareKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, byte[] y, int yo) {
        ScalarElementwise.compare(kind, n, a, ao, as, b, bo, bs, y, yo);
    }

    @Override
    public void select(int n, byte[] c, int co, int cs, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        ScalarElementwise.select(n, c, co, cs, a, ao, as, b, bo, bs, y, yo);
    }

    @Override
    public void axpy(int n, float alpha, float[] x, int xo, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            y[yo + i] += alpha * x[xo + i];
        }
    }

    @Override
    public double sum(int n, float[] x, int xo) {
        return ScalarReduce.sum(n, x, xo);
    }

    @Override
    public double sumSquares(int n, float[] x, int xo) {
        return ScalarReduce.dot(n, x, xo, x, xo);
    }

    @Override
    public double sumAbs(int n, float[] x, int xo) {
        return ScalarReduce.sumAbs(n, x, xo);
    }

    @Override
    public double dot(int n, float[] x, int xo, float[] y, int yo) {
        return ScalarReduce.dot(n, x, xo, y, yo);
    }

    @Override
    public float max(int n, float[] x, int xo) {
        return ScalarReduce.max(n, x, xo);
    }

    @Override
    public float min(int n, float[] x, int xo) {
        return ScalarReduce.min(n, x, xo);
    }

    @Override
    public void maxInto(int n, float[] x, int xo, float[] acc, int ao) {
        for (int i = 0; i < n; i++) {
            acc[ao + i] = Math.max(acc[ao + i], x[xo + i]);
        }
    }

    @Override
    public void minInto(int n, float[] x, int xo, float[] acc, int ao) {
        for (int i = 0; i < n; i++) {
            acc[ao + i] = Math.min(acc[ao + i], x[xo + i]);
        }
    }

    @Override
    public double expSum(int n, float[] x, int xo, float shift, float[] y, int yo) {
        return ScalarReduce.expSum(n, x, xo, shift, y, yo);
    }

    @Override
    public void softmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        ScalarReduce.softmaxRows(rows, n, x, xo, y, yo);
    }

    @Override
    public void logSoftmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo) {
        ScalarReduce.logSoftmaxRows(rows, n, x, xo, y, yo);
    }

    @Override
    public void softmaxRowsGrad(int rows, int n, float[] dy, int dyo, float[] y, int yo, float[] dx, int dxo) {
        ScalarReduce.softmaxRowsGrad(rows, n, dy, dyo, y, yo, dx, dxo);
    }

    @Override
    public void layerNormRows(int rows, int n, double eps, float[] x, int xo, float[] gamma, int go, float[] beta, int bo,
                              float[] y, int yo, float[] mean, int mo, float[] rstd, int ro) {
        ScalarReduce.layerNormRows(rows, n, eps, x, xo, gamma, go, beta, bo, y, yo, mean, mo, rstd, ro);
    }

    @Override
    public void layerNormRowsGrad(int rows, int n, float[] dy, int dyo, float[] x, int xo, float[] mean, int mo, float[] rstd, int ro,
                                  float[] gamma, int go, float[] dx, int dxo, float[] dg, int dgo, float[] db, int dbo) {
        if (dx != null) {
            ScalarReduce.layerNormRowsGrad(rows, n, dy, dyo, x, xo, mean, mo, rstd, ro, gamma, go, dx, dxo);
        }
        for (int r = 0; dg != null && r < rows; r++) {
            for (int i = 0; i < n; i++) {
                float d = dy[dyo + r * n + i];
                dg[dgo + i] += d * ((x[xo + r * n + i] - mean[mo + r]) * rstd[ro + r]);
                db[dbo + i] += d;
            }
        }
    }

    @Override
    public void transpose(int rows, int cols, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        int tile = 16;
        for (int r0 = 0; r0 < rows; r0 += tile) {
            for (int c0 = 0; c0 < cols; c0 += tile) {
                for (int c = c0; c < Math.min(cols, c0 + tile); c++) {
                    for (int r = r0; r < Math.min(rows, r0 + tile); r++) {
                        y[yo + c * ldy + r] = x[xo + r * ldx + c];
                    }
                }
            }
        }
    }

    @Override
    public void gemm(int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
                     float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset, Activation act, boolean parallel) {
        ScalarGemm.gemm(m, n, k, a, ao, ars, acs, b, bo, brs, bcs, c, co, ldc, accumulate, bias, biasOffset, act, parallel);
    }

    /** Adds the bias of each column and applies the activation. */
    protected static void finish(int m, int n, float[] c, int co, int ldc, float[] bias, int biasOffset, Activation act) {
        ScalarGemm.finish(0, m, 0, n, c, co, ldc, bias, biasOffset, act);
    }

    @Override
    public void conv2d(ConvShape s, float[] x, int xo, float[] w, int wo, float[] bias, int bo, Activation act, float[] y, int yo) {
        ScalarConv.forward(s, x, xo, w, wo, bias, bo, act, y, yo);
    }

    @Override
    public void conv2dInputGrad(ConvShape s, float[] dy, int dyo, float[] w, int wo, float[] dx, int dxo) {
        ScalarConv.inputGrad(s, dy, dyo, w, wo, dx, dxo);
    }

    @Override
    public void conv2dWeightGrad(ConvShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo, float[] db, int dbo) {
        ScalarConv.weightGrad(s, x, xo, dy, dyo, dw, dwo);
        if (db != null) {
            conv2dBiasGrad(s, dy, dyo, db, dbo);
        }
    }

    /** The sums of dy over images and positions. */
    protected final void conv2dBiasGrad(ConvShape s, float[] dy, int dyo, float[] db, int dbo) {
        int plane = s.outH() * s.outW();
        Parallel.forRange(s.co(), o -> {
            double total = 0;
            for (int image = 0; image < s.n(); image++) {
                total += sum(plane, dy, dyo + (image * s.co() + o) * plane);
            }
            db[dbo + o] = (float) total;
        });
    }

    @Override
    public void maxPool2d(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        ScalarPool.max(s, x, xo, y, yo, index, io);
    }

    @Override
    public void maxPool2dGrad(PoolShape s, float[] dy, int dyo, int[] index, int io, float[] dx, int dxo) {
        ScalarPool.maxGrad(s, dy, dyo, index, io, dx, dxo);
    }

    @Override
    public void avgPool2d(PoolShape s, boolean countPadding, float[] x, int xo, float[] y, int yo) {
        ScalarPool.avg(s, countPadding, x, xo, y, yo);
    }

    @Override
    public void avgPool2dGrad(PoolShape s, boolean countPadding, float[] dy, int dyo, float[] dx, int dxo) {
        ScalarPool.avgGrad(s, countPadding, dy, dyo, dx, dxo);
    }

    @Override
    public void channelMoments(int n, int c, int hw, float[] x, int xo, double[] mean, double[] variance) {
        Parallel.forRange(c, channel -> {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += sum(hw, x, xo + (i * c + channel) * hw);
            }
            double count = (double) n * hw;
            float centre = (float) (sum / count);
            double square = 0;
            for (int i = 0; i < n; i++) {
                square += sumCentredSquares(hw, x, xo + (i * c + channel) * hw, centre);
            }
            double rest = sum / count - centre;
            mean[channel] = sum / count;
            variance[channel] = square / count - rest * rest;
        });
    }

    /** Sum of {@code (x - centre)^2}. */
    protected double sumCentredSquares(int n, float[] x, int xo, float centre) {
        double s = 0;
        for (int i = 0; i < n; i++) {
            double d = x[xo + i] - centre;
            s += d * d;
        }
        return s;
    }

    @Override
    public void channelGradSums(int n, int c, int hw, float[] dy, int dyo, float[] x, int xo, double[] mean, double[] sum, double[] dot) {
        Parallel.forRange(c, channel -> {
            double s = 0;
            double d = 0;
            float centre = (float) mean[channel];
            for (int i = 0; i < n; i++) {
                int at = (i * c + channel) * hw;
                s += sum(hw, dy, dyo + at);
                d += dotCentred(hw, dy, dyo + at, x, xo + at, centre);
            }
            sum[channel] = s;
            dot[channel] = d - (mean[channel] - centre) * s;
        });
    }

    /** Sum of {@code y * (x - centre)}. */
    protected double dotCentred(int n, float[] y, int yo, float[] x, int xo, float centre) {
        double s = 0;
        for (int i = 0; i < n; i++) {
            s += y[yo + i] * (double) (x[xo + i] - centre);
        }
        return s;
    }

    @Override
    public void channelAffine(int n, int c, int hw, float[] x, int xo, float[] scale, float[] shift, Activation act, float[] y, int yo) {
        Parallel.forRange(c, channel -> {
            for (int i = 0; i < n; i++) {
                int at = (i * c + channel) * hw;
                affine(hw, x, xo + at, scale[channel], shift[channel], act == Activation.RELU, y, yo + at);
            }
        });
    }

    /** {@code y = x * scale + shift}, negative values to zero when {@code relu}. */
    protected void affine(int n, float[] x, int xo, float scale, float shift, boolean relu, float[] y, int yo) {
        float floor = relu ? 0f : Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            y[yo + i] = Math.max(x[xo + i] * scale + shift, floor);
        }
    }

    @Override
    public void channelAffine2(int n, int c, int hw, float[] x, int xo, float[] y, int yo, float[] p, float[] q, float[] r, float[] z, int zo) {
        Parallel.forRange(c, channel -> {
            for (int i = 0; i < n; i++) {
                int at = (i * c + channel) * hw;
                affine2(hw, x, xo + at, p[channel], y, yo + at, q[channel], r[channel], z, zo + at);
            }
        });
    }

    /** {@code z = x * p + y * q + r}. */
    protected void affine2(int n, float[] x, int xo, float p, float[] y, int yo, float q, float r, float[] z, int zo) {
        for (int i = 0; i < n; i++) {
            z[zo + i] = x[xo + i] * p + y[yo + i] * q + r;
        }
    }

    @Override
    public void sgd(int n, float[] w, int wo, float[] g, int go, float[] v, int vo, double lr, double mu, double dampening, double wd,
                    boolean nesterov, boolean first) {
        float step = (float) lr;
        float decay = (float) wd;
        float keep = (float) mu;
        float take = first ? 1 : (float) (1 - dampening);
        float hold = first ? 0 : keep;
        for (int i = 0; i < n; i++) {
            float d = g[go + i] + decay * w[wo + i];
            if (v != null) {
                float u = first ? d : hold * v[vo + i] + take * d;
                v[vo + i] = u;
                d = nesterov ? d + keep * u : u;
            }
            w[wo + i] -= step * d;
        }
    }

    @Override
    public void adam(int n, float[] w, int wo, float[] g, int go, float[] m, int mo, float[] v, int vo,
                     double lr, double beta1, double beta2, double eps, double wd, boolean decoupled, double c1, double c2) {
        float shrink = decoupled ? (float) (1 - lr * wd) : 1;
        float decay = decoupled ? 0 : (float) wd;
        float b1 = (float) beta1;
        float t1 = (float) (1 - beta1);
        float b2 = (float) beta2;
        float t2 = (float) (1 - beta2);
        // lr / c1 * m / (sqrt(v) / sqrt(c2) + eps)
        float step = (float) (lr / c1);
        float root = (float) (1 / Math.sqrt(c2));
        float small = (float) eps;
        for (int i = 0; i < n; i++) {
            float x = w[wo + i] * shrink;
            float d = g[go + i] + decay * x;
            float mi = b1 * m[mo + i] + t1 * d;
            float vi = b2 * v[vo + i] + t2 * (d * d);
            m[mo + i] = mi;
            v[vo + i] = vi;
            w[wo + i] = x - step * mi / ((float) Math.sqrt(vi) * root + small);
        }
    }
}
