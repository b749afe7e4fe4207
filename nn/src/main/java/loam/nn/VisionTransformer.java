package loam.nn;

import java.util.ArrayList;
import java.util.List;
import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * A Vision Transformer (Dosovitskiy et al. 2021): patches of an image become tokens, a class token is put before them, blocks with norms
 * first follow, a linear head reads the class token. {@code [n, channels, side, side] -> [n, classes]}.
 */
public final class VisionTransformer extends Layer {
    private final Config config;
    private final Conv2d patches;
    private final Parameter classToken;
    private final Parameter positions;
    private final List<TransformerEncoderLayer> blocks = new ArrayList<>();
    private final LayerNorm norm;
    private final Linear head;

    /**
     * Its size.
     *
     * @param channels of the images
     * @param side     of the images, a multiple of {@code patch}
     * @param patch    side of a patch
     * @param width    features of a token, a multiple of {@code heads}
     * @param depth    number of blocks
     * @param heads    of each block
     * @param hidden   units between the linear layers of a block
     * @param classes  scores
     */
    public record Config(int channels, int side, int patch, int width, int depth, int heads, int hidden, int classes) {
        public Config {
            if (patch < 1 || side < patch || side % patch != 0 || depth < 1) {
                throw Failure.of("vision transformer", "the side is not a multiple of the patch, or there is no block").fact("side", side).fact("patch", patch)
                        .fact("depth", depth).argument();
            }
        }

        /** Number of patches. */
        public int tokens() {
            return side / patch * (side / patch);
        }
    }

    public VisionTransformer(Config config, Rng rng) {
        this.config = config;
        Rng own = Init.next(rng);
        patches = child("conv_proj", new Conv2d(config.channels(), config.width(), config.patch(), config.patch(), 0, 1, 1, true, rng));
        classToken = parameter("class_token", Tensor.zeros(Shape.of(1, 1, config.width())));
        positions = parameter("pos_embedding", Init.truncatedNormal(Shape.of(1, config.tokens() + 1, config.width()), 0, 0.02, own));
        for (int i = 0; i < config.depth(); i++) {
            blocks.add(child("block" + i, new TransformerEncoderLayer(config.width(), config.heads(), config.hidden(), true, rng)));
        }
        norm = child("norm", new LayerNorm(config.width()));
        head = child("head", new Linear(config.width(), config.classes(), rng));
    }

    /** Its size. */
    public Config config() {
        return config;
    }

    /** The blocks, in order. */
    public List<TransformerEncoderLayer> blocks() {
        return List.copyOf(blocks);
    }

    @Override
    protected Variable compute(Variable x) {
        return head.forward(encode(x).select(1, 0));
    }

    /** The tokens behind the last norm, class token first: [n, 1 + tokens, width]. */
    public Variable tokens(Operand images) {
        try (Frame frame = enter()) {
            return encode(Variable.from(images));
        }
    }

    private Variable encode(Variable x) {
        Variable t = embedded(x);
        for (TransformerEncoderLayer block : blocks) {
            t = block.forward(t);
        }
        return norm.forward(t);
    }

    /** The tokens before the first block: [n, 1 + tokens, width]. */
    public Variable embedded(Variable x) {
        if (x.rank() != 4 || x.dim(1) != config.channels() || x.dim(2) != config.side() || x.dim(3) != config.side()) {
            throw Failure.of("vision transformer", "the images are not [n, " + config.channels() + ", " + config.side() + ", " + config.side() + "]")
                    .operand("images", x.shape()).shape();
        }
        Variable p = patches.forward(x).reshape(x.dim(0), config.width(), config.tokens()).transpose(1, 2);
        return Ops.cat(1, Ops.expand(classToken, Shape.of(x.dim(0), 1, config.width())), p).add(positions);
    }

    /** The norm behind the last block. */
    public LayerNorm norm() {
        return norm;
    }

    @Override
    protected Module fresh() {
        return new VisionTransformer(config, Rng.seed(0));
    }
}
