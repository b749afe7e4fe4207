package loam.tests.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.Sequential;
import loam.optim.Adam;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.io.Json;
import loam.tensor.profile.Phase;
import loam.tensor.profile.Profile;
import loam.tensor.profile.Profiler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: an operation that is counted twice, under the wrong module or phase; arithmetic that differs from the formula; times that
 * add up to more than the whole; results that change under the profiler; a profiler left behind by an error.
 */
@Tag("fast")
class ProfilerTest {
    private static final int BATCH = 4;

    private static Sequential network() {
        Rng rng = Rng.seed(1);
        return new Sequential(new Conv2d(2, 3, 3, rng), new Flatten(), new Linear(3 * 6 * 6, 5, rng));
    }

    private static float[] train(Sequential network, int steps) {
        Adam adam = new Adam(network.parameters(), 1e-3);
        Tensor x = Tensor.randn(Shape.of(BATCH, 2, 8, 8), Rng.seed(2));
        float[] losses = new float[steps];
        for (int i = 0; i < steps; i++) {
            var loss = Losses.crossEntropy(network.forward(x), new int[] {0, 1, 2, 3});
            losses[i] = (float) loss.item();
            adam.step(loss);
        }
        return losses;
    }

    @Test
    void operationsAreCountedUnderTheirModuleAndPhase() {
        Profile p = Profiler.run(() -> train(network(), 3));
        long conv = 2L * BATCH * 3 * 6 * 6 * 2 * 3 * 3;
        Profile.Row forward = row(p, "conv2d", Phase.FORWARD);
        assertEquals("0 (Conv2d)", forward.key().module());
        assertEquals(3, forward.calls());
        assertEquals(3 * conv, forward.flops());
        Profile.Row backward = row(p, "conv2d", Phase.BACKWARD);
        assertEquals("0 (Conv2d)", backward.key().module());
        assertEquals(3, backward.calls());
        assertEquals(3 * conv, backward.flops(), "the network's input wants no gradient, so only the weight's product is left");
        assertEquals(3, row(p, "adam", Phase.UPDATE).calls());
        assertTrue(p.byModule().stream().anyMatch(r -> r.key().module().equals("2 (Linear)") && r.key().phase() == Phase.BACKWARD), p.table());
        assertTrue(p.table().contains("conv2d") && p.table().contains("(between)"), p.table());
    }

    @Test
    void timesAddUpToNoMoreThanTheWhole() {
        Profile p = Profiler.run(() -> train(network(), 3));
        double inside = p.rows().stream().mapToLong(Profile.Row::nanos).sum() / 1e9;
        assertTrue(inside > 0 && inside <= p.seconds() * 1.001, inside + " of " + p.seconds());
        assertTrue(p.rows().stream().allMatch(r -> r.nanos() >= 0 && r.allocated() >= 0), p.table());
        long rows = p.rows().stream().mapToLong(Profile.Row::calls).sum();
        assertEquals(rows, p.byOperation().stream().mapToLong(Profile.Row::calls).sum());
        assertEquals(rows, p.byModule().stream().mapToLong(Profile.Row::calls).sum());
    }

    @Test
    void resultsStayTheSame() {
        List<float[]> measured = new ArrayList<>();
        Profiler.run(() -> measured.add(train(network(), 4)));
        assertArrayEquals(train(network(), 4), measured.get(0));
    }

    @Test
    void plainTensorsAreCountedAsKernels() {
        Profile p = Profiler.run(() -> Tensor.ones(Shape.of(8, 16)).matmul(Tensor.ones(Shape.of(16, 4))));
        Profile.Row product = row(p, "matmul", Phase.OTHER);
        assertEquals(2L * 8 * 16 * 4, product.flops());
        assertEquals(4L * (8 * 16 + 16 * 4 + 8 * 4), product.moved());
        assertTrue(product.key().module().isEmpty());
    }

    @Test
    void anErrorPassesThroughAndEndsTheProfile() {
        Sequential network = network();
        ShapeException e = assertThrows(ShapeException.class, () -> Profiler.run(() -> network.forward(Tensor.ones(Shape.of(1, 7, 8, 8)))));
        assertTrue(e.getMessage().contains("conv2d"), e.getMessage());
        assertNull(Profiler.current());
    }

    @Test
    void theTraceHoldsEveryCall(@TempDir Path dir) throws IOException {
        Profile p = Profiler.run(() -> train(network(), 2));
        p.writeTrace(dir.resolve("trace.json"));
        Map<?, ?> trace = (Map<?, ?>) Json.parse(Files.readString(dir.resolve("trace.json")), "trace");
        List<?> events = (List<?>) trace.get("traceEvents");
        long conv = events.stream().map(e -> (Map<?, ?>) e).filter(e -> e.get("name").equals("conv2d") && e.get("cat").equals("forward")).count();
        assertEquals(2, conv);
        assertTrue(events.stream().map(e -> (Map<?, ?>) e).allMatch(e -> e.get("ph").equals("X") && ((Number) e.get("dur")).doubleValue() >= 0));
    }

    private static Profile.Row row(Profile p, String operation, Phase phase) {
        List<Profile.Row> rows = p.rows().stream().filter(r -> r.key().operation().equals(operation) && r.key().phase() == phase).toList();
        assertEquals(1, rows.size(), p.table());
        return rows.get(0);
    }
}
