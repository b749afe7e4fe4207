package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import loam.methods.continual.common.IncrementalAccuracy;
import loam.methods.continual.common.IncrementalScenario;
import loam.tensor.ArgumentException;
import loam.tensor.Rng;
import loam.tensor.StateException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: state 0 in an average that shall leave it out, classes instead of samples averaged, a wrong origin, forgetting against the wrong best. */
@Tag("fast")
class IncrementalAccuracyTest {
    /** Three states: two classes, then one, then one. */
    private final IncrementalScenario scenario = IncrementalScenario.of(4, 2, 1, Rng.seed(1000));
    private final int a = scenario.first()[0];
    private final int b = scenario.first()[1];
    private final int c = scenario.arriving(1)[0];
    private final int d = scenario.arriving(2)[0];

    private IncrementalAccuracy threeStates() {
        IncrementalAccuracy meter = new IncrementalAccuracy(scenario);
        assertEquals(0.75, meter.add(new int[] {a, a, b, a}, new int[] {a, a, b, b}), 1e-12);
        assertEquals(0.4, meter.add(new int[] {a, c, b, c, b}, new int[] {a, a, b, b, c}), 1e-12);
        meter.add(new int[] {a, a, d, d, c, d, a, d}, new int[] {a, a, b, b, c, c, d, d});
        return meter;
    }

    @Test
    void accuracyCountsSamplesAndAveragesCountStates() {
        IncrementalAccuracy meter = threeStates();
        assertEquals(List.of(0.75, 0.4, 0.5), meter.perState());
        assertEquals((0.75 + 0.4 + 0.5) / 3, meter.average(0), 1e-12);
        assertEquals(0.45, meter.average(1), 1e-12);
        assertEquals(0.5, meter.last(), 1e-12);
    }

    @Test
    void everyStateIsKnownByTheClassesThatItBrought() {
        IncrementalAccuracy meter = threeStates();
        assertEquals(0.75, meter.of(0, 0), 1e-12);
        assertEquals(0.5, meter.of(1, 0), 1e-12);
        assertEquals(0, meter.of(1, 1), 1e-12);
        assertEquals(0.5, meter.of(2, 0), 1e-12);
        assertEquals(0.5, meter.of(2, 1), 1e-12);
        assertEquals(0.5, meter.of(2, 2), 1e-12);
    }

    @Test
    void forgettingIsTheBestEverMinusNow() {
        IncrementalAccuracy meter = threeStates();
        // State 0's classes fell from 0.75 to 0.5; state 1's rose from 0 to 0.5.
        assertEquals((0.25 - 0.5) / 2, meter.forgetting(), 1e-12);
        IncrementalAccuracy one = new IncrementalAccuracy(scenario);
        one.add(new int[] {a}, new int[] {a});
        assertEquals(0, one.forgetting(), "nothing came before");
    }

    @Test
    void mistakesAreNamed() {
        IncrementalAccuracy meter = new IncrementalAccuracy(scenario);
        assertThrows(StateException.class, meter::last);
        assertThrows(StateException.class, () -> meter.average(0));
        assertThrows(ArgumentException.class, () -> meter.add(new int[] {a}, new int[] {a, b}));
        assertThrows(ArgumentException.class, () -> meter.add(new int[0], new int[0]));
        for (int later : new int[] {c, d}) {
            assertThrows(ArgumentException.class, () -> meter.add(new int[] {a}, new int[] {later}), "it has not arrived yet");
        }
        meter.add(new int[] {a}, new int[] {a});
        assertThrows(StateException.class, () -> meter.average(1), "only state 0 was measured");
        meter.add(new int[] {a}, new int[] {a});
        meter.add(new int[] {a}, new int[] {a});
        assertThrows(StateException.class, () -> meter.add(new int[] {a}, new int[] {a}), "there is no fourth state");
        assertEquals(3, meter.perState().size());
    }
}
