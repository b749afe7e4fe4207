package loam.methods.tuning.momentprobing;

import loam.autograd.Variable;
import loam.nn.Layer;
import loam.nn.Module;
import loam.nn.TransformerEncoderLayer;
import loam.tensor.Failure;
import loam.tensor.Rng;

/**
 * A Transformer block with a {@link Psrp} around its second half: {@code h + b + (1 + g) feedForward(h)}. {@code [n, l, width] -> [n, l, width]}.
 * The block is used, not copied; it is frozen, and is no child: the parameters of this layer are those of the recalibration alone.
 */
public final class PsrpBlock extends Layer {
    private final TransformerEncoderLayer block;
    private final Psrp psrp;
    private final int bottleneck;

    /** Around {@code block}, which is frozen from now on. */
    public PsrpBlock(TransformerEncoderLayer block, int bottleneck, Rng rng) {
        if (!block.normFirst()) {
            throw Failure.of("psrp", "the block's norms stand behind its sums").hint("blocks with norms first, as in Vision Transformers").argument();
        }
        block.freeze("*");
        this.block = block;
        this.bottleneck = bottleneck;
        psrp = child("psrp", new Psrp(block.width(), bottleneck, rng));
    }

    /** The recalibration. */
    public Psrp psrp() {
        return psrp;
    }

    @Override
    protected Variable compute(Variable x) {
        Variable h = block.attended(x, null);
        Psrp.Recalibration r = psrp.forward(h);
        return h.add(r.shift()).add(r.scale().add(1).mul(block.feedForward(h)));
    }

    /** A copy shares the frozen block. */
    @Override
    protected Module fresh() {
        return new PsrpBlock(block, bottleneck, Rng.seed(0));
    }
}
