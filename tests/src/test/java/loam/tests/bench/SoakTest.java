package loam.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loam.bench.soak.Soak;
import loam.bench.soak.SoakCheck;
import loam.bench.soak.SoakRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short soak of the CNN, and that a soak can fail. Would catch memory that a step keeps, a recycled array that is read after its step,
 * and a check that finds neither.
 */
class SoakTest {
    private static final int STEPS = 500;
    private static final int LEAK = 40_000;

    /** A training that keeps some bytes of every step. */
    private static final class Fake implements SoakRun.Training {
        private final int leak;
        private final List<byte[]> kept = new ArrayList<>();
        private int starts;

        Fake(int leak) {
            this.leak = leak;
        }

        @Override
        public void start(double factor) {
            starts++;
        }

        @Override
        public void train(int n, float[] losses, int from) {
            for (int i = from; i < from + n; i++) {
                kept.add(new byte[leak]);
                losses[i] = 1f / (1 + i);
            }
        }

        @Override
        public long pooledBytes() {
            return kept.size() * 16_384L;
        }
    }

    @Test
    void fiveHundredStepsOfTheCnn(@TempDir Path dir) throws IOException, InterruptedException {
        Map<String, Object> report = Soak.run(Soak.Options.parse("--steps", Integer.toString(STEPS)), dir);
        assertEquals("passed", report.get("verdict"), report::toString);
        assertEquals(STEPS, report.get("done"));
        assertEquals(2, report.get("threads"));
    }

    @Test
    void aLeakIsFound() {
        float[] losses = new float[STEPS];
        Fake fake = new Fake(LEAK);
        List<String> faults = SoakCheck.faults(SoakRun.run(fake, losses, 60), losses, losses);
        assertEquals(1, fake.starts);
        assertEquals(2, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith("heap after collection grew") && faults.get(1).startsWith("pool grew"), faults::toString);
    }

    @Test
    void eachKindOfGrowthAndOfLossIsJudged() {
        float[] losses = {2, 1};
        SoakRun.Sample first = new SoakRun.Sample(1, 1 << 20, 1 << 20, 1 << 20);
        assertEquals(List.of(), SoakCheck.faults(List.of(first, first), losses, losses));
        for (SoakRun.Sample last : List.of(new SoakRun.Sample(2, 20 << 20, 1 << 20, 1 << 20), new SoakRun.Sample(2, 1 << 20, 80 << 20, 1 << 20),
                new SoakRun.Sample(2, 1 << 20, 1 << 20, 3 << 20))) {
            assertEquals(1, SoakCheck.faults(List.of(first, last), losses, losses).size());
        }
        assertEquals(1, SoakCheck.faults(List.of(first), losses, losses).size());
        assertEquals(1, SoakCheck.faults(List.of(first, first), losses, new float[] {2, Math.nextUp(1f)}).size());
        assertEquals(1, SoakCheck.faults(List.of(first, first), new float[] {2, Float.NaN}, new float[] {2, Float.NaN}).size());
        assertEquals(1, SoakCheck.faults(List.of(first, first), new float[] {2, 0}, new float[] {2, 0}).size());
    }

    @Test
    void wrongUsageIsRefused() {
        for (String[] args : List.of(new String[] {"--steps"}, new String[] {"--steps", "1"}, new String[] {"--rows", "x"}, new String[] {"--row", "gemm-256"})) {
            assertThrows(IllegalArgumentException.class, () -> Soak.Options.parse(args));
        }
    }
}
