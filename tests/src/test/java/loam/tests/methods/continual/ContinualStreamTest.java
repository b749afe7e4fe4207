package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import loam.methods.continual.common.ContinualEvaluator;
import loam.methods.continual.common.ContinualLearner;
import loam.methods.continual.common.ContinualReport;
import loam.methods.continual.common.ContinualStream;
import loam.methods.continual.common.IncrementalAccuracy;
import loam.methods.continual.common.IncrementalScenario;
import loam.methods.continual.common.SequentialLearner;
import loam.methods.continual.nearestmeanclassifier.NearestMeanClassifier;
import loam.nn.Linear;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: a test of classes to come, an accuracy matrix with rows and columns exchanged, an average called last, a baseline that sees two
 * tasks at once, a memory that does not help.
 */
@Tag("fast")
class ContinualStreamTest {
    private static final int CLASSES = 6;
    private static final int DIM = 8;
    private static final List<int[]> TASKS = List.of(new int[] {4, 1}, new int[] {0, 5}, new int[] {2, 3});

    /** Well separated classes, {@code each} rows of each. */
    private static LabelledDataset blobs(int each, long seed) {
        int[] labels = IntStream.range(0, CLASSES * each).map(i -> i % CLASSES).toArray();
        Tensor centres = Tensor.randn(Shape.of(CLASSES, DIM), Rng.seed(1100)).mul(3);
        return LabelledDataset.of(centres.indexSelect(0, labels).add(Tensor.randn(Shape.of(labels.length, DIM), Rng.seed(seed))), labels);
    }

    /** Knows the answers to a task's classes from one task to the next and forgets those of the one before. */
    private static final class Goldfish implements ContinualLearner {
        private final Map<Double, Integer> known = new HashMap<>();
        private final LabelledDataset test;

        Goldfish(LabelledDataset test) {
            this.test = test;
        }

        @Override
        public void learn(LabelledDataset task) {
            known.clear();
            for (int y : task.labels()) {
                for (int i : test.indicesOf(y)) {
                    known.put(test.x().at(i, 0), y);
                }
            }
        }

        @Override
        public int[] predict(Tensor x) {
            return IntStream.range(0, x.dim(0)).map(i -> known.getOrDefault(x.at(i, 0), -1)).toArray();
        }
    }

    @Test
    void matrixOfALearnerThatForgets() {
        LabelledDataset test = blobs(5, 1101);
        ContinualReport r = ContinualEvaluator.run(ContinualStream.ofClasses(TASKS, blobs(5, 1102), test), new Goldfish(test));
        assertArrayEquals(new double[] {1}, r.accuracy()[0], 0.0);
        assertArrayEquals(new double[] {0, 1}, r.accuracy()[1], 0.0);
        assertArrayEquals(new double[] {0, 0, 1}, r.accuracy()[2], 0.0);
        assertArrayEquals(new double[] {1, 0.5, 1 / 3.0}, r.seen(), 1e-12);
        assertEquals((1 + 0.5 + 1 / 3.0) / 3, r.average(), 1e-12);
        assertEquals(1 / 3.0, r.last(), 1e-12);
        assertEquals(1, r.forgetting(), 1e-12);
        IncrementalScenario scenario = IncrementalScenario.of(CLASSES, 2, 2, Rng.seed(1103));
        IncrementalAccuracy same = new IncrementalAccuracy(scenario);
        for (int s = 0; s < 3; s++) {
            int[] labels = scenario.seen(s);
            int[] newest = scenario.arriving(s);
            same.add(Arrays.stream(labels).map(y -> y == newest[0] || y == newest[1] ? y : -1).toArray(), labels);
        }
        assertEquals(1, same.forgetting(), 1e-12);
    }

    @Test
    void sessionsTestTheSameEachTime() {
        LabelledDataset test = blobs(5, 1101);
        ContinualStream stream = ContinualStream.ofSessions(List.of(blobs(3, 1104), blobs(3, 1105)), test);
        ContinualReport r = ContinualEvaluator.run(stream, new NearestMeanClassifier(DIM));
        assertEquals(2, r.accuracy().length);
        assertEquals(1, r.accuracy()[1].length);
        assertTrue(r.last() > 0.9, Arrays.toString(r.seen()));
        assertEquals(r.accuracy()[0][0] - r.accuracy()[1][0], r.forgetting(), 1e-12);
        assertEquals(CLASSES * 6, stream.all().size());
    }

    @Test
    void sequentialTrainingForgetsAndReplayDoesNot() {
        ContinualStream stream = ContinualStream.ofClasses(TASKS, blobs(40, 1106), blobs(20, 1107));
        Map<Integer, Double> last = new HashMap<>();
        for (int memory : new int[] {0, 7}) {
            SequentialLearner learner = new SequentialLearner(new Linear(DIM, CLASSES, Rng.seed(1108)), new SequentialLearner.Config(0.1, 5, 16, memory), Rng.seed(1109));
            assertThrows(StateException.class, () -> learner.predict(stream.tests().get(0).x()));
            ContinualReport r = ContinualEvaluator.run(stream, learner);
            assertTrue(r.accuracy()[2][2] > 0.9, "the latest task is learned");
            last.put(memory, r.last());
            IntStream.range(0, CLASSES).forEach(c -> assertEquals(memory, learner.kept(c)));
        }
        assertTrue(last.get(0) + 0.15 < last.get(7) && last.get(7) > 0.9, last.toString());
        SequentialLearner joint = new SequentialLearner(new Linear(DIM, CLASSES, Rng.seed(1108)), new SequentialLearner.Config(0.1, 5, 16, 0), Rng.seed(1109));
        assertTrue(ContinualEvaluator.run(new ContinualStream(List.of(stream.all()), stream.tests(), false), joint).last() > 0.9);
    }

    @Test
    void mistakesAreNamed() {
        LabelledDataset data = blobs(2, 1110);
        assertThrows(ArgumentException.class, () -> ContinualStream.ofClasses(List.of(new int[] {1}, new int[] {2, 1}), data, data));
        assertThrows(ArgumentException.class, () -> new ContinualStream(List.of(), List.of(data), false));
        assertThrows(ArgumentException.class, () -> new ContinualStream(List.of(data), List.of(data, data), true));
        ContinualStream stream = ContinualStream.ofClasses(TASKS, data, data);
        assertThrows(ArgumentException.class, () -> stream.without(5, 0), "the network knows a class of the stream");
        assertThrows(ArgumentException.class, () -> new SequentialLearner.Config(0, 1, 1, 0));
        assertThrows(ArgumentException.class, () -> new SequentialLearner.Config(0.1, 1, 1, -1));
    }
}
