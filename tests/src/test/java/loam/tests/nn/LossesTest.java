package loam.tests.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.nn.CrossEntropyOptions;
import loam.nn.Losses;
import loam.nn.Reduction;
import loam.tensor.ArgumentException;
import loam.tensor.IndexException;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hand-computed values and errors; the golden values cover the rest. Catches targets of 0 and 1 in the hinge, labels that are not
 * checked, ignored rows that still count, and logits that overflow.
 */
@Tag("fast")
class LossesTest {
    private static Variable scores(float... v) {
        return Variable.of(Tensor.of(Shape.of(1, v.length), v)).requiresGrad();
    }

    @Test
    void squaredHingeByHand() {
        Variable s = scores(0.5f, -2, 0.2f);
        Variable loss = Losses.squaredHinge(s, new int[] {0});
        assertEquals(1.69 / 3, loss.item(), 1e-6);
        assertArrayEquals(new float[] {-1 / 3f, 0, 0.8f}, Grad.grad(loss, s).value().toFloats(), 1e-6f);
        Variable far = scores(2, -3, -1.5f);
        Variable none = Losses.squaredHinge(far, new int[] {0});
        assertEquals(0, none.item());
        assertEquals(0, Grad.grad(none, far).value().abs().max().item());
        assertEquals(1, Losses.squaredHinge(Tensor.zeros(Shape.of(3, 10)), new int[] {1, 2, 3}).item());
    }

    @Test
    void crossEntropyByHand() {
        assertEquals(Math.log(10), Losses.crossEntropy(Tensor.zeros(Shape.of(3, 10)), new int[] {0, 4, 9}).item(), 1e-6);
        Variable s = scores(1000, 0, -1000);
        Variable loss = Losses.crossEntropy(s, new int[] {1});
        assertEquals(1000, loss.item(), 1e-3);
        assertArrayEquals(new float[] {1, -1, 0}, Grad.grad(loss, s).value().toFloats(), 1e-6f);
        Tensor even = Tensor.full(Shape.of(1, 2), 0.5);
        assertEquals(Math.log(2), Losses.crossEntropy(Tensor.zeros(Shape.of(1, 2)), even).item(), 1e-6);
    }

    @Test
    void ignoredRowsDoNotCount() {
        CrossEntropyOptions options = CrossEntropyOptions.defaults().ignoring(-1);
        Variable s = Variable.of(Tensor.of(Shape.of(2, 2), 0, 0, 5, 1)).requiresGrad();
        Variable loss = Losses.crossEntropy(s, new int[] {0, -1}, options);
        assertEquals(Math.log(2), loss.item(), 1e-6);
        assertArrayEquals(new float[] {-0.5f, 0.5f, 0, 0}, Grad.grad(loss, s).value().toFloats(), 1e-6f);
        assertThrows(ArgumentException.class, () -> Losses.crossEntropy(s, new int[] {-1, -1}, options));
        assertEquals(0, Losses.crossEntropy(s, new int[] {-1, -1}, options.reducing(Reduction.SUM)).item(), 1e-12);
    }

    @Test
    void binaryCrossEntropyOfLargeLogits() {
        Tensor x = Tensor.of(200, -200, 0);
        Tensor z = Tensor.of(1, 0, 1);
        assertArrayEquals(new float[] {0, 0, (float) Math.log(2)}, Losses.bceWithLogits(x, z, null, Reduction.NONE).value().toFloats(), 1e-6f);
        assertEquals(200, Losses.bceWithLogits(x, Tensor.of(0, 1, 0), null, Reduction.NONE).value().max().item(), 1e-4);
    }

    @Test
    void huberIsQuadraticThenLinear() {
        Tensor d = Tensor.of(0.5f, -2, 0);
        assertArrayEquals(new float[] {0.125f, 1.5f, 0}, Losses.huber(d, Tensor.zeros(Shape.of(3)), 1, Reduction.NONE).value().toFloats(), 1e-6f);
        assertArrayEquals(new float[] {0.25f, 1.75f, 0}, Losses.smoothL1(d, Tensor.zeros(Shape.of(3)), 0.5, Reduction.NONE).value().toFloats(), 1e-6f);
        assertEquals(0.5 / 3 + 2 / 3.0, Losses.l1(d, Tensor.zeros(Shape.of(3))).item(), 1e-6);
        assertEquals(4.25, Losses.mse(d, Tensor.zeros(Shape.of(3)), Reduction.SUM).item(), 1e-6);
    }

    @Test
    void errorsNameLabelPlaceAndClasses() {
        Tensor s = Tensor.zeros(Shape.of(3, 4));
        String text = assertThrows(IndexException.class, () -> Losses.crossEntropy(s, new int[] {0, 4, 1})).getMessage();
        assertTrue(text.contains("label 4 at position 1 is not one of 4 classes"), text);
        assertThrows(IndexException.class, () -> Losses.squaredHinge(s, new int[] {0, -1, 1}));
        assertThrows(IndexException.class, () -> Losses.crossEntropy(s, new int[] {0, -1, 1}, CrossEntropyOptions.defaults()));
        assertThrows(ShapeException.class, () -> Losses.crossEntropy(s, new int[] {0, 1}));
        assertThrows(ShapeException.class, () -> Losses.crossEntropy(s, new int[] {0, 1, 2}, CrossEntropyOptions.defaults().weights(1, 2)));
        assertThrows(ArgumentException.class, () -> Losses.crossEntropy(Tensor.zeros(Shape.of(0, 4)), new int[0]));
        assertThrows(ArgumentException.class, () -> CrossEntropyOptions.defaults().smoothing(2));
        assertThrows(ShapeException.class, () -> Losses.mse(Tensor.zeros(Shape.of(3, 1)), Tensor.zeros(Shape.of(3))));
        assertThrows(ShapeException.class, () -> Losses.bceWithLogits(s, Tensor.zeros(Shape.of(4))));
        assertThrows(ArgumentException.class, () -> Losses.huber(s, s, 0));
    }
}
