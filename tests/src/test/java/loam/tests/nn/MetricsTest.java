package loam.tests.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import loam.nn.Identity;
import loam.nn.metrics.Accuracy;
import loam.nn.metrics.Auroc;
import loam.nn.metrics.ConfusionMatrix;
import loam.tensor.ArgumentException;
import loam.tensor.IndexException;
import loam.tensor.NumericException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches miscounted batches, swapped rows and columns, and ties that AUROC does not count half. */
@Tag("fast")
class MetricsTest {
    @Test
    void accuracyOverSeveralBatches() {
        Rng rng = Rng.seed(1);
        Tensor scores = Tensor.randn(Shape.of(600, 4), rng);
        int[] labels = new int[600];
        int hits = 0;
        for (int i = 0; i < 600; i++) {
            labels[i] = rng.nextInt(4);
            int best = 0;
            for (int k = 1; k < 4; k++) {
                best = scores.at(i, k) > scores.at(i, best) ? k : best;
            }
            hits += best == labels[i] ? 1 : 0;
        }
        Identity model = new Identity();
        assertEquals(hits / 600.0, Accuracy.of(model, LabelledDataset.of(scores, labels, 4)));
        assertTrue(model.isTraining());
        assertEquals(hits / 600.0, Accuracy.of(scores, labels));
        assertEquals(hits / 600.0, ConfusionMatrix.of(model, LabelledDataset.of(scores, labels, 4), 4).accuracy(), 1e-15);
        assertEquals(1, Accuracy.top(4, scores, labels));
        assertEquals(Accuracy.of(scores, labels), Accuracy.top(1, scores, labels));
    }

    @Test
    void confusionByHand() {
        ConfusionMatrix m = ConfusionMatrix.of(new int[] {0, 1, 1, 2, 0}, new int[] {0, 0, 1, 2, 2}, 3);
        assertEquals(1, m.count(0, 1));
        assertEquals(0, m.count(1, 0));
        assertEquals(0.6, m.accuracy(), 1e-15);
        assertEquals(0.5, m.recall(0));
        assertEquals(0.5, m.precision(1));
        assertEquals(2 / 3.0, m.f1(2), 1e-15);
        assertEquals((0.5 + 2 / 3.0 + 2 / 3.0) / 3, m.macroF1(), 1e-15);
        assertEquals((0.5 + 1 + 0.5) / 3, m.balancedAccuracy(), 1e-15);
        assertTrue(m.toString().startsWith("label"));
        assertThrows(IndexException.class, () -> ConfusionMatrix.of(new int[] {3}, new int[] {0}, 3));
    }

    @Test
    void aurocEqualsTheCountOfPairs() {
        Rng rng = Rng.seed(2);
        double[] scores = new double[200];
        boolean[] positive = new boolean[200];
        for (int i = 0; i < 200; i++) {
            scores[i] = rng.nextInt(20);
            positive[i] = rng.nextBoolean();
        }
        double won = 0;
        int pairs = 0;
        for (int i = 0; i < 200; i++) {
            for (int j = 0; j < 200; j++) {
                if (positive[i] && !positive[j]) {
                    pairs++;
                    won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        assertEquals(won / pairs, Auroc.of(scores, positive), 1e-12);
        assertEquals(0.5, Auroc.of(new double[] {1, 1, 1}, new boolean[] {true, false, true}));
        assertEquals(1, Auroc.of(Tensor.of(0, 1, 2), new boolean[] {false, false, true}));
        assertEquals(1, Auroc.oneVersusRest(Tensor.eye(3), new int[] {0, 1, 2}));
        assertThrows(ArgumentException.class, () -> Auroc.of(new double[] {1, 2}, new boolean[] {true, true}));
        assertThrows(NumericException.class, () -> Auroc.of(new double[] {1, Double.NaN}, new boolean[] {true, false}));
        assertThrows(IndexException.class, () -> Accuracy.of(Tensor.zeros(Shape.of(1, 2)), new int[] {2}));
    }
}
