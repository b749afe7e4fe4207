package loam.methods.tuning.momentprobing;

import loam.autograd.Grad;
import loam.methods.common.Rows;
import loam.nn.Layer;
import loam.nn.Mode;
import loam.nn.VisionTransformer;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/**
 * What a frozen network makes of N samples: one vector each, and its tokens.
 *
 * @param pooled [N, D], the class token or a mean
 * @param tokens [N, L, D], such as patches or positions of the last map
 * @param mask   BOOL [N, L], true for the tokens that count; null when all do
 */
public record TokenFeatures(Tensor pooled, Tensor tokens, Tensor mask) {
    private static final int CHUNK = 256;

    public TokenFeatures {
        if (tokens.rank() != 3 || pooled.rank() != 2 || pooled.dim(0) != tokens.dim(0) || pooled.dim(1) != tokens.dim(2)) {
            throw Failure.of("token features", "needs pooled [N, D] and tokens [N, L, D]").operand("pooled", pooled.shape()).operand("tokens", tokens.shape()).shape();
        }
        CrossMoments.check("token features", mask, tokens.dim(0), tokens.dim(1));
        Tensor valid = mask == null ? tokens : tokens.where(mask.unsqueeze(2), 0);
        if (!valid.isFinite().all().toBooleans()[0] || !pooled.isFinite().all().toBooleans()[0]) {
            throw Failure.of("token features", "a feature is no finite number").operand("tokens", tokens.shape()).hint("does the network train well?").argument();
        }
    }

    /** All tokens count. */
    public TokenFeatures(Tensor pooled, Tensor tokens) {
        this(pooled, tokens, null);
    }

    /** Pooled is the mean of the tokens that count. */
    public static TokenFeatures ofMean(Tensor tokens, Tensor mask) {
        if (mask == null) {
            return new TokenFeatures(tokens.mean(1), tokens, null);
        }
        Tensor counts = mask.to(DType.F32).sum(true, 1).maximum(1);
        return new TokenFeatures(tokens.where(mask.unsqueeze(2), 0).sum(1).div(counts), tokens, mask);
    }

    /** The positions of the last map [N, C, H, W] of a convolutional network as tokens, pooled by their mean. The network is frozen from now on. */
    public static TokenFeatures ofMap(Layer network, Tensor images) {
        network.freeze("*");
        return ofMean(Rows.inParts(images, CHUNK, part -> {
            Tensor map = network.predict(part);
            return map.reshape(map.dim(0), map.dim(1), -1).transpose(1, 2).contiguous();
        }), null);
    }

    /** The tokens of a Vision Transformer behind its last norm, pooled by the class token. The network is frozen from now on. */
    public static TokenFeatures of(VisionTransformer network, Tensor images) {
        network.freeze("*");
        try (Mode mode = network.eval()) {
            Tensor all = Rows.inParts(images, CHUNK, part -> Grad.noGrad(() -> network.tokens(part).value()));
            return new TokenFeatures(all.select(1, 0).contiguous(), all.narrow(1, 1, all.dim(1) - 1).contiguous());
        }
    }

    /** Number of samples. */
    public int size() {
        return tokens.dim(0);
    }

    /** The samples at these places. */
    public TokenFeatures rows(int... at) {
        return new TokenFeatures(pooled.indexSelect(0, at), tokens.indexSelect(0, at), mask == null ? null : mask.indexSelect(0, at));
    }
}
