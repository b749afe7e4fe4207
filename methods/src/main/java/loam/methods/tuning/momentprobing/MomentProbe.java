package loam.methods.tuning.momentprobing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.methods.common.AdamWTraining;
import loam.nn.Conv2d;
import loam.nn.LayerNorm;
import loam.nn.Linear;
import loam.nn.Mode;
import loam.nn.Module;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * A head on a frozen network that reads the distribution of its tokens (Gao and others 2023, arXiv:2307.11342): a linear classifier of the
 * pooled vector, and a second branch on the cross-covariance of projected tokens, reduced by two small convolutions. Their scores are averaged.
 * {@code pooled [B, D], tokens [B, L, D] -> [B, classes]}.
 */
public final class MomentProbe extends Module {
    private static final String NAME = "moment probe";
    private static final int CHUNK = 256;

    /** Which heads meet. */
    public enum Crossing {
        /** Neighbours: H-1 pairs. */
        NEAR,
        /** The first head with every other: H-1 pairs. */
        ONE,
        /** Head i with head i + H/2. */
        HALF,
        /** All pairs: H(H-1)/2. */
        ALL_PAIRS,
        /** Each of the first H-1 heads with itself. Not the method: the ablation to auto-covariance. */
        SELF
    }

    /** What is subtracted before the products. */
    public enum Centering {
        /** One number for each sample and head, as in the reference code. */
        SCALAR,
        /** The token mean of each channel: the textbook covariance. */
        PER_CHANNEL
    }

    /** How channels are dealt to heads. */
    public enum HeadLayout {
        /** Blocks of neighbouring channels (the reference's head for transformers). */
        CONTIGUOUS,
        /** Channel c goes to head c mod H (its head for convolutional networks). */
        INTERLEAVED
    }

    /**
     * The size and kind of a probe.
     *
     * @param dim         D, features of a token
     * @param hidden      h, channels after the projection, a multiple of {@code heads}
     * @param heads       H, at least 2
     * @param crossing    which heads meet
     * @param centering   what is subtracted
     * @param layout      how channels are dealt to heads
     * @param classes     scores
     * @param normPooled  whether a layer norm (eps 1e-6) stands before the first-order classifier, as for convolutional networks
     * @param firstOrder  whether the first-order branch is there
     * @param secondOrder whether the second-order branch is there
     */
    public record Config(int dim, int hidden, int heads, Crossing crossing, Centering centering, HeadLayout layout, int classes, boolean normPooled,
                         boolean firstOrder, boolean secondOrder) {
        public Config {
            if (dim < 1 || classes < 2 || !firstOrder && !secondOrder) {
                throw Failure.of(NAME, "needs a feature, two classes and one of the branches").fact("dim", dim).fact("classes", classes).argument();
            }
            if (heads < 2 || hidden < heads || hidden % heads != 0) {
                throw Failure.of(NAME, "there are fewer than two heads, or they do not divide the hidden channels").fact("hidden", hidden).fact("heads", heads).argument();
            }
            if (crossing == Crossing.HALF && heads % 2 != 0) {
                throw Failure.of(NAME, "HALF needs an even number of heads").fact("heads", heads).argument();
            }
            if (hidden / heads < 7) {
                throw Failure.of(NAME, "two convolutions of stride 2 need heads of at least 7 channels").fact("hidden", hidden).fact("heads", heads)
                        .hint("hidden is at least " + 7 * heads).argument();
            }
        }

        /** The reference's: 512 hidden channels, 4 heads, neighbours cross, both branches. */
        public static Config of(int dim, int classes) {
            return new Config(dim, 512, 4, Crossing.NEAR, Centering.SCALAR, HeadLayout.CONTIGUOUS, classes, false, true, true);
        }

        /** The same with other channels and heads. */
        public Config hidden(int channels, int number) {
            return new Config(dim, channels, number, crossing, centering, layout, classes, normPooled, firstOrder, secondOrder);
        }

        /** The same for a network without a class token: a layer norm before the first-order classifier. */
        public Config withNorm() {
            return new Config(dim, hidden, heads, crossing, centering, layout, classes, true, firstOrder, secondOrder);
        }

        /** The same with other pairs. */
        public Config crossing(Crossing pairs) {
            return new Config(dim, hidden, heads, pairs, centering, layout, classes, normPooled, firstOrder, secondOrder);
        }

        /** The same with another kind of centring. */
        public Config centering(Centering kind) {
            return new Config(dim, hidden, heads, crossing, kind, layout, classes, normPooled, firstOrder, secondOrder);
        }

        /** The same with another layout of heads. */
        public Config layout(HeadLayout kind) {
            return new Config(dim, hidden, heads, crossing, centering, kind, classes, normPooled, firstOrder, secondOrder);
        }

        /** The same with some of the branches: the first alone is a linear probe. */
        public Config branches(boolean first, boolean second) {
            return new Config(dim, hidden, heads, crossing, centering, layout, classes, normPooled, first, second);
        }

        /** m, channels of a head. */
        public int width() {
            return hidden / heads;
        }

        /** Number of features that the second-order classifier sees. */
        public int secondOrderDim() {
            int side = reduced(reduced(width()));
            return left().length * side * side;
        }

        private static int reduced(int side) {
            return (side - 3) / 2 + 1;
        }

        int[] left() {
            return pairs(0);
        }

        int[] right() {
            return pairs(1);
        }

        private int[] pairs(int side) {
            List<int[]> pairs = new ArrayList<>();
            for (int i = 0; i < heads; i++) {
                for (int j = i; j < heads; j++) {
                    boolean taken = switch (crossing) {
                        case NEAR -> j == i + 1;
                        case ONE -> i == 0 && j > 0;
                        case HALF -> j == i + heads / 2;
                        case ALL_PAIRS -> j > i;
                        case SELF -> j == i && i < heads - 1;
                    };
                    if (taken) {
                        pairs.add(new int[] {i, j});
                    }
                }
            }
            return pairs.stream().mapToInt(p -> p[side]).toArray();
        }
    }

    private final Config config;
    private final int[] left;
    private final int[] right;
    private LayerNorm pooledNorm;
    private Linear first;
    private Linear projection;
    private LayerNorm headNorm;
    private Conv2d reduce1;
    private Conv2d reduce2;
    private Linear second;

    /** Initial values as PyTorch's. Probes of one generator start with equal first-order branches, whatever else they have. */
    public MomentProbe(Config config, Rng rng) {
        this.config = config;
        left = config.left();
        right = config.right();
        if (config.firstOrder()) {
            pooledNorm = config.normPooled() ? child("norm", new LayerNorm(Shape.of(config.dim()), 1e-6, true)) : null;
            first = child("first", new Linear(config.dim(), config.classes(), rng.split("first")));
        }
        if (config.secondOrder()) {
            Rng own = rng.split("second");
            int pairs = left.length;
            projection = child("projection", new Linear(config.dim(), config.hidden(), own));
            headNorm = child("head_norm", new LayerNorm(config.width()));
            reduce1 = child("reduce1", new Conv2d(pairs, pairs, 3, 2, 0, 1, 1, false, own));
            reduce2 = child("reduce2", new Conv2d(pairs, pairs, 3, 2, 0, 1, 1, false, own));
            second = child("second", new Linear(config.secondOrderDim(), config.classes(), own));
        }
    }

    /** Its size and kind. */
    public Config config() {
        return config;
    }

    /** Scores [B, classes] where all tokens count. */
    public Variable forward(Operand pooled, Operand tokens) {
        return forward(pooled, tokens, null);
    }

    /**
     * Scores [B, classes]: the mean of both branches, or the one there is. {@code mask} BOOL [B, L] tells the tokens that count, null for all.
     *
     * @throws loam.tensor.ShapeException    where pooled is not [B, D], tokens are not [B, L, D] or the mask is not [B, L]
     * @throws loam.tensor.ArgumentException where a sample has fewer than two valid tokens, or a token is no finite number
     */
    public Variable forward(Operand pooled, Operand tokens, Tensor mask) {
        try (Frame frame = enter()) {
            Variable s1 = config.firstOrder() ? firstOrder(Variable.from(pooled)) : null;
            Variable s2 = config.secondOrder() ? secondOrder(crossCovariance(tokens, mask)) : null;
            return s1 == null ? s2 : s2 == null ? s1 : s1.add(s2).mul(0.5);
        }
    }

    private Variable firstOrder(Variable pooled) {
        if (pooled.rank() != 2 || pooled.dim(1) != config.dim()) {
            throw Failure.of(NAME, "the pooled vectors are not [B, " + config.dim() + "]").operand("pooled", pooled.shape()).shape();
        }
        return first.forward(pooledNorm == null ? pooled : pooledNorm.forward(pooled));
    }

    private Variable secondOrder(Variable r) {
        return second.forward(reduce2.forward(reduce1.forward(r).gelu()).flatten(1, -1));
    }

    /**
     * The cross-covariance of the heads with columns of length 1: tokens [B, L, D] to [B, pairs, m, m]. Steps 1 to 5 of the second-order
     * branch: projection, heads, one layer norm for all, centring, products over L, columns.
     */
    public Variable crossCovariance(Operand tokens, Tensor mask) {
        if (!config.secondOrder()) {
            throw Failure.of(NAME, "the probe has no second-order branch").state();
        }
        Variable x = Variable.from(tokens);
        if (x.rank() != 3 || x.dim(2) != config.dim()) {
            throw Failure.of(NAME, "the tokens are not [B, L, " + config.dim() + "]").operand("tokens", x.shape()).shape();
        }
        CrossMoments.check(NAME, mask, x.dim(0), x.dim(1));
        if (mask != null) {
            x = x.where(mask.unsqueeze(2), 0);                                  // whatever stands in padding, even NaN, has no part
        }
        if (!x.value().isFinite().all().toBooleans()[0]) {
            throw Failure.of(NAME, "a token is no finite number").operand("tokens", x.shape()).argument();
        }
        Variable z = headNorm.forward(heads(projection.forward(x)));            // [B, H, L, m]
        z = config.centering() == Centering.SCALAR ? CrossMoments.centredByScalar(z, mask) : CrossMoments.centredByChannel(z, mask);
        return CrossMoments.normalizedColumns(CrossMoments.of(z, left, right, mask));
    }

    /** [B, L, h] to [B, H, L, m]. */
    private Variable heads(Variable z) {
        int m = config.width();
        return config.layout() == HeadLayout.CONTIGUOUS ? z.reshape(z.dim(0), z.dim(1), config.heads(), m).permute(0, 2, 1, 3)
                : z.reshape(z.dim(0), z.dim(1), m, config.heads()).permute(0, 3, 1, 2);
    }

    /** Trains the probe on features with labels 0 .. classes-1; {@code progress} hears the share that is done. Returns this. */
    public MomentProbe fit(TokenFeatures features, int[] labels, AdamWTraining training, Rng order, DoubleConsumer progress) {
        LabelledDataset data = LabelledDataset.of(features.pooled(), labels, config.classes());
        training.fit(this, data, b -> {
            Tensor mask = features.mask() == null ? null : features.mask().indexSelect(0, b.indices());
            return forward(b.x(), config.secondOrder() ? features.tokens().indexSelect(0, b.indices()) : features.tokens(), mask);
        }, order, progress);
        return this;
    }

    /** Scores [N, classes] in evaluation mode and without history. */
    public Tensor scores(TokenFeatures features) {
        List<Tensor> parts = new ArrayList<>();
        try (Mode mode = eval()) {
            for (int i = 0; i < features.size(); i += CHUNK) {
                TokenFeatures part = features.rows(IntStream.range(i, Math.min(i + CHUNK, features.size())).toArray());
                parts.add(Grad.noGrad(() -> forward(part.pooled(), part.tokens(), part.mask()).value()));
            }
        }
        return Tensor.cat(0, parts.toArray(Tensor[]::new));
    }

    /** The class with the highest score for each sample. */
    public int[] predict(TokenFeatures features) {
        return scores(features).argmax(1).toInts();
    }

    @Override
    protected Module fresh() {
        return new MomentProbe(config, Rng.seed(0));
    }
}
