package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import loam.methods.continual.common.IncrementalScenario;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a class that comes twice or never, states of wrong sizes, an order that does not follow the generator, arrays that a caller can spoil. */
@Tag("fast")
class IncrementalScenarioTest {
    private static IncrementalScenario of(int classes, int initial, int increment) {
        return IncrementalScenario.of(classes, initial, increment, Rng.seed(1000));
    }

    @Test
    void everyClassArrivesOnceInStatesOfTheSizesAskedFor() {
        int[][] cases = {{26, 14, 4, 4}, {26, 14, 2, 7}, {26, 6, 2, 11}, {10, 10, 3, 1}, {5, 1, 1, 5}};
        for (int[] c : cases) {
            IncrementalScenario s = of(c[0], c[1], c[2]);
            assertEquals(c[3], s.states(), Arrays.toString(c));
            assertEquals(c[1], s.first().length);
            for (int state = 1; state < s.states(); state++) {
                assertEquals(c[2], s.arriving(state).length);
            }
            assertArrayEquals(IntStream.range(0, c[0]).toArray(), Arrays.stream(s.seen(s.states() - 1)).sorted().toArray());
        }
    }

    @Test
    void theLastStateTakesWhatIsLeft() {
        IncrementalScenario s = of(10, 4, 4);
        assertEquals(3, s.states());
        assertEquals(4, s.arriving(1).length);
        assertEquals(2, s.arriving(2).length);
    }

    @Test
    void seenIsAllThatArrivedInOrder() {
        IncrementalScenario s = of(9, 3, 2);
        int[] seen = new int[0];
        for (int state = 0; state < s.states(); state++) {
            seen = IntStream.concat(Arrays.stream(seen), Arrays.stream(s.arriving(state))).toArray();
            assertArrayEquals(seen, s.seen(state));
        }
        assertArrayEquals(Arrays.copyOfRange(seen, 3, 9), s.later());
        assertArrayEquals(s.arriving(0), s.first());
    }

    @Test
    void theOrderIsTheGeneratorsAndDoesNotDependOnTheStates() {
        assertArrayEquals(of(26, 14, 4).seen(3), of(26, 14, 2).seen(6), "the same letters first, whatever the increment");
        assertArrayEquals(of(26, 6, 2).seen(10), of(26, 6, 2).seen(10));
        assertTrue(!Arrays.equals(of(26, 6, 2).seen(10), IncrementalScenario.of(26, 6, 2, Rng.seed(1001)).seen(10)));
    }

    @Test
    void whatIsHandedOutIsACopy() {
        IncrementalScenario s = of(5, 3, 1);
        int[] before = s.seen(2);
        Arrays.fill(s.first(), -1);
        Arrays.fill(s.arriving(1), -1);
        Arrays.fill(s.seen(2), -1);
        assertArrayEquals(before, s.seen(2));
    }

    @Test
    void mistakesAreNamed() {
        assertThrows(ArgumentException.class, () -> of(5, 0, 1));
        assertThrows(ArgumentException.class, () -> of(5, 6, 1));
        assertThrows(ArgumentException.class, () -> of(5, 3, 0));
    }
}
