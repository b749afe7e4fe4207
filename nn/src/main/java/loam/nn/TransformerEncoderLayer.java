package loam.nn;

import loam.autograd.Variable;
import loam.tensor.Operand;
import loam.tensor.Rng;
import loam.tensor.Tensor;

/**
 * A Transformer block: self-attention, then two linear layers with GELU between, each with a layer norm and a shortcut.
 * {@code [n, l, width] -> [n, l, width]}. With {@code normFirst} (as in Vision Transformers) the norms stand before the parts:
 * {@code h = x + attention(norm1(x)); y = h + linear2(gelu(linear1(norm2(h))))}; else behind the sums. Names as PyTorch's.
 */
public final class TransformerEncoderLayer extends Layer {
    private final MultiheadAttention attention;
    private final Linear linear1;
    private final Linear linear2;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final boolean normFirst;
    private final int width;

    /** Norms first, {@code 4 width} hidden units. */
    public TransformerEncoderLayer(int width, int heads, Rng rng) {
        this(width, heads, 4 * width, true, rng);
    }

    public TransformerEncoderLayer(int width, int heads, int hidden, boolean normFirst, Rng rng) {
        this.width = width;
        this.normFirst = normFirst;
        attention = child("self_attn", new MultiheadAttention(width, heads, rng));
        linear1 = child("linear1", new Linear(width, hidden, rng));
        linear2 = child("linear2", new Linear(hidden, width, rng));
        norm1 = child("norm1", new LayerNorm(width));
        norm2 = child("norm2", new LayerNorm(width));
    }

    @Override
    protected Variable compute(Variable x) {
        return block(x, null);
    }

    /** The same where only some tokens count as keys: {@code keys} BOOL [n, l], null for all. */
    public Variable forward(Operand x, Tensor keys) {
        try (Frame frame = enter()) {
            return block(Variable.from(x), keys);
        }
    }

    private Variable block(Variable x, Tensor keys) {
        Variable h = attended(x, keys);
        Variable y = h.add(feedForward(h));
        return normFirst ? y : norm2.forward(y);
    }

    /** The first half, with its shortcut: for methods that change what follows. */
    public Variable attended(Variable x, Tensor keys) {
        return normFirst ? x.add(attention.forward(norm1.forward(x), keys)) : norm1.forward(x.add(attention.forward(x, keys)));
    }

    /** The second half without its shortcut (and, with {@code normFirst}, with its norm). */
    public Variable feedForward(Variable h) {
        return linear2.forward(linear1.forward(normFirst ? norm2.forward(h) : h).gelu());
    }

    /** Whether the norms stand before the parts. */
    public boolean normFirst() {
        return normFirst;
    }

    /** Features of a token. */
    public int width() {
        return width;
    }

    @Override
    protected Module fresh() {
        return new TransformerEncoderLayer(width, attention.heads(), linear1.weight().dim(0), normFirst, Rng.seed(0));
    }
}
