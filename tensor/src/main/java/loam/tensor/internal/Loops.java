package loam.tensor.internal;

import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.ConvShape;
import loam.tensor.kernel.PoolShape;
import loam.tensor.kernel.UnaryKind;

/**
 * Inner loops on float arrays: what a heap kernel set runs once the views are taken apart. One call handles one block on the
 * calling thread, except {@link #gemm} and the convolutions, which split their work on the pool themselves.
 * The value of an element never depends on its position in the block or on the block's length.
 * Implementations: scalar (plain Java) and simd (Vector API).
 */
public interface Loops {
    /** "scalar" or "simd". */
    String name();

    /** Floats in a vector; 1 for scalar. */
    int lanes();

    void unary(UnaryKind kind, int n, float[] x, int xo, float[] y, int yo, double p, double q);

    /** {@code as} and {@code bs} are 1 or 0 (0: one value for the whole block). */
    void binary(BinaryKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo);

    void compare(CompareKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, byte[] y, int yo);

    /** {@code y = c != 0 ? a : b}, strides 1 or 0. */
    void select(int n, byte[] c, int co, int cs, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo);

    /** {@code y += alpha * x}. */
    void axpy(int n, float alpha, float[] x, int xo, float[] y, int yo);

    double sum(int n, float[] x, int xo);

    double sumSquares(int n, float[] x, int xo);

    double sumAbs(int n, float[] x, int xo);

    double dot(int n, float[] x, int xo, float[] y, int yo);

    /** NaN if one is NaN; negative infinity for n = 0. */
    float max(int n, float[] x, int xo);

    float min(int n, float[] x, int xo);

    /** {@code acc[j] = max(acc[j], x[j])}, NaN wins. */
    void maxInto(int n, float[] x, int xo, float[] acc, int ao);

    void minInto(int n, float[] x, int xo, float[] acc, int ao);

    /** {@code y = exp(x - shift)} for x up to shift, but for rounding; returns the sum of y. Results below the normal numbers may be 0. */
    double expSum(int n, float[] x, int xo, float shift, float[] y, int yo);

    /** Softmax of each of {@code rows} dense rows of length n. */
    void softmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo);

    void logSoftmaxRows(int rows, int n, float[] x, int xo, float[] y, int yo);

    /** {@code dx = y * (dy - sum(dy * y))} row by row. */
    void softmaxRowsGrad(int rows, int n, float[] dy, int dyo, float[] y, int yo, float[] dx, int dxo);

    /** {@code y[c * ldy + r] = x[r * ldx + c]}. */
    void transpose(int rows, int cols, float[] x, int xo, int ldx, float[] y, int yo, int ldy);

    /**
     * {@code C[m, n] = act(A B (+ C if accumulate) + bias)}; element (i, k) of A is {@code a[ao + i * ars + k * acs]}, (k, j) of B is
     * {@code b[bo + k * brs + j * bcs]}, (i, j) of C is {@code c[co + i * ldc + j]}. {@code bias} is null, or n values (per column).
     * Splits the work on the pool when {@code parallel}; the bits do not depend on the number of threads.
     */
    void gemm(int m, int n, int k, float[] a, int ao, int ars, int acs, float[] b, int bo, int brs, int bcs,
              float[] c, int co, int ldc, boolean accumulate, float[] bias, int biasOffset, Activation act, boolean parallel);

    /** Dense NCHW x and y, weight [co, ci / groups, kh, kw], bias null or [co]; y is overwritten. */
    void conv2d(ConvShape s, float[] x, int xo, float[] w, int wo, float[] bias, int bo, Activation act, float[] y, int yo);

    /** Gradient with respect to the input; dx is overwritten. */
    void conv2dInputGrad(ConvShape s, float[] dy, int dyo, float[] w, int wo, float[] dx, int dxo);

    /** Gradient with respect to the weight and, unless db is null, the bias; dw and db are overwritten. */
    void conv2dWeightGrad(ConvShape s, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo, float[] db, int dbo);

    /** One SGD step: {@code g += wd w; v = mu v + (1 - dampening) g (v = g on the first step); w -= lr (nesterov ? g + mu v : v)}; v null without momentum. */
    void sgd(int n, float[] w, int wo, float[] g, int go, float[] v, int vo, double lr, double mu, double dampening, double wd, boolean nesterov, boolean first);

    /** One Adam(W) step as PyTorch's: decoupled decay when {@code decoupled}; c1, c2 are the bias corrections 1 - beta^t. */
    void adam(int n, float[] w, int wo, float[] g, int go, float[] m, int mo, float[] v, int vo,
              double lr, double beta1, double beta2, double eps, double wd, boolean decoupled, double c1, double c2);

    /**
     * Largest element of each window (padding never wins, NaN always does, the first among equals) and its position in the h * w
     * plane; index may be null. Splits the work on the pool.
     */
    void maxPool2d(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io);

    /** Sends each element of dy to where the maximum was; dx is overwritten. Splits the work on the pool. */
    void maxPool2dGrad(PoolShape s, float[] dy, int dyo, int[] index, int io, float[] dx, int dxo);

    /** Mean of each window; padding counts as zeros when {@code countPadding}, else not at all. Splits the work on the pool. */
    void avgPool2d(PoolShape s, boolean countPadding, float[] x, int xo, float[] y, int yo);

    /** Gradient of {@link #avgPool2d}; dx is overwritten. Splits the work on the pool. */
    void avgPool2dGrad(PoolShape s, boolean countPadding, float[] dy, int dyo, float[] dx, int dxo);

    /** Mean and biased variance of each channel of x [n, c, hw], in two passes. Splits the work on the pool. */
    void channelMoments(int n, int c, int hw, float[] x, int xo, double[] mean, double[] variance);

    /** Per channel the sum of dy and the sum of {@code dy * (x - mean)}. Splits the work on the pool. */
    void channelGradSums(int n, int c, int hw, float[] dy, int dyo, float[] x, int xo, double[] mean, double[] sum, double[] dot);

    /** {@code y = act(x * scale[channel] + shift[channel])} on [n, c, hw]. Splits the work on the pool. */
    void channelAffine(int n, int c, int hw, float[] x, int xo, float[] scale, float[] shift, Activation act, float[] y, int yo);

    /** {@code z = x * p[channel] + y * q[channel] + r[channel]} on [n, c, hw]. Splits the work on the pool. */
    void channelAffine2(int n, int c, int hw, float[] x, int xo, float[] y, int yo, float[] p, float[] q, float[] r, float[] z, int zo);

    /** {@code y = gamma * (x - mean) * rstd + beta} for each of {@code rows} dense rows; mean and rstd of row i go to index i. gamma and beta may be null. */
    void layerNormRows(int rows, int n, double eps, float[] x, int xo, float[] gamma, int go, float[] beta, int bo,
                       float[] y, int yo, float[] mean, int mo, float[] rstd, int ro);

    /**
     * Gradients of {@link #layerNormRows}: dx is overwritten, and {@code dg[j] += sum over rows of dy (x - mean) rstd; db[j] += sum of dy}
     * for gamma and beta: few rows, since these sums are in float. gamma and dx may be null, and dg and db together.
     */
    void layerNormRowsGrad(int rows, int n, float[] dy, int dyo, float[] x, int xo, float[] mean, int mo, float[] rstd, int ro,
                           float[] gamma, int go, float[] dx, int dxo, float[] dg, int dgo, float[] db, int dbo);
}
