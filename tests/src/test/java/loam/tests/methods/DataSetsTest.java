package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import loam.methods.data.DataPlaces;
import loam.methods.data.DataSets;
import loam.methods.data.Digits;
import loam.methods.data.FashionMnist;
import loam.methods.data.LetterRecognition;
import loam.methods.data.Mnist;
import loam.methods.data.NamedSplit;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.data.LabelledDataset;
import loam.tensor.data.Split;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a bundled set that lost rows or scale, labels that moved against their samples, MNIST files read upside down. */
@Tag("fast")
class DataSetsTest {
    @Test
    void digitsAreWhole() {
        LabelledDataset d = Digits.load();
        assertEquals(Shape.of(1797, 1, 8, 8), d.x().shape());
        assertArrayEquals(new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, d.counts());
        assertEquals(0, d.x().min().item());
        assertEquals(1, d.x().max().item());
        assertArrayEquals(new float[] {0, 0, 5 / 16f, 13 / 16f, 9 / 16f, 1 / 16f, 0, 0}, d.x().select(0, 0).select(0, 0).select(0, 0).toFloats());
        assertEquals(64, Digits.sha256().length());
    }

    @Test
    void digitsSplitClassByClass() {
        Split<LabelledDataset> s = Digits.load().split(0.8, Rng.seed(1000).split("data"));
        assertEquals(1438, s.train().size());
        assertEquals(359, s.test().size());
        for (int c = 0; c < 10; c++) {
            assertEquals(0.2, s.test().counts()[c] / (double) (s.test().counts()[c] + s.train().counts()[c]), 0.006);
        }
        assertArrayEquals(s.test().labels(), Digits.load().split(0.8, Rng.seed(1000).split("data")).test().labels());
        assertNotEquals(Arrays.toString(s.test().x().toFloats()), Arrays.toString(Digits.load().split(0.8, Rng.seed(1001).split("data")).test().x().toFloats()));
    }

    @Test
    void lettersAreWhole() {
        LabelledDataset d = LetterRecognition.load();
        assertEquals(Shape.of(20000, 16), d.x().shape());
        assertEquals(26, d.classes());
        assertArrayEquals(new float[] {2, 8, 3, 5, 1, 8, 13, 0, 6, 6, 10, 8, 0, 8, 0, 8}, d.x().select(0, 0).toFloats());
        assertEquals('T' - 'A', d.labels()[0]);
        assertEquals(789, d.counts()[0]);
    }

    @Test
    void mnistIsReadAsPublished() {
        assumeTrue(Mnist.FILES.locate(DataPlaces.standard(null)).isPresent(), "MNIST is not on this machine");
        NamedSplit m = Mnist.load();
        assertEquals(Shape.of(60000, 1, 28, 28), m.train().x().shape());
        assertEquals(Shape.of(10000, 1, 28, 28), m.test().x().shape());
        assertArrayEquals(new int[] {5, 0, 4, 1, 9}, Arrays.copyOf(m.train().labels(), 5));
        // The mean and the standard deviation that are known for MNIST.
        assertEquals(0.1307, m.train().x().mean().item(), 1e-4);
        assertEquals(0.3081, m.train().x().std(0, false).item(), 1e-4);
    }

    @Test
    void fashionMnistIsReadAsPublished() {
        assumeTrue(FashionMnist.FILES.locate(DataPlaces.standard(null)).isPresent(), "Fashion-MNIST is not on this machine");
        NamedSplit m = FashionMnist.load();
        assertEquals(0.2860, m.train().x().mean().item(), 1e-4);
        assertArrayEquals(new int[] {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000}, m.test().counts());
        assertEquals(64, m.sha256().length());
    }

    @Test
    void theCatalogueIsSortedAndSaysWhereThingsAre() {
        assertEquals(DataSets.all().stream().map(DataSets.Entry::name).sorted().toList(), DataSets.all().stream().map(DataSets.Entry::name).toList());
        assertTrue(DataSets.find("digits").orElseThrow().bundled());
        assertTrue(DataSets.find("none").isEmpty());
    }
}
