package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import loam.methods.common.FeatureExtractor;
import loam.methods.continual.common.ClassTemplates;
import loam.methods.continual.common.CompatibilityMatrix;
import loam.methods.continual.common.HalfBatches;
import loam.methods.continual.common.RehearsalMemory;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: a memory that prefers early samples or forgets a class, batches that are not half old, an epoch that leaves samples out, templates
 * of features that were not brought to length 1, ties that count as compatible, a matrix read the wrong way round.
 */
@Tag("fast")
class RehearsalTest {
    private static LabelledDataset rows(int from, int n, int label) {
        return LabelledDataset.of(Tensor.arange(from, from + n, 1).reshape(n, 1), IntStream.range(0, n).map(i -> label).toArray(), label + 1);
    }

    @Test
    void everySampleOfAClassIsKeptWithTheSameChance() {
        int[] kept = new int[10];
        for (int seed = 0; seed < 2000; seed++) {
            RehearsalMemory memory = new RehearsalMemory(3);
            Rng rng = Rng.seed(seed);
            memory.add(rows(0, 6, 2), rng.split(0));
            memory.add(rows(6, 4, 2), rng.split(1));
            assertEquals(3, memory.kept(2));
            for (float v : memory.after(rows(100, 1, 0)).x().narrow(0, 1, 3).toFloats()) {
                kept[(int) v]++;
            }
        }
        for (int count : kept) {
            assertEquals(600, count, 90, Arrays.toString(kept));
        }
    }

    @Test
    void theTaskComesFirstAndThenTheMemory() {
        RehearsalMemory memory = new RehearsalMemory(2);
        assertTrue(memory.isEmpty());
        memory.add(rows(0, 5, 3), Rng.seed(0));
        memory.add(rows(5, 1, 1), Rng.seed(1));
        LabelledDataset all = memory.after(rows(50, 2, 0));
        assertArrayEquals(new int[] {0, 0, 3, 3, 1}, all.labels());
        assertEquals(4, all.classes());
        assertArrayEquals(new float[] {50, 51}, all.x().narrow(0, 0, 2).toFloats());
        RehearsalMemory none = new RehearsalMemory(0);
        none.add(rows(0, 5, 3), Rng.seed(0));
        assertTrue(none.isEmpty());
        assertThrows(ArgumentException.class, () -> new RehearsalMemory(-1));
    }

    @Test
    void halfABatchIsOld() {
        HalfBatches batches = new HalfBatches(10, 7, 8, Rng.seed(1));
        assertEquals(2, batches.perEpoch());
        int[] count = new int[17];
        for (int step = 1; step <= 35; step++) {
            int[] rows = batches.next();
            assertEquals(8, rows.length);
            for (int i = 0; i < 8; i++) {
                assertEquals(i < 4, rows[i] < 10);
                count[rows[i]]++;
            }
            int given = 4 * step;
            for (int i = 0; i < 17; i++) {
                int size = i < 10 ? 10 : 7;
                assertTrue(count[i] == given / size || count[i] == given / size + 1, "each is passed over as often: " + Arrays.toString(count));
            }
        }
        HalfBatches fresh = new HalfBatches(10, 0, 8, Rng.seed(1));
        assertEquals(1, fresh.perEpoch());
        assertEquals(8, fresh.next().length);
        assertEquals(3, new HalfBatches(3, 0, 8, Rng.seed(1)).next().length);
        assertEquals(6, new HalfBatches(3, 1, 8, Rng.seed(1)).next().length);
        assertThrows(ArgumentException.class, () -> new HalfBatches(0, 1, 8, Rng.seed(1)));
    }

    @Test
    void templatesAreMeansOfDirections() {
        // Class 0: a long feature along x and a short one along y count the same.
        ClassTemplates templates = new ClassTemplates(Tensor.of(Shape.of(3, 2), 100, 0, 0, 1, -1, 0), new int[] {0, 0, 5});
        assertArrayEquals(new int[] {0, 5}, templates.classes());
        // At 140 degrees the mean direction (45) is 95 away and -x only 40; at 100 degrees it is 55 and 80.
        Tensor q = Tensor.of(Shape.of(2, 2), -0.766f, 0.643f, -0.174f, 0.985f);
        assertArrayEquals(new int[] {5, 0}, templates.search(q.mul(30)));
        assertEquals(0.5, templates.accuracy(q, new int[] {5, 5}));
        assertThrows(ArgumentException.class, () -> templates.accuracy(q, new int[] {5, 1}), "class 1 is not in the gallery");
        assertThrows(ArgumentException.class, () -> templates.search(Tensor.zeros(Shape.of(1, 2))));
        assertThrows(ShapeException.class, () -> templates.search(Tensor.zeros(Shape.of(1, 3))));
        assertThrows(ArgumentException.class, () -> new ClassTemplates(Tensor.of(Shape.of(2, 1), 1, -1), new int[] {0, 0}), "a mean of zero");
    }

    /** The specification's check 8 of d-simplex. */
    @Test
    void compatibilityOfKnownMatrices() {
        CompatibilityMatrix better = CompatibilityMatrix.of(new double[][] {{0.5, 0}, {0.6, 0.7}});
        assertEquals(1, better.averageCompatibility());
        assertEquals(0.6, better.averageAccuracy(), 1e-12);
        assertEquals(0.6, better.crossTest(), 1e-12);
        assertEquals(0.6, better.selfTest(), 1e-12);
        assertEquals(0, CompatibilityMatrix.of(new double[][] {{0.5, 0}, {0.5, 0.7}}).averageCompatibility(), "a tie fails");
        CompatibilityMatrix three = CompatibilityMatrix.of(new double[][] {{0.5}, {0.6, 0.7}, {0.4, 0.8, 0.9}});
        assertEquals(2 / 3.0, three.averageCompatibility(), 1e-12);
        assertEquals(0.6, three.crossTest(), 1e-12);
        assertEquals(0.7, three.selfTest(), 1e-12);
        assertThrows(ArgumentException.class, () -> CompatibilityMatrix.of(new double[][] {{0.5}, {0.6}}));
        assertThrows(ArgumentException.class, () -> CompatibilityMatrix.of(new double[0][]));
    }

    @Test
    void rowsAreQueriesAndColumnsAreGalleries() {
        Tensor x = Tensor.of(Shape.of(2, 2), 1, 0.2f, 0.1f, 1);
        LabelledDataset samples = LabelledDataset.of(x, new int[] {0, 1});
        FeatureExtractor straight = FeatureExtractor.raw(2);
        FeatureExtractor crossed = new FeatureExtractor() {
            @Override
            public int dim() {
                return 2;
            }

            @Override
            public Tensor features(Tensor in) {
                return in.flip(1);
            }
        };
        CompatibilityMatrix m = CompatibilityMatrix.evaluate(List.of(straight, crossed, straight), samples, samples);
        assertEquals(3, m.models());
        assertEquals(1, m.at(1, 1));
        assertEquals(0, m.at(1, 0));
        assertEquals(1, m.at(2, 0));
        assertEquals(0, m.at(2, 1));
        assertThrows(ShapeException.class, () -> CompatibilityMatrix.evaluate(List.of(straight, FeatureExtractor.raw(3)), samples, samples));
    }
}
