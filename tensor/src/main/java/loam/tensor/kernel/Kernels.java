package loam.tensor.kernel;

import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.internal.reference.ReferenceAttention;
import loam.tensor.internal.reference.ReferenceNorms;

/**
 * The primitives that a backend implements. Inputs are strided views; the output is given, dense and row-major, and every element
 * of it is written. Types: unless said otherwise all operands have the output's type, one of F32, F64, I32, I64, U8 and BOOL.
 * Shapes and types were checked by the caller. Nothing here is asked for history.
 */
public interface Kernels {
    /** "reference", "scalar", "simd", ... */
    String name();

    /** Floats in a vector register, 1 without. */
    int lanes();

    /** {@code out = kind(x)}. */
    void unary(UnaryKind kind, Tensor x, Tensor out, double p, double q);

    /** {@code out = kind(a, b)}; both have out's shape (expanded views have stride 0). */
    void binary(BinaryKind kind, Tensor a, Tensor b, Tensor out);

    /** BOOL {@code out = a kind b}; a and b of one type. */
    void compare(CompareKind kind, Tensor a, Tensor b, Tensor out);

    /** {@code out = c ? a : b}; c BOOL. */
    void select(Tensor c, Tensor a, Tensor b, Tensor out);

    /** {@code out = x}, converting the type: towards zero for integers, saturating; BOOL is "not 0". */
    void copy(Tensor x, Tensor out);

    /** {@code out[.., start : start + x.dim(axis), ..] = x}, converting the type; the rest of out stays. */
    default void copyInto(Tensor x, Tensor out, int axis, int start) {
        Tensor window = out.narrow(axis, start, x.dim(axis));
        if (window.isDense()) {
            copy(x, window);
            return;
        }
        int lead = 1;
        for (int i = 0; i < axis; i++) {
            lead *= x.dim(i);
        }
        Tensor from = x.reshape(lead, -1);
        Tensor to = window.reshape(lead, -1);
        for (int i = 0; i < lead; i++) {
            copy(from.select(0, i), to.select(0, i));
        }
    }

    /** Every element becomes {@code value}. */
    void fill(Tensor out, double value);

    /** Reduction over ascending {@code axes}; out has the other axes. ARGMAX, ARGMIN: out I64; ANY, ALL: out BOOL. */
    void reduce(ReduceKind kind, Tensor x, int[] axes, Tensor out);

    /** Running sum (or product) along an axis. */
    void cumulate(boolean product, Tensor x, int axis, Tensor out);

    /** Softmax (or its logarithm) along the last axis. */
    void softmax(boolean log, Tensor x, Tensor out);

    /** Input gradient of softmax along the last axis: {@code y (dy - sum(dy y))}. */
    void softmaxGrad(Tensor dy, Tensor y, Tensor out);

    /** {@code out[..., m, n] = act(a[..., m, k] b[..., k, n] + bias[n])}; leading axes equal (expanded); bias may be null. F32, F64 or integer. */
    void matmul(Tensor a, Tensor b, Tensor bias, Activation act, Tensor out);

    /** {@code out[.., i, ..] = x[.., index[i], ..]}; index I64 [n], already checked. */
    void indexSelect(Tensor x, int axis, Tensor index, Tensor out);

    /** {@code out[i][j] = x[index[i][j]][j]} for axis 0; index I64 of out's shape, already checked. */
    void gather(Tensor x, int axis, Tensor index, Tensor out);

    /** {@code out[index[i][j]][j] += src[i][j]} for axis 0, in the order of src; out holds the start values. */
    void scatterAdd(Tensor out, int axis, Tensor index, Tensor src);

    /** Stable sort along the last axis, NaN last in ascending order; indices I64. */
    void sort(Tensor x, boolean descending, Tensor values, Tensor indices);

    /** The first k of {@link #sort}, k the outputs' last extent. */
    default void topk(Tensor x, boolean descending, Tensor values, Tensor indices) {
        Tensor v = Tensor.empty(x.dtype(), x.shape());
        Tensor i = Tensor.empty(DType.I64, x.shape());
        sort(x, descending, v, i);
        copy(v.narrow(-1, 0, values.dim(-1)), values);
        copy(i.narrow(-1, 0, values.dim(-1)), indices);
    }

    /** Convolution, x [n, ci, h, w], w [co, ci/groups, kh, kw], bias [co] or null. */
    void conv2d(ConvShape s, Tensor x, Tensor w, Tensor bias, Activation act, Tensor out);

    /** Gradient for the input. */
    void conv2dInputGrad(ConvShape s, Tensor dy, Tensor w, Tensor dx);

    /** Gradient for the weight and, unless db is null, for the bias: the sums of dy over images and positions. */
    void conv2dWeightGrad(ConvShape s, Tensor x, Tensor dy, Tensor dw, Tensor db);

    /** Maximum over windows; index I32 of the winner (the first of equals, NaN wins) within its plane, or null when nobody asks. */
    void maxPool2d(PoolShape s, Tensor x, Tensor out, Tensor index);

    /** Adds dy to the winners; dx is overwritten. */
    void maxPool2dGrad(PoolShape s, Tensor dy, Tensor index, Tensor dx);

    /** Mean over windows; padding counts as zeros when {@code countPadding}, else not at all. */
    void avgPool2d(PoolShape s, boolean countPadding, Tensor x, Tensor out);

    /** Gradient of {@link #avgPool2d}; dx is overwritten. */
    void avgPool2dGrad(PoolShape s, boolean countPadding, Tensor dy, Tensor dx);

    /** Mean and biased variance (F64 [c]) of each channel of x [n, c, ...]. */
    default void channelMoments(Tensor x, Tensor mean, Tensor variance) {
        ReferenceNorms.channelMoments(x, mean, variance);
    }

    /** Per channel the sum of dy and of {@code dy * (x - mean)}; mean, sum and dot F64 [c]. */
    default void channelGradSums(Tensor dy, Tensor x, Tensor mean, Tensor sum, Tensor dot) {
        ReferenceNorms.channelGradSums(dy, x, mean, sum, dot);
    }

    /** {@code out = act(x * scale[channel] + shift[channel])} on [n, c, ...]; scale and shift F64 [c]. */
    default void channelAffine(Tensor x, Tensor scale, Tensor shift, Activation act, Tensor out) {
        ReferenceNorms.channelAffine(x, scale, shift, act, out);
    }

    /** {@code out = x * p[channel] + y * q[channel] + r[channel]} on [n, c, ...]; p, q and r F64 [c]. */
    default void channelAffine2(Tensor x, Tensor y, Tensor p, Tensor q, Tensor r, Tensor out) {
        ReferenceNorms.channelAffine2(x, y, p, q, r, out);
    }

    /** {@code out = gamma * (x - mean) * rstd + beta} for each of the rows that mean and rstd count; gamma and beta may be null. */
    default void layerNorm(Tensor x, double eps, Tensor gamma, Tensor beta, Tensor out, Tensor mean, Tensor rstd) {
        ReferenceNorms.layerNorm(x, eps, gamma, beta, out, mean, rstd);
    }

    /** Gradients of {@link #layerNorm} for x, gamma and beta. gamma and dx may be null, and dgamma and dbeta together: not wanted. */
    default void layerNormGrad(Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor gamma, Tensor dx, Tensor dgamma, Tensor dbeta) {
        ReferenceNorms.layerNormGrad(dy, x, mean, rstd, gamma, dx, dgamma, dbeta);
    }

    /**
     * Attention: row i of each head is the sum of v weighted by {@code softmax_j(scale q_i.k_j)}. q [b, lq, h, d], k [b, lk, h, d],
     * v [b, lk, h, dv]; keys BOOL [b, lk], or null, says which keys count; {@code causal}: none behind i. out [b, lq, h, dv]; logSum
     * [b, h, lq] gets the logarithm of each row's sum of exponentials. Every row has a key that counts.
     */
    default void attention(Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor out, Tensor logSum) {
        ReferenceAttention.forward(q, k, v, keys, causal, scale, out, logSum);
    }

    /** Gradients of {@link #attention}, given its outputs y and logSum; dq, dk and dv are views with a dense last axis. */
    default void attentionGrad(Tensor dy, Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor y, Tensor logSum,
                               Tensor dq, Tensor dk, Tensor dv) {
        ReferenceAttention.backward(dy, q, k, v, keys, causal, scale, y, logSum, dq, dk, dv);
    }

    /** SGD step, see {@link Step}; the parameter and its state are changed in place. */
    void sgd(Tensor w, Tensor g, Tensor v, Step.Sgd step);

    /** Adam or AdamW step, in place. */
    void adam(Tensor w, Tensor g, Tensor m, Tensor v, Step.Adam step);
}
