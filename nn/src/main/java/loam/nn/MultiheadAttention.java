package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.autograd.ops.AttentionOp;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;

/**
 * Self-attention with several heads (Vaswani et al. 2017). {@code [n, l, width] -> [n, l, width]}. Parameters as PyTorch's:
 * in_proj_weight [3 width, width], in_proj_bias, out_proj.
 */
public final class MultiheadAttention extends Layer {
    private final int heads;
    private final boolean causal;
    private final Parameter inWeight;
    private final Parameter inBias;
    private final Linear out;

    public MultiheadAttention(int width, int heads, Rng rng) {
        this(width, heads, false, rng);
    }

    /** {@code causal}: a token sees those before it and itself only. */
    public MultiheadAttention(int width, int heads, boolean causal, Rng rng) {
        if (heads < 1 || width < heads || width % heads != 0) {
            throw Failure.of("multihead_attention", "the width is not a multiple of the heads").fact("width", width).fact("heads", heads).argument();
        }
        this.heads = heads;
        this.causal = causal;
        Rng own = Init.next(rng);
        inWeight = parameter("in_proj_weight", Init.xavierUniform(Shape.of(3 * width, width), 1, own));
        inBias = parameter("in_proj_bias", Tensor.zeros(Shape.of(3 * width)));
        out = child("out_proj", new Linear(width, width, rng));
        out.bias().update(Tensor.zeros(Shape.of(width)));
    }

    /** Number of heads. */
    public int heads() {
        return heads;
    }

    @Override
    protected Variable compute(Variable x) {
        return attend(x, null);
    }

    /** The same where only some tokens count as keys: {@code keys} BOOL [n, l], null for all. */
    public Variable forward(Operand x, Tensor keys) {
        try (Frame frame = enter()) {
            return attend(Variable.from(x), keys);
        }
    }

    private Variable attend(Variable x, Tensor keys) {
        int width = inWeight.dim(1);
        if (x.rank() != 3 || x.dim(2) != width) {
            throw Failure.of("multihead_attention", "the input is not [n, l, " + width + "]").operand("input", x.shape(), x.rank() - 1).shape();
        }
        Variable packed = Ops.linear(x, inWeight, inBias, Activation.NONE).reshape(x.dim(0), x.dim(1), 3, heads, width / heads);
        return out.forward(new AttentionOp(keys, causal).apply(packed).reshape(x.dim(0), x.dim(1), width));
    }

    @Override
    protected Module fresh() {
        return new MultiheadAttention(inWeight.dim(1), heads, causal, Rng.seed(0));
    }
}
