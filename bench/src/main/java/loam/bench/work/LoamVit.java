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
import loam.nn.Gelu;
import loam.nn.Layer;
import loam.nn.LayerNorm;
import loam.nn.Linear;
import loam.nn.Module;
import loam.nn.Residual;
import loam.nn.Sequential;
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
            Layer[] layers = new Layer[2 * p.layers()];
            for (int i = 0; i < p.layers(); i++) {
                layers[2 * i] = new Residual(new Sequential(new LayerNorm(p.width()), new Attention(p, rng)));
                layers[2 * i + 1] = new Residual(new Sequential(new LayerNorm(p.width()), new Linear(p.width(), Vit.HIDDEN * p.width(), rng),
                        new Gelu(), new Linear(Vit.HIDDEN * p.width(), p.width(), rng)));
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

    /** Multi-head attention with one product for query, key and value. {@code [N, tokens, width] -> [N, tokens, width]}. */
    private static final class Attention extends Layer {
        private final Vit p;
        private final Linear qkv;
        private final Linear out;

        Attention(Vit p, Rng rng) {
            this.p = p;
            qkv = child("qkv", new Linear(p.width(), 3 * p.width(), rng));
            out = child("out", new Linear(p.width(), p.width(), rng));
        }

        @Override
        protected Variable compute(Variable x) {
            int n = x.dim(0);
            Variable parts = qkv.forward(x).reshape(n, p.tokens(), 3, p.heads(), p.headWidth()).permute(2, 0, 3, 1, 4);
            Variable q = parts.select(0, 0);
            Variable k = parts.select(0, 1);
            Variable v = parts.select(0, 2);
            Variable weights = q.matmul(k.transpose(-2, -1)).mul(1 / Math.sqrt(p.headWidth())).softmax(-1);
            return out.forward(weights.matmul(v).permute(0, 2, 1, 3).reshape(n, p.tokens(), p.width()));
        }

        @Override
        protected Module fresh() {
            return new Attention(p, Rng.seed(0));
        }
    }
}
