package loam.tests.methods.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import loam.methods.Progress;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.data.DataPlaces;
import loam.methods.tuning.momentprobing.MomentProbingExperiment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: numbers that change from run to run, a head of two layers that is larger than the probe, test images among the held-out ones. */
@Tag("fast")
class MomentProbingExperimentTest {
    private static Map<String, List<Double>> run(String validation) {
        Map<String, String> few = Map.of("images", "64", "sourceEpochs", "1", "epochs", "1", "samples", "64", "pairedEpochs", "1", "hidden", "28", "validation", validation);
        Settings settings = Settings.of(new MomentProbingExperiment().settings(Tier.TINY), few);
        return Runner.run(Registry.load().find("moment-probing"), new RunRequest(Tier.TINY, List.of(1000L), settings, DataPlaces.standard(null), null), Progress.NONE).metrics();
    }

    @Test
    void theSameSeedGivesTheSameNumbers() {
        Map<String, List<Double>> one = run("false");
        assertEquals(one, run("false"));
        assertTrue(!one.equals(run("true")), "held-out images are others");
        for (String task : List.of("images", "paired")) {
            double budget = one.get(task + ".mp.parameters").get(0);
            double layers = one.get(task + ".mlp.parameters").get(0);
            assertTrue(layers <= budget && layers > 0.95 * budget, task + " " + layers + " of " + budget);
        }
    }
}
