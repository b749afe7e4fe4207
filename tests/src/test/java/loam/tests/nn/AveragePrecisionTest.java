package loam.tests.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import loam.nn.metrics.AveragePrecision;
import loam.tensor.ArgumentException;
import loam.tensor.NumericException;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch precision counted at the wrong places, and ties that depend on the order of the examples. */
@Tag("fast")
class AveragePrecisionTest {
    @Test
    void handExample() {
        assertEquals((1 + 2 / 3.0) / 2, AveragePrecision.ofRanking(true, false, true, false), 1e-12);
        assertEquals((1 + 2 / 3.0) / 2, AveragePrecision.of(new double[] {1, 4, 3, 2}, new boolean[] {false, true, false, true}), 1e-12);
    }

    @Test
    void theBestIsOneAndTheWorstIsKnown() {
        assertEquals(1, AveragePrecision.ofRanking(true, true, false));
        assertEquals((1 / 3.0 + 2 / 4.0) / 2, AveragePrecision.ofRanking(false, false, true, true), 1e-12);
    }

    @Test
    void equalScoresShareAPlace() {
        assertEquals(0.5, AveragePrecision.of(new double[] {1, 1, 1, 1}, new boolean[] {true, false, false, true}), 1e-12);
        assertEquals(0.5, AveragePrecision.of(new double[] {0.0, -0.0, 0, 0}, new boolean[] {false, true, true, false}), 1e-12);
    }

    @Test
    void classesAreAveraged() {
        Tensor s = Tensor.of(Shape.of(3, 2), 0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.7f);
        assertEquals((1 + 1) / 2.0, AveragePrecision.oneVersusRest(s, new int[] {0, 1, 1}), 1e-12);
    }

    @Test
    void mistakesAreNamed() {
        assertThrows(ArgumentException.class, () -> AveragePrecision.ofRanking(false, false));
        assertThrows(ArgumentException.class, () -> AveragePrecision.of(new double[2], new boolean[3]));
        assertThrows(NumericException.class, () -> AveragePrecision.of(new double[] {Double.NaN}, new boolean[] {true}));
    }
}
