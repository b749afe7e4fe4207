package loam.tests.methods.continual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import loam.methods.Method;
import loam.methods.Progress;
import loam.methods.Registry;
import loam.methods.RunRequest;
import loam.methods.RunResult;
import loam.methods.Runner;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.data.DataPlaces;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: an arm that draws from a generator of its own, means that depend on the order of the stream, a baseline that does not forget. */
@Tag("fast")
class NearestMeanClassifierExperimentTest {
    @Test
    void theSameSeedGivesTheSameNumbers() {
        Method method = Registry.load().find("nearest-mean-classifier");
        Map<String, String> few = Map.of("rows", "2000", "epochs", "3", "epochsPerTask", "1", "jointEpochs", "2");
        RunRequest request = new RunRequest(Tier.TINY, List.of(1000L), Settings.of(method.experiment().settings(Tier.TINY), few), DataPlaces.standard(null), null);
        RunResult one = Runner.run(method, request, Progress.NONE);
        assertEquals(one.metrics(), Runner.run(method, request, Progress.NONE).metrics());
        assertTrue(one.metrics().get("means.difference").get(0) < 1e-12);
        assertTrue(one.metrics().get("letters.nmc.last").get(0) > one.metrics().get("letters.tuned.last").get(0) + 0.2, one.metrics().toString());
        assertTrue(one.metrics().get("letters.head.forgetting").get(0) > one.metrics().get("letters.nmc.forgetting").get(0));
    }
}
