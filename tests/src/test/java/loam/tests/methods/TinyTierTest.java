package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import loam.autograd.Parameter;
import loam.methods.DataUse;
import loam.methods.Method;
import loam.methods.Registry;
import loam.optim.Sgd;
import loam.optim.StepObserver;
import loam.tensor.Context;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Takes every method through its tiny tier. Would catch: numbers that the seed does not decide, a parameter that is not trained and not
 * frozen, a loss that is another on plain kernels, a forgotten print, a tier that has become slow.
 */
class TinyTierTest {
    private static final double LOSS_TOLERANCE = 1e-4;

    static Stream<String> slugs() {
        return Registry.load().methods().stream().map(m -> m.info().slug());
    }

    @ParameterizedTest
    @MethodSource("slugs")
    void keepsWhatIsAskedOfEveryMethod(String slug) {
        check(slug, TinyRun.of(slug));
    }

    static void check(String slug, TinyRun run) {
        assertAll(slug,
                () -> assertEquals(List.of(), run.first().diverged(), "its training does not diverge"),
                () -> assertEquals(run.first().metrics(), run.second().metrics(), "two runs on one seed gave different metrics"),
                () -> assertEquals(run.first().curves(), run.second().curves(), "two runs on one seed gave different curves"),
                () -> assertEquals(List.of(), run.first().data().stream().map(DataUse::source).filter(s -> s.contains("/")).toList(),
                        "the tiny tier uses data that is not in the jar"),
                () -> assertEquals(List.of(), run.training().withoutGradient(), "these never had a gradient: freeze them or use them"),
                () -> assertEquals(List.of(), run.training().untrained(), "these take part in a loss and no optimizer has them: freeze or train them"),
                () -> lossesAgree(run.training().firstLosses(), run.scalarLosses()),
                () -> assertEquals("", run.printed(), "results, notes and progress go to the RunContext"),
                () -> assertTrue(!Context.current().kernels().name().equals("simd") || run.leastNanos() <= TinyRun.allowedNanos(),
                        "one seed took " + run.leastNanos() / 1e9 + " s of processor time; allowed are " + TinyRun.allowedNanos() / 1e9));
    }

    private static void lossesAgree(List<Double> here, List<Double> scalar) {
        assertEquals(here.size(), scalar.size());
        for (int i = 0; i < here.size(); i++) {
            assertEquals(scalar.get(i), here.get(i), LOSS_TOLERANCE * Math.abs(scalar.get(i)), "loss " + (i + 1) + ": expected is that on scalar kernels");
        }
    }

    @Test
    void theWatchFindsWhatIsNotTrained() {
        Parameter used = new Parameter(Tensor.of(1, 2));
        Parameter idle = new Parameter(Tensor.of(1, 2, 3));
        Parameter frozen = new Parameter(Tensor.of(1, 2, 3, 4));
        frozen.requiresGrad(false);
        Parameter forgotten = new Parameter(Tensor.of(5));
        Sgd sgd = new Sgd(List.of(used, idle, frozen), 0.1);
        WatchedTraining watch = new WatchedTraining();
        StepObserver.during(watch, () -> {
            for (int i = 0; i < 5; i++) {
                sgd.step(used.mul(forgotten).sum().add(frozen.sum()));
            }
        });
        assertEquals(List.of("parameter 2 of 3, shape [3], of the run's Sgd number 1"), watch.withoutGradient());
        assertEquals(List.of("a parameter of shape [1]"), watch.untrained());
        assertEquals(WatchedTraining.FIRST, watch.firstLosses().size());
        assertEquals(25, watch.firstLosses().get(0));
    }

    @Test
    void whatDiffersIsTold() {
        Method method = new FakeFamily().methods().get(1);
        TinyRun run = TinyRun.of(method);
        check("sure-thing", run);
        WatchedTraining other = new WatchedTraining();
        Parameter w = new Parameter(Tensor.of(1));
        StepObserver.during(other, () -> new Sgd(List.of(w), 0.1).step(w.square().sum()));
        TinyRun wrong = new TinyRun(run.first(), run.second(), other, List.of(1.001), "loss 1.0\n", TinyRun.BUDGET_NANOS);
        AssertionError e = assertThrows(AssertionError.class, () -> check("sure-thing", wrong));
        assertTrue(e.getMessage().contains("2 failures") && e.getMessage().contains("scalar kernels") && e.getMessage().contains("RunContext"), e.getMessage());
    }
}
