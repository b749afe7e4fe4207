package loam.tests.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import loam.nn.Conv2d;
import loam.nn.Init;
import loam.nn.Linear;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches wrong fans, gains, bounds and deviations of initial weights, and an orthogonal weight that is not. */
@Tag("fast")
class InitTest {
    private static final Shape WEIGHT = Shape.of(64, 32, 3, 3);

    private static double deviation(Tensor t) {
        return t.std(0, false).item();
    }

    @Test
    void fans() {
        assertEquals(32 * 9, Init.fanIn(WEIGHT));
        assertEquals(64 * 9, Init.fanOut(WEIGHT));
        assertThrows(ShapeException.class, () -> Init.fanIn(Shape.of(3)));
    }

    @Test
    void boundsAndDeviations() {
        Rng rng = Rng.seed(1);
        double kaiming = Math.sqrt(2.0 / 288);
        assertEquals(kaiming, deviation(Init.kaimingNormal(WEIGHT, rng)), 0.02 * kaiming);
        Tensor uniform = Init.kaimingUniform(WEIGHT, rng);
        assertEquals(kaiming, deviation(uniform), 0.02 * kaiming);
        assertTrue(uniform.abs().max().item() <= kaiming * Math.sqrt(3));
        double xavier = Math.sqrt(2.0 / (288 + 576));
        assertEquals(xavier, deviation(Init.xavierNormal(WEIGHT, 1, rng)), 0.02 * xavier);
        assertEquals(xavier, deviation(Init.xavierUniform(WEIGHT, 1, rng)), 0.02 * xavier);
        Tensor truncated = Init.truncatedNormal(Shape.of(1000, 1000), 0, 0.1, rng);
        assertTrue(truncated.abs().max().item() <= 0.2f);
        assertEquals(0.0880, deviation(truncated), 0.0005);
        assertEquals(Math.sqrt(2 / 1.04), Init.Gain.leakyRelu(0.2), 1e-12);
        assertEquals(0.1f, Init.constant(Shape.of(2), 0.1).at(1), 0);
    }

    @Test
    void defaultsAreWithinOneOverRootFanIn() {
        Conv2d conv = new Conv2d(4, 64, 5, Rng.seed(2));
        assertTrue(conv.weight().value().abs().max().item() <= 0.1 && conv.weight().value().abs().max().item() > 0.099);
        assertTrue(conv.bias().value().abs().max().item() <= 0.1);
        Linear linear = new Linear(100, 50, Rng.seed(2));
        assertEquals(0.1 / Math.sqrt(3), deviation(linear.weight().value()), 0.002);
    }

    @Test
    void orthogonalRowsOrColumns() {
        for (Shape shape : new Shape[] {Shape.of(5, 9), Shape.of(9, 5), Shape.of(4, 2, 3, 3)}) {
            Tensor w = Init.orthogonal(shape, 2, Rng.seed(3)).reshape(shape.dim(0), -1);
            Tensor gram = w.dim(0) <= w.dim(1) ? w.matmul(w.t()) : w.t().matmul(w);
            assertEquals(0, gram.sub(Tensor.eye(gram.dim(0)).mul(4)).abs().max().item(), 1e-5);
        }
    }
}
