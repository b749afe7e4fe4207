package loam.tests.methods.common;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import loam.methods.common.SceneImages;
import loam.methods.common.Scenes;
import loam.methods.data.NamedSplit;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a digit of the target among those of the source, garments under a digit's label, an image that is taken twice. */
@Tag("fast")
class SceneImagesTest {
    /** Images whose every pixel is {@code base + label}, in hundredths. */
    private static NamedSplit flat(String name, int base) {
        int[] labels = IntStream.range(0, 60).map(i -> i % 10).toArray();
        Tensor value = Tensor.ofInts(Shape.of(60, 1, 1, 1), labels).to(DType.F32).add(base).div(100);
        LabelledDataset data = LabelledDataset.of(value.expand(Shape.of(60, 1, 28, 28)).contiguous(), labels, 10);
        return new NamedSplit(name, data, data, "nowhere", "0");
    }

    @Test
    void theSourceTaskHasItsClassesAndLabels() {
        NamedSplit digits = flat("digits", 0);
        SceneImages images = new SceneImages(digits, flat("garments", 50), new Scenes(Tensor.zeros(Shape.of(1, 1, 28, 28))));
        LabelledDataset source = images.source(25, 12, new int[] {3, 9}, Rng.seed(1000));
        assertEquals(7, source.classes());
        assertEquals(37, source.size());
        double[] brightest = source.x().max(1, 2, 3).toDoubles();
        for (int i = 0; i < 37; i++) {
            int y = source.labels()[i];
            double expected = (y < 5 ? y : y == 5 ? 53 : 59) / 100.0;
            assertEquals((expected - 0.2) / 0.35, brightest[i], 1e-5);
            assertEquals(i < 25, y < 5);
        }
        assertTrue(Arrays.stream(source.counts()).allMatch(c -> c > 0));
    }

    @Test
    void picksAreRandomAndNeverTwice() {
        Tensor x = Tensor.arange(40).reshape(40, 1, 1, 1);
        LabelledDataset data = LabelledDataset.of(x, IntStream.range(0, 40).map(i -> i % 4).toArray());
        LabelledDataset picked = SceneImages.pick(data, 20, new int[] {1, 3}, Rng.seed(1000));
        assertArrayEquals(IntStream.range(0, 20).map(i -> 2 * i + 1).toArray(), Arrays.stream(picked.x().reshape(20).toInts()).sorted().toArray());
        assertThrows(ArgumentException.class, () -> SceneImages.pick(data, 21, new int[] {1, 3}, Rng.seed(1000)));
    }
}
