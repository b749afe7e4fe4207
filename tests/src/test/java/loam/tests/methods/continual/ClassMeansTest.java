package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import loam.methods.continual.common.ClassMeans;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: sums in single precision, a mean of means, classes out of order, rows that cannot be taken back, a mean that a caller can spoil. */
@Tag("fast")
class ClassMeansTest {
    private static ClassMeans filled() {
        ClassMeans means = new ClassMeans(2);
        means.add(Tensor.of(Shape.of(3, 2), 1, 2, 5, 6, 3, 4), new int[] {7, 0, 7});
        return means;
    }

    @Test
    void meansOfEachClassInTheOrderOfArrival() {
        ClassMeans means = filled();
        assertArrayEquals(new int[] {7, 0}, means.classes());
        assertArrayEquals(new double[] {2, 3}, means.mean(7), 1e-12);
        assertArrayEquals(new double[] {5, 6}, means.mean(0), 1e-12);
        assertEquals(DType.F64, means.means().dtype());
        assertArrayEquals(new double[] {2, 3, 5, 6}, means.means().toDoubles(), 1e-12);
        assertEquals(2, means.count(7));
        assertEquals(0, means.count(1));
        assertTrue(means.has(0) && !means.has(1));
        assertEquals(2, means.dim());
    }

    @Test
    void partsGiveTheMeanOfTheWhole() {
        Tensor x = Tensor.randn(DType.F64, Shape.of(60, 3), Rng.seed(1000));
        int[] y = Rng.seed(1001).permutation(60);
        for (int i = 0; i < 60; i++) {
            y[i] %= 4;
        }
        ClassMeans whole = new ClassMeans(3);
        whole.add(x, y);
        ClassMeans one = new ClassMeans(3);
        one.add(x.narrow(0, 0, 13), Arrays.copyOf(y, 13));
        ClassMeans rest = new ClassMeans(3);
        rest.add(x.narrow(0, 13, 47), Arrays.copyOfRange(y, 13, 60));
        one.addAll(rest);
        for (int c = 0; c < 4; c++) {
            assertArrayEquals(whole.mean(c), one.mean(c), 1e-12);
            assertEquals(whole.count(c), one.count(c));
        }
    }

    /** Sums of floats lose the small numbers beside a large one; sums of doubles keep them. */
    @Test
    void sumsAreInDoublePrecision() {
        int n = 20_000;
        float[] rows = new float[n];
        Arrays.fill(rows, 0.1f);
        rows[0] = 1e7f;
        ClassMeans means = new ClassMeans(1);
        means.add(Tensor.of(Shape.of(n, 1), rows), new int[n]);
        assertEquals((1e7 + (n - 1) * (double) 0.1f) / n, means.mean(0)[0], 1e-9);
    }

    @Test
    void aRowCanBeTakenBack() {
        ClassMeans means = filled();
        means.remove(new double[] {3, 4}, 7);
        assertArrayEquals(new double[] {1, 2}, means.mean(7), 1e-12);
        means.remove(new double[] {1, 2}, 7);
        assertFalse(means.has(7));
        assertArrayEquals(new int[] {0}, means.classes());
        assertThrows(ArgumentException.class, () -> means.remove(new double[] {1, 2}, 7));
    }

    @Test
    void aMeanThatWasSetGoesOnAsIfCounted() {
        ClassMeans means = new ClassMeans(2);
        means.set(3, new double[] {1, 1}, 3);
        means.add(Tensor.of(Shape.of(1, 2), 5, 9), new int[] {3});
        assertArrayEquals(new double[] {2, 3}, means.mean(3), 1e-12);
        assertEquals(4, means.count(3));
        Arrays.fill(means.mean(3), 0);
        assertArrayEquals(new double[] {2, 3}, means.mean(3), 1e-12, "what is handed out is a copy");
    }

    @Test
    void mistakesAreNamed() {
        ClassMeans means = filled();
        assertThrows(ArgumentException.class, () -> new ClassMeans(0));
        assertThrows(ArgumentException.class, () -> means.mean(1));
        assertThrows(ArgumentException.class, () -> means.addAll(new ClassMeans(3)));
        assertThrows(ShapeException.class, () -> means.add(Tensor.zeros(Shape.of(1, 3)), new int[] {0}));
        assertThrows(ShapeException.class, () -> means.add(Tensor.zeros(Shape.of(1, 2)), new int[] {0, 1}));
        assertThrows(ArgumentException.class, () -> means.add(Tensor.of(Shape.of(1, 2), Float.NaN, 0), new int[] {0}));
        assertThrows(ArgumentException.class, () -> means.add(Tensor.zeros(Shape.of(1, 2)), new int[] {-1}));
        assertArrayEquals(new double[] {2, 3, 5, 6}, means.means().toDoubles(), 1e-12, "nothing of a refused row stays");
    }
}
