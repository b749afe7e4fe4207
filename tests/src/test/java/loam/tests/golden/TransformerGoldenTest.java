package loam.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.nn.Conv2d;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MultiheadAttention;
import loam.nn.TransformerEncoderLayer;
import loam.nn.VisionTransformer;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.io.Npz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Attention and Transformer blocks against PyTorch's modules of the same state dict, forward and backward, with masked keys. Would catch
 * heads in another order, a state dict under other names, norms on the wrong side, the tanh form of GELU, patches in another order.
 */
@Tag("fast")
class TransformerGoldenTest {
    private static final Map<String, Tensor> GOLDEN = read();

    private static Map<String, Tensor> read() {
        try (InputStream in = TransformerGoldenTest.class.getResourceAsStream("/golden/transformers.npz")) {
            return Npz.read(in, "transformers.npz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Masked {
        Variable forward(Variable x, Tensor keys);
    }

    private static void check(String name, Layer layer, Masked forward) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        GOLDEN.forEach((k, v) -> {
            if (k.startsWith(name + "/state/")) {
                state.put(k.substring(name.length() + 7), v);
            }
        });
        layer.to(DType.F64);
        layer.load(state);
        Variable x = Variable.of(GOLDEN.get(name + "/x")).requiresGrad();
        Variable y = forward.forward(x, GOLDEN.get(name + "/keys"));
        close(name, GOLDEN.get(name + "/y"), y.value());
        Grad.backward(y, GOLDEN.get(name + "/dy"));
        close(name + " input", GOLDEN.get(name + "/dx"), x.grad());
        Map<String, Parameter> parameters = layer.namedParameters();
        assertEquals(state.keySet(), parameters.keySet());
        parameters.forEach((key, p) -> close(name + " " + key, GOLDEN.get(name + "/grad/" + key), p.grad()));
    }

    private static void close(String what, Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape(), what);
        double largest = expected.sub(actual).abs().max().item();
        assertTrue(largest <= 1e-9 * Math.max(1, expected.abs().max().item()), what + " differs by " + largest);
    }

    @Test
    void modulesAgreeWithPytorch() {
        MultiheadAttention attention = new MultiheadAttention(12, 3, Rng.seed(0));
        check("attention", attention, attention::forward);
        TransformerEncoderLayer first = new TransformerEncoderLayer(12, 3, 20, true, Rng.seed(0));
        check("norm_first", first, first::forward);
        TransformerEncoderLayer last = new TransformerEncoderLayer(12, 3, 20, false, Rng.seed(0));
        check("norm_last", last, last::forward);
    }

    @Test
    void withoutAMaskForwardIsTheSame() {
        TransformerEncoderLayer block = new TransformerEncoderLayer(12, 3, Rng.seed(1));
        Tensor x = Tensor.randn(Shape.of(2, 5, 12), Rng.seed(2));
        close("block", block.forward(x, null).value(), block.forward(x).value());
        Variable h = block.attended(Variable.of(x), null);
        close("halves", block.forward(x).value(), h.add(block.feedForward(h)).value());
    }

    /** Put together by hand from its parts: patch (i, j) is token 1 + i * columns + j, the class token stands first. */
    @Test
    void aVisionTransformerIsItsParts() {
        VisionTransformer vit = new VisionTransformer(new VisionTransformer.Config(1, 6, 3, 8, 2, 2, 16, 4), Rng.seed(3));
        Tensor x = Tensor.randn(Shape.of(2, 1, 6, 6), Rng.seed(4));
        Conv2d patches = (Conv2d) vit.module("conv_proj");
        Tensor w = patches.weight().value().reshape(8, 9);
        Tensor b = patches.bias().value();
        Tensor[] tokens = new Tensor[5];
        Tensor positions = vit.stateDict().get("pos_embedding");
        tokens[0] = positions.narrow(1, 0, 1).add(vit.stateDict().get("class_token")).add(Tensor.zeros(Shape.of(2, 1, 8)));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                Tensor patch = x.narrow(2, 3 * i, 3).narrow(3, 3 * j, 3).reshape(2, 9);
                int t = 1 + 2 * i + j;
                tokens[t] = patch.matmul(w.transpose(0, 1)).add(b).reshape(2, 1, 8).add(positions.narrow(1, t, 1));
            }
        }
        Tensor h = Tensor.cat(1, tokens);
        for (TransformerEncoderLayer block : vit.blocks()) {
            h = block.forward(h).value();
        }
        Tensor normed = vit.norm().forward(h).value();
        Tensor difference = normed.sub(vit.tokens(x).value()).abs().max();
        assertTrue(difference.item() < 1e-5, "tokens differ by " + difference);
        Tensor scores = ((Linear) vit.module("head")).forward(normed.select(1, 0)).value();
        assertTrue(scores.sub(vit.forward(x).value()).abs().max().item() < 1e-5);
        VisionTransformer copy = (VisionTransformer) vit.copy();
        assertEquals(vit.stateDict().keySet(), copy.stateDict().keySet());
        assertThrows(ShapeException.class, () -> vit.forward(Tensor.zeros(Shape.of(2, 1, 5, 6))));
    }
}
