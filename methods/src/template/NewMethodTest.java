package loam.tests.methods.newfamily;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import loam.methods.newfamily.newmethod.NewMethod;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a wrong loss, weights that the seed does not decide, a training that does not learn, mistakes that pass unnoticed. */
@Tag("fast")
class NewMethodTest {
    private static NewMethod method(int hidden, long seed) {
        return new NewMethod(new NewMethod.Config(4, hidden, 3, 0.02, 16, 200), Rng.seed(seed));
    }

    /** Equal scores give a loss of log K, computed by hand. */
    @Test
    void zeroWeightsGiveTheKnownLoss() {
        NewMethod method = method(0, 1000);
        method.network().namedParameters().forEach((name, p) -> p.update(Tensor.zeros(p.shape())));
        assertEquals(Math.log(3), method.loss(Tensor.ones(Shape.of(2, 4)), new int[] {0, 2}).item(), 1e-6);
    }

    /** Three classes by the largest of the first three numbers; the same seed gives the same losses. */
    @Test
    void itLearnsAndRepeats() {
        Tensor x = Tensor.randn(Shape.of(120, 4), Rng.seed(1000));
        int[] y = x.narrow(1, 0, 3).argmax(1).toInts();
        List<Double> losses = new ArrayList<>();
        NewMethod method = method(8, 1000);
        method.fit(LabelledDataset.of(x, y, 3), (step, loss) -> losses.add(loss));
        assertEquals(200, losses.size());
        assertEquals(0, losses.get(199), 0.35);
        List<Double> again = new ArrayList<>();
        NewMethod other = method(8, 1000);
        other.fit(LabelledDataset.of(x, y, 3), (step, loss) -> again.add(loss));
        assertEquals(losses, again);
        assertArrayEquals(method.predict(x), other.predict(x));
    }

    @Test
    void mistakesAreNamed() {
        NewMethod method = method(8, 1000);
        assertThrows(ShapeException.class, () -> method.predict(Tensor.zeros(Shape.of(2, 5))));
        assertThrows(ArgumentException.class, () -> method.fit(LabelledDataset.of(Tensor.zeros(Shape.of(2, 4)), new int[] {0, 1}, 3), (step, loss) -> { }));
        assertThrows(ArgumentException.class, () -> new NewMethod.Config(4, 8, 1, 0.02, 16, 200));
        assertThrows(ArgumentException.class, () -> new NewMethod.Config(4, 8, 3, Double.NaN, 16, 200));
    }
}
