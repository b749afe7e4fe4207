package loam.tests.methods.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.methods.common.AdamWTraining;
import loam.methods.tuning.momentprobing.MomentProbe;
import loam.methods.tuning.momentprobing.MomentProbePlus;
import loam.methods.tuning.momentprobing.Psrp;
import loam.methods.tuning.momentprobing.PsrpBlock;
import loam.methods.tuning.momentprobing.TokenFeatures;
import loam.nn.TransformerEncoderLayer;
import loam.nn.VisionTransformer;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: scale without its 1, a shift inside the product, a copied block, a trained or renamed frozen network. */
@Tag("fast")
class PsrpTest {
    private static void zero(Psrp psrp, String name) {
        Parameter p = psrp.namedParameters().get(name);
        p.update(Tensor.zeros(p.shape()));
    }

    /** 8, first half. */
    @Test
    void withoutScaleAndShiftItIsTheBlock() {
        TransformerEncoderLayer block = new TransformerEncoderLayer(12, 3, Rng.seed(0));
        PsrpBlock wrapped = new PsrpBlock(block, 2, Rng.seed(1));
        assertEquals(3 * 12 * 2, wrapped.parameterCount(), "the block's parameters are not among them");
        assertEquals(442_368 / 12, new Psrp(768, 16, Rng.seed(0)).parameterCount());
        Tensor x = Tensor.randn(Shape.of(2, 5, 12), Rng.seed(2));
        assertFalse(wrapped.predict(x).sub(block.predict(x)).abs().max().item() == 0, "it starts with a small change");
        zero(wrapped.psrp(), "scale.weight");
        zero(wrapped.psrp(), "shift.weight");
        assertArrayEquals(block.predict(x).toFloats(), wrapped.predict(x).toFloats());
    }

    @Test
    void theBlockIsItsFormula() {
        TransformerEncoderLayer block = new TransformerEncoderLayer(12, 3, Rng.seed(3));
        PsrpBlock wrapped = new PsrpBlock(block, 4, Rng.seed(4));
        wrapped.namedParameters().values().forEach(p -> p.update(p.value().mul(30)));
        Tensor x = Tensor.randn(Shape.of(2, 5, 12), Rng.seed(5));
        Map<String, Parameter> p = wrapped.psrp().namedParameters();
        Tensor h = block.attended(Variable.of(x), null).value();
        Tensor u = h.matmul(p.get("down.weight").value().t()).maximum(0);
        Tensor g = u.matmul(p.get("scale.weight").value().t());
        Tensor b = u.matmul(p.get("shift.weight").value().t());
        Tensor expected = h.add(b).add(g.add(1).mul(block.feedForward(Variable.of(h)).value()));
        assertTrue(expected.sub(wrapped.predict(x)).abs().max().item() < 1e-4);
        assertTrue(g.abs().max().item() > 0.1, "the scale is felt");
    }

    /** 8, second half. */
    @Test
    void trainingLeavesTheNetworkAsItIs() {
        VisionTransformer vit = new VisionTransformer(new VisionTransformer.Config(1, 8, 4, 12, 2, 3, 24, 5), Rng.seed(6));
        LabelledDataset data = LabelledDataset.of(Tensor.randn(Shape.of(8, 1, 8, 8), Rng.seed(7)), new int[] {0, 1, 2, 0, 1, 2, 0, 1}, 3);
        Map<String, Tensor> before = vit.stateDict();
        MomentProbe.Config config = MomentProbe.Config.of(12, 3).hidden(28, 4);
        TokenFeatures features = TokenFeatures.of(vit, data.x());
        assertEquals(Shape.of(8, 4, 12), features.tokens().shape());
        MomentProbePlus plus = new MomentProbePlus(vit, 2, new MomentProbe(config, Rng.seed(8)), Rng.seed(9));
        assertEquals(2 * 3 * 12 * 2, plus.recalibrationCount());
        assertEquals(plus.recalibrationCount() + new MomentProbe(config, Rng.seed(8)).parameterCount(), plus.parameterCount());
        Map<String, Tensor> own = plus.stateDict();
        new AdamWTraining(1e-2, 0.05, 4, 2).fit(plus, data, Rng.seed(10), done -> { });
        vit.stateDict().forEach((name, value) -> assertArrayEquals(before.get(name).toFloats(), value.toFloats(), name));
        plus.stateDict().forEach((name, value) -> assertTrue(own.get(name).sub(value).abs().max().item() > 0, name + " did not move"));
        assertEquals(Shape.of(8, 3), ((MomentProbePlus) plus.copy()).predict(data.x()).shape());
    }

    /** Zero recalibration: the whole is the probe on the plain network's tokens. */
    @Test
    void withoutRecalibrationItIsTheProbe() {
        VisionTransformer vit = new VisionTransformer(new VisionTransformer.Config(1, 8, 4, 12, 2, 3, 24, 5), Rng.seed(11));
        Tensor x = Tensor.randn(Shape.of(3, 1, 8, 8), Rng.seed(12));
        MomentProbe probe = new MomentProbe(MomentProbe.Config.of(12, 3).hidden(28, 4), Rng.seed(13));
        MomentProbePlus plus = new MomentProbePlus(vit, 2, probe, Rng.seed(14));
        plus.namedParameters().forEach((name, p) -> {
            if (name.startsWith("block")) {
                p.update(Tensor.zeros(p.shape()));
            }
        });
        assertTrue(probe.scores(TokenFeatures.of(vit, x)).sub(plus.predict(x)).abs().max().item() < 1e-4);
    }

    @Test
    void mistakesAreNamed() {
        assertThrows(ArgumentException.class, () -> new PsrpBlock(new TransformerEncoderLayer(12, 3, 24, false, Rng.seed(0)), 2, Rng.seed(0)));
        assertThrows(ArgumentException.class, () -> new Psrp(12, 0, Rng.seed(0)));
        assertThrows(ShapeException.class, () -> new Psrp(12, 2, Rng.seed(0)).forward(Tensor.zeros(Shape.of(2, 11))));
    }
}
