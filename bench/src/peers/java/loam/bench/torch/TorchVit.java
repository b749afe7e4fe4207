package loam.bench.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import loam.bench.Problem;
import loam.bench.Vit;

/** The vision transformer in libtorch, with its own attention kernel and its fused AdamW. */
final class TorchVit extends TorchSteps {
    private final Vit p;
    private final Script script;

    TorchVit(Vit p, Path dir, TorchContext context) throws IOException {
        super(context.scoped(), dir, p.parameters(), new int[] {p.batch(), p.tokens(), p.patch()}, true);
        this.p = p;
        this.script = context.script();
    }

    @Override
    void optimize(Script script, NDArray[] w, NDArray[] gradients, NDArray[] m, NDArray[] v, NDArray[] t) {
        script.adamw(w, gradients, m, v, t, Problem.LEARNING_RATE, Vit.WEIGHT_DECAY);
    }

    /** The weights come in the order of {@link Vit#parameters}. */
    @Override
    NDArray scores(NDArray x, NDArray[] w) {
        int at = 1;
        NDArray h = linear(x, w, at).add(w[0]);
        at += 2;
        for (int i = 0; i < p.layers(); i++) {
            NDArray a = attention(norm(h, w, at + 8), w, at);
            h = h.add(linear(a, w, at + 2));
            NDArray hidden = linear(norm(h, w, at + 10), w, at + 4).getNDArrayInternal().gelu();
            h = h.add(linear(hidden, w, at + 6));
            at += 12;
        }
        return linear(norm(h, w, at).mean(new int[] {1}), w, at + 2);
    }

    private NDArray attention(NDArray x, NDArray[] w, int at) {
        long tokens = p.tokens();
        NDArray parts = linear(x, w, at).reshape(p.batch(), tokens, 3, p.heads(), p.headWidth()).transpose(2, 0, 3, 1, 4);
        NDArray y = script.attention(parts.get(0), parts.get(1), parts.get(2));
        return y.transpose(0, 2, 1, 3).reshape(p.batch(), tokens, p.width());
    }

    private static NDArray linear(NDArray x, NDArray[] w, int at) {
        return x.getNDArrayInternal().linear(x, w[at], w[at + 1]).head();
    }

    private NDArray norm(NDArray x, NDArray[] w, int at) {
        return x.getNDArrayInternal().layerNorm(x, new Shape(p.width()), w[at], w[at + 1], (float) Problem.LayerNorm.EPS).head();
    }
}
