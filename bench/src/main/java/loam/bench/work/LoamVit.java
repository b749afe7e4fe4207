package loam.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.bench.Problem;
import loam.bench.Vit;
import loam.nn.Layer;
import loam.nn.LayerNorm;
import loam.nn.Linear;
import loam.nn.Module;
import loam.nn.Sequential;
import loam.nn.TransformerEncoderLayer;
import loam.optim.AdamW;
import loam.optim.Optimizer;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** The vision transformer as a user writes it from the library's layers. */
final class LoamVit extends LoamSteps {
    LoamVit(Vit p, Path dir) throws IOException {
        super(new Model(p), dir, new int[] {p.batch(), p.tokens(), p.patch()}, true, weights(p, dir));
    }

    @Override
    Optimizer optimizer(List<Parameter> trained) {
        return new AdamW(trained, Problem.LEARNING_RATE).weightDecay(Vit.WEIGHT_DECAY);
    }

    private static List<Tensor> weights(Vit p, Path dir) throws IOException {
        List<Tensor> weights = new ArrayList<>();
        for (Map.Entry<String, int[]> e : p.parameters().entrySet()) {
            weights.add(LoamOps.read(dir, e.getKey(), e.getValue()));
        }
        return weights;
    }

    /** {@code [N, tokens, patch] -> [N, classes]}. */
    private static final class Model extends Layer {
        private final Vit p;
        private final Linear embed;
        private final Parameter positions;
        private final Sequential blocks;
        private final LayerNorm norm;
        private final Linear head;

        Model(Vit p) {
            this.p = p;
            Rng rng = Rng.seed(0);
            embed = child("embed", new Linear(p.patch(), p.width(), rng));
            positions = parameter("positions", Tensor.zeros(Shape.of(p.tokens(), p.width())));
            Layer[] layers = new Layer[p.layers()];
            for (int i = 0; i < p.layers(); i++) {
                layers[i] = new TransformerEncoderLayer(p.width(), p.heads(), Vit.HIDDEN * p.width(), true, rng);
            }
            blocks = child("blocks", new Sequential(layers));
            norm = child("norm", new LayerNorm(p.width()));
            head = child("head", new Linear(p.width(), Problem.CLASSES, rng));
        }

        @Override
        protected Variable compute(Variable x) {
            Variable h = embed.forward(x).add(positions);
            return head.forward(norm.forward(blocks.forward(h)).mean(1));
        }

        @Override
        protected Module fresh() {
            return new Model(p);
        }
    }
}
