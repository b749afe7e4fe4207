package loam.tests.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.optim.Adam;
import loam.optim.AdamW;
import loam.optim.Clip;
import loam.optim.Ema;
import loam.optim.Optimizer;
import loam.optim.RmsProp;
import loam.optim.Schedule;
import loam.optim.Sgd;
import loam.optim.StepObserver;
import loam.tensor.ArgumentException;
import loam.tensor.LoamException;
import loam.tensor.NumericException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: a step that touches what it must not (other leaves' gradients, snapshots, frozen parameters), state that does not resume,
 * a loss that is not a number passing unseen, schedules off by one.
 */
@Tag("fast")
class OptimizerTest {
    private static final List<Function<List<Parameter>, Optimizer>> ALL = List.of(
            p -> new Sgd(p, 0.1), p -> new Sgd(p, 0.05).momentum(0.9).nesterov(), p -> new Adam(p, 0.1), p -> new AdamW(p, 0.1),
            p -> new RmsProp(p, 0.05).momentum(0.5).centered());

    private static Variable loss(Parameter w) {
        return w.sub(Tensor.of(1, -2, 3)).square().sum();
    }

    @Test
    void everyOptimizerFindsTheMinimumOfABowl() {
        for (Function<List<Parameter>, Optimizer> make : ALL) {
            Parameter w = new Parameter(Tensor.zeros(Shape.of(3)));
            Optimizer o = make.apply(List.of(w));
            for (int i = 0; i < 400; i++) {
                o.lr(0.05 * (1 - i / 400.0));
                o.step(loss(w));
            }
            assertArrayEquals(new float[] {1, -2, 3}, w.value().toFloats(), 0.05f, o.getClass().getSimpleName());
        }
    }

    @Test
    void stepLeavesOthersAlone() {
        Parameter mine = new Parameter(Tensor.of(1, 2, 3));
        Parameter other = new Parameter(Tensor.of(4, 5, 6));
        new Sgd(List.of(mine), 0.1).step(mine.mul(other).sum());
        assertNull(other.grad());
        assertNull(mine.grad());
        assertArrayEquals(new float[] {4, 5, 6}, other.value().toFloats());
        assertArrayEquals(new float[] {0.6f, 1.5f, 2.4f}, mine.value().toFloats(), 1e-6f);
    }

    @Test
    void stepAddsWhatBackwardLeftBefore() {
        Parameter w = new Parameter(Tensor.of(1));
        w.mul(2).sum().backward();
        new Sgd(List.of(w), 1).step(w.mul(3).sum());
        assertEquals(1 - 5, w.item(), 1e-6);
    }

    @Test
    void snapshotsStayAndFrozenParametersToo() {
        Parameter w = new Parameter(Tensor.of(1, 2, 3));
        Parameter frozen = new Parameter(Tensor.of(1, 2, 3));
        frozen.requiresGrad(false);
        Tensor before = w.value();
        new Adam(List.of(w, frozen), 0.1).step(loss(w).add(frozen.sum()));
        assertArrayEquals(new float[] {1, 2, 3}, before.toFloats());
        assertArrayEquals(new float[] {1, 2, 3}, frozen.value().toFloats());
        assertTrue(Math.abs(w.value().at(1) - 2) > 0.05);
    }

    @Test
    void backwardAfterAnUpdateIsRefused() {
        Parameter w = new Parameter(Tensor.of(1, 2, 3));
        Variable loss = w.square().sum();
        w.update(Tensor.of(2, 2, 2));
        LoamException e = assertThrows(LoamException.class, loss::backward);
        assertTrue(e.getMessage().contains("updated after the forward pass"), e.getMessage());
    }

    @Test
    void aLossThatIsNoNumberNamesStepAndPlace() {
        Parameter w = new Parameter(Tensor.of(1, 2, 3));
        Adam adam = new Adam(List.of(w), 0.1);
        adam.step(loss(w));
        NumericException e = assertThrows(NumericException.class, () -> adam.step(w.sub(5).log().sum()));
        assertTrue(e.getMessage().contains("step 2") && e.getMessage().contains("log"), e.getMessage());
        assertEquals(1, adam.steps());
    }

    @Test
    void anObserverHearsEveryStepBeforeTheUpdateAndOnlyInside() {
        Parameter w = new Parameter(Tensor.zeros(Shape.of(3)));
        Sgd sgd = new Sgd(List.of(w), 0.1);
        List<String> heard = new ArrayList<>();
        StepObserver.during((optimizer, loss) -> heard.add(optimizer.steps() + " " + (loss == null ? "classic" : loss.item()) + " " + w.value().at(0)
                + " " + w.grad().at(0)), () -> {
            sgd.step(loss(w));
            StepObserver.during((optimizer, loss) -> heard.add("inner"), () -> sgd.step(loss(w)));
            loss(w).backward();
            sgd.step();
        });
        sgd.zeroGrad();
        sgd.step(loss(w));
        assertEquals(3, heard.size(), heard.toString());
        assertEquals("0 14.0 0.0 -2.0", heard.get(0));
        assertEquals("inner", heard.get(1));
        assertTrue(heard.get(2).startsWith("2 classic 0.36"), heard.get(2));
        assertThrows(IllegalStateException.class, () -> StepObserver.during((optimizer, loss) -> {
            throw new IllegalStateException("enough");
        }, () -> sgd.step(loss(w))));
        assertEquals(4, sgd.steps(), "what an observer throws ends the step");
    }

    @Test
    void stateResumesBitForBit() {
        for (Function<List<Parameter>, Optimizer> make : ALL) {
            Parameter a = new Parameter(Tensor.randn(Shape.of(3), Rng.seed(5)));
            Optimizer first = make.apply(List.of(a));
            first.step(loss(a));
            first.step(loss(a));
            Parameter b = new Parameter(a.value());
            Optimizer second = make.apply(List.of(b));
            second.load(first.stateDict());
            first.step(loss(a));
            second.step(loss(b));
            assertArrayEquals(a.value().toFloats(), b.value().toFloats(), first.getClass().getSimpleName());
            assertEquals(3, second.steps());
        }
    }

    @Test
    void wrongStateIsRefused() {
        Sgd sgd = new Sgd(List.of(new Parameter(Tensor.of(1, 2))), 0.1);
        assertThrows(LoamException.class, () -> sgd.load(Map.of("1.momentum_buffer", Tensor.of(1, 2))));
        assertThrows(LoamException.class, () -> sgd.load(Map.of("0.momentum_buffer", Tensor.of(1, 2, 3))));
    }

    @Test
    void badSettingsAreNamed() {
        Parameter w = new Parameter(Tensor.of(1));
        assertThrows(ArgumentException.class, () -> new Sgd(List.of(w), -1));
        assertThrows(ArgumentException.class, () -> new Sgd(List.of(w), Double.NaN));
        assertThrows(ArgumentException.class, () -> new Adam(List.of(w), 0.1).betas(1, 0.9));
        assertThrows(ArgumentException.class, () -> new Sgd(List.of(w, w), 0.1));
        assertThrows(ArgumentException.class, () -> new Sgd(List.<Parameter>of(), 0.1));
        assertThrows(ArgumentException.class, () -> new Sgd(List.of(w), 0.1).nesterov());
    }

    @Test
    void clippingScalesTogether() {
        Parameter a = new Parameter(Tensor.of(3));
        Parameter b = new Parameter(Tensor.of(4));
        a.square().mul(0.5).sum().backward();
        b.square().mul(0.5).sum().backward();
        assertEquals(5, Clip.norm(List.of(a, b), 1), 1e-6);
        assertEquals(0.6, a.grad().item(), 1e-5);
        assertEquals(0.8, b.grad().item(), 1e-5);
        Clip.value(List.of(a, b), 0.7);
        assertEquals(0.7, b.grad().item(), 1e-6);
        assertEquals(0.6, a.grad().item(), 1e-5);
    }

    @Test
    void averageStandsInAndGivesBack() {
        Parameter w = new Parameter(Tensor.of(0));
        Ema ema = new Ema(List.of(w), 0.9);
        w.update(Tensor.of(10));
        ema.update();
        try (Ema.Restore r = ema.apply()) {
            assertEquals(1, w.item(), 1e-6);
        }
        assertEquals(10, w.item());
    }

    @Test
    void schedulesStartAndEndWhereTheySay() {
        Schedule cosine = Schedule.cosine(1, 10, 0.1);
        assertEquals(1, cosine.at(0));
        assertEquals(0.1, cosine.at(10), 1e-12);
        assertEquals(0.1, cosine.at(50), 1e-12);
        Schedule warm = Schedule.warmup(0, 4, Schedule.constant(2));
        assertEquals(0, warm.at(0));
        assertEquals(1, warm.at(2));
        assertEquals(2, warm.at(4));
        Schedule cycle = Schedule.oneCycle(1, 20);
        assertEquals(1 / 25.0, cycle.at(0), 1e-12);
        assertEquals(1, cycle.at(5), 1e-12);
        assertEquals(1 / 25.0 / 1e4, cycle.at(19), 1e-12);
        Sgd sgd = new Sgd(List.of(new Parameter(Tensor.of(1))), 5);
        Schedule.step(1, 2, 0.5).apply(sgd);
        assertEquals(1, sgd.lr());
    }
}
