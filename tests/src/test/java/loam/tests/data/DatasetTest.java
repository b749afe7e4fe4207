package loam.tests.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.IndexException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import loam.tensor.data.Batch;
import loam.tensor.data.Dataset;
import loam.tensor.data.LabelledDataset;
import loam.tensor.data.Split;
import loam.tensor.data.TensorDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: rows that get the labels of others, splits that share or lose examples or tilt the classes, labels outside the classes
 * being let in, and datasets that change when their source does.
 */
@Tag("fast")
class DatasetTest {
    private static LabelledDataset numbered(int n, int classes) {
        return LabelledDataset.of(Tensor.arange(2 * n).reshape(n, 2), IntStream.range(0, n).map(i -> i * i % classes).toArray(), classes);
    }

    private static void assertWhole(Batch b, int classes) {
        for (int i = 0; i < b.size(); i++) {
            int number = (int) b.x().at(i, 0) / 2;
            assertEquals(number % classes * (number % classes) % classes, b.y()[i]);
            assertEquals(2 * number + 1, b.x().at(i, 1));
        }
    }

    @Test
    void batchesKeepRowsAndLabelsTogether() {
        LabelledDataset d = numbered(10, 5);
        Batch b = d.batch(7, 0, 7);
        assertArrayEquals(new float[] {14, 15, 0, 1, 14, 15}, b.x().toFloats());
        assertArrayEquals(new int[] {4, 0, 4}, b.y());
        assertArrayEquals(new int[] {7, 0, 7}, b.indices());
        assertWhole(d.batch(IntStream.range(0, 10).toArray()), 5);
        assertEquals(Shape.of(0, 2), d.batch().x().shape());
        for (DType type : DType.values()) {
            Tensor x = Tensor.of(Shape.of(3, 1), 0, 1, 0).to(type);
            assertArrayEquals(new double[] {1, 0}, TensorDataset.of(x).batch(1, 2).x().toDoubles(), type.name());
            assertEquals(type, TensorDataset.of(x).batch(1).x().dtype());
        }
        Tensor view = Tensor.arange(12).reshape(3, 4).t();
        assertArrayEquals(new float[] {2, 6, 10}, TensorDataset.of(view).batch(2).x().toFloats());
    }

    @Test
    void targetsAndNoLabels() {
        TensorDataset d = TensorDataset.of(Tensor.arange(6).reshape(3, 2), Tensor.of(Shape.of(3, 1), 5, 6, 7));
        assertArrayEquals(new float[] {7, 5}, d.subset(2, 0).batch(0, 1).target().toFloats());
        StateException e = assertThrows(StateException.class, () -> d.batch(0).y());
        assertTrue(e.getMessage().contains("labels"), e.getMessage());
        assertThrows(StateException.class, () -> numbered(3, 2).batch(0).target());
    }

    @Test
    void stratifiedSplitsKeepTheSharesOfTheClasses() {
        LabelledDataset d = numbered(1797, 10);
        Split<LabelledDataset> s = d.split(0.8, Rng.seed(1));
        assertEquals(1438, s.train().size());
        assertEquals(359, s.test().size());
        int[] all = d.counts();
        int[] train = s.train().counts();
        for (int c = 0; c < 10; c++) {
            assertEquals(0.8 * all[c], train[c], 1);
        }
        assertParts(d, s);
        assertArrayEquals(s.train().x().toFloats(), d.split(0.8, Rng.seed(1)).train().x().toFloats());
        assertNotEquals(Arrays.toString(s.test().x().toFloats()), Arrays.toString(d.split(0.8, Rng.seed(2)).test().x().toFloats()));
    }

    @Test
    void randomSplitsAndEdges() {
        LabelledDataset d = numbered(11, 3);
        assertParts(d, d.splitRandomly(0.3, Rng.seed(1)));
        assertEquals(3, d.splitRandomly(0.3, Rng.seed(1)).train().size());
        for (double share : new double[] {0, 1, 0.5, 0.01}) {
            assertParts(d, d.split(share, Rng.seed(3)));
        }
        assertThrows(ArgumentException.class, () -> d.split(1.2, Rng.seed(1)));
        assertThrows(ArgumentException.class, () -> d.split(Double.NaN, Rng.seed(1)));
        Dataset plain = TensorDataset.of(Tensor.arange(10));
        assertEquals(7, plain.splitRandomly(0.7, Rng.seed(1)).train().size());
    }

    /** Both parts together are the dataset, each example once, with its own label. */
    private static void assertParts(LabelledDataset d, Split<LabelledDataset> s) {
        float[] firsts = Tensor.cat(0, s.train().x(), s.test().x()).select(1, 0).toFloats();
        Arrays.sort(firsts);
        assertArrayEquals(d.x().select(1, 0).toFloats(), firsts);
        for (LabelledDataset part : new LabelledDataset[] {s.train(), s.test()}) {
            assertEquals(d.classes(), part.classes());
            assertWhole(part.batch(IntStream.range(0, part.size()).toArray()), d.classes());
        }
    }

    @Test
    void subsetsAndClasses() {
        LabelledDataset d = numbered(20, 5);
        LabelledDataset some = d.ofClasses(4, 1);
        assertEquals(5, some.classes());
        assertTrue(Arrays.stream(some.labels()).allMatch(y -> y == 4 || y == 1));
        assertEquals(d.counts()[4] + d.counts()[1], some.size());
        assertArrayEquals(d.indicesOf(1), Arrays.stream(d.ofClasses(1).x().select(1, 0).toInts()).map(i -> i / 2).toArray());
        Dataset lazy = new Dataset() {
            @Override
            public int size() {
                return d.size();
            }

            @Override
            public Batch batch(int... indices) {
                return d.batch(indices);
            }
        };
        Batch b = lazy.subset(5, 6, 7).subset(2, 0).batch(1, 0);
        assertArrayEquals(new float[] {10, 11, 14, 15}, b.x().toFloats());
        assertArrayEquals(new int[] {1, 0}, b.indices());
        assertThrows(IndexException.class, () -> lazy.subset(20));
    }

    @Test
    void mistakesAreNamed() {
        Tensor x = Tensor.zeros(Shape.of(3, 2));
        IndexException e = assertThrows(IndexException.class, () -> LabelledDataset.of(x, new int[] {0, 4, 1}, 3));
        assertTrue(e.getMessage().contains("label 4 of example 1 is outside 0..2"), e.getMessage());
        assertThrows(IndexException.class, () -> LabelledDataset.of(x, new int[] {0, -1, 1}));
        ShapeException s = assertThrows(ShapeException.class, () -> LabelledDataset.of(x, new int[] {0, 1}));
        assertTrue(s.getMessage().contains("3 inputs with 2 labels"), s.getMessage());
        assertThrows(ShapeException.class, () -> TensorDataset.of(Tensor.scalar(1)));
        assertThrows(ShapeException.class, () -> TensorDataset.of(x, Tensor.zeros(Shape.of(2))));
        assertThrows(IndexException.class, () -> LabelledDataset.of(x, new int[] {0, 1, 1}).batch(3));
        assertThrows(IndexException.class, () -> LabelledDataset.of(x, new int[] {0, 1, 1}).batch(-1));
        assertThrows(IndexException.class, () -> LabelledDataset.of(x, new int[] {0, 1, 1}).ofClasses(2));
    }

    @Test
    void labelsAreCopied() {
        int[] labels = {0, 1, 1};
        LabelledDataset d = LabelledDataset.of(Tensor.zeros(Shape.of(3, 2)), labels);
        labels[0] = 9;
        d.labels()[1] = 9;
        d.batch(2).y()[0] = 9;
        assertArrayEquals(new int[] {0, 1, 1}, d.y());
    }
}
