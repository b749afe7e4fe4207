package loam.tests.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import loam.autograd.Buffer;
import loam.autograd.Draws;
import loam.autograd.Grad;
import loam.autograd.GradCheck;
import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.LoamException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import loam.tensor.Workspace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: gradients lost or counted twice where a value is used twice, recursion in the walk, history recorded where none is wanted,
 * hooks on the wrong value, a checkpoint that differs from the plain pass (values, parameters, random draws, second order), a saved value
 * that changed unseen.
 */
@Tag("fast")
class TapeTest {
    private static Variable leaf(float... v) {
        return Variable.of(Tensor.of(v)).requiresGrad();
    }

    @Test
    void leavesAreThoseThatWantAGradient() {
        Variable a = leaf(1, 2);
        Variable b = leaf(3, 4);
        Variable frozen = Variable.of(Tensor.of(5, 6));
        Variable y = a.mul(frozen).add(b).mul(a).sum();
        assertEquals(List.of(a, b), Grad.leaves(y));
        assertEquals(List.of(), Grad.leaves(y.detach()));
        assertEquals(List.of(b), Grad.leaves(Grad.noGrad(() -> a.mul(2)).mul(b).sum()));
    }

    @Test
    void aValueUsedTwiceGetsBothGradients() {
        Variable x = leaf(3);
        Variable y = x.mul(x).add(x);
        y.sum().backward();
        assertEquals(7, x.grad().item(), 1e-6);
        y.sum().backward();
        assertEquals(14, x.grad().item(), 1e-6, "a second backward adds");
        x.zeroGrad();
        assertNull(x.grad());
    }

    @Test
    void aDiamondIsWalkedOnce() {
        Variable x = leaf(2);
        int[] visits = {0};
        Variable a = x.square();
        a.hook(g -> {
            visits[0]++;
            return g;
        });
        a.mul(3).add(a.mul(4)).sum().backward();
        assertEquals(28, x.grad().item(), 1e-6);
        assertEquals(1, visits[0]);
    }

    @Test
    void aHundredThousandStepsDeepNeedNoStack() {
        Variable x = leaf(1);
        Variable y = x;
        for (int i = 0; i < 100_000; i++) {
            y = y.add(1);
        }
        y.sum().backward();
        assertEquals(1, x.grad().item());
    }

    @Test
    void higherOrders() {
        Variable w = leaf(1, 2, 3);
        Tensor v = Tensor.of(1, 1, 2);
        Variable g = Grad.grad(w.pow(3).sum(), w, Grad.CREATE_GRAPH);
        assertArrayEquals(new float[] {3, 12, 27}, g.value().toFloats(), 1e-4f);
        Variable h = Grad.grad(g.mul(v).sum(), w, Grad.CREATE_GRAPH);
        assertArrayEquals(new float[] {6, 12, 36}, h.value().toFloats(), 1e-4f);
        Variable third = Grad.grad(h.sum(), w);
        assertArrayEquals(new float[] {6, 6, 12}, third.value().toFloats(), 1e-4f);
        assertNull(w.grad(), "grad leaves the leaves alone");
    }

    @Test
    void gradientsOfResultsInTheMiddle() {
        Variable x = leaf(2);
        Variable a = x.square();
        Variable y = a.mul(a).sum();
        List<Variable> g = Grad.grad(y, List.of(a, x), false);
        assertEquals(8, g.get(0).item(), 1e-5);
        assertEquals(32, g.get(1).item(), 1e-4);
    }

    @Test
    void whatDoesNotDependGetsZeros() {
        Variable x = leaf(1, 2);
        Variable other = leaf(5);
        assertArrayEquals(new float[] {0}, Grad.grad(x.sum(), other).value().toFloats());
        assertNull(Grad.gradients(x.sum(), List.of(other)).get(0));
    }

    @Test
    void noGradAndDetachStopHistory() {
        Variable x = leaf(1, 2);
        Variable y = Grad.noGrad(() -> x.mul(2));
        assertTrue(y.isLeaf());
        assertFalse(y.needsGrad());
        assertTrue(Context.current().gradEnabled());
        assertThrows(IllegalStateException.class, () -> Grad.noGrad((Runnable) () -> {
            throw new IllegalStateException();
        }));
        assertTrue(Context.current().gradEnabled(), "restored after an exception");
        Variable z = x.mul(x.detach()).sum();
        z.backward();
        assertArrayEquals(new float[] {1, 2}, x.grad().toFloats(), 1e-6f);
        StateException e = assertThrows(StateException.class, () -> y.sum().backward());
        assertTrue(e.getMessage().contains("no history"), e.getMessage());
    }

    @Test
    void mistakesAreNamed() {
        Variable x = leaf(1, 2);
        assertTrue(assertThrows(ShapeException.class, () -> x.mul(2).backward()).getMessage().contains("not a scalar"));
        assertThrows(LoamException.class, () -> Variable.of(Tensor.ofInts(Shape.of(1), 1)).requiresGrad());
        assertThrows(StateException.class, () -> x.mul(2).requiresGrad(false));
        assertThrows(StateException.class, () -> Grad.grad(x.sum(), Variable.of(Tensor.of(1))));
        assertThrows(ShapeException.class, () -> new Parameter(Tensor.of(1, 2)).update(Tensor.of(1)));
        ShapeException e = assertThrows(ShapeException.class, () -> Ops.matmul(Tensor.zeros(Shape.of(2, 3)), Tensor.zeros(Shape.of(2, 3))));
        assertTrue(e.getMessage().contains("[2, 3]") && e.getMessage().contains("hint"), e.getMessage());
    }

    @Test
    void hooksSeeAndReplace() {
        Variable x = leaf(1, 2);
        List<Double> seen = new ArrayList<>();
        Variable y = x.mul(3);
        y.hook(g -> {
            seen.add(g.sum().item());
            return g.mul(10);
        });
        x.hook(g -> g.add(1));
        y.sum().backward();
        assertEquals(List.of(2.0), seen);
        assertArrayEquals(new float[] {31, 31}, x.grad().toFloats(), 1e-5f);
    }

    @Test
    void mixedTypesGiveGradientsOfTheInputsType() {
        Variable a = leaf(1, 2);
        Variable b = Variable.of(Tensor.ofDoubles(Shape.of(2), 3, 4)).requiresGrad();
        Variable y = a.mul(b);
        assertEquals(DType.F64, y.dtype());
        y.sum().backward();
        assertEquals(DType.F32, a.grad().dtype());
        assertEquals(DType.F64, b.grad().dtype());
    }

    @Test
    void snapshotsAndSavedVersions() {
        Parameter w = new Parameter(Tensor.of(1, 2));
        Tensor snapshot = w.value();
        Variable y = w.square().sum();
        w.update(Tensor.of(5, 5));
        assertArrayEquals(new float[] {1, 2}, snapshot.toFloats());
        assertThrows(StateException.class, y::backward);
        Variable sum = w.add(1).sum();
        w.update(t -> Context.current().kernels().fill(t, 9));
        sum.backward();
        assertArrayEquals(new float[] {1, 1}, w.grad().toFloats(), "a sum keeps nothing that could have changed");
        assertArrayEquals(new float[] {9, 9}, w.value().toFloats());
    }

    private static Variable block(Variable x, Parameter w, Buffer draws) {
        Tensor mask = Tensor.rand(x.shape(), Draws.next(draws)).gt(0.3).to(x.dtype());
        return x.mul(w).tanh().mul(mask).add(x.square());
    }

    @Test
    void aCheckpointEqualsThePlainPass() {
        Tensor x0 = Tensor.randn(Shape.of(4, 5), Rng.seed(3));
        Tensor w0 = Tensor.randn(Shape.of(5), Rng.seed(4));
        float[][] grads = new float[2][];
        float[][] inputGrads = new float[2][];
        double[] values = new double[2];
        for (int i = 0; i < 2; i++) {
            Variable x = Variable.of(x0).requiresGrad();
            Parameter w = new Parameter(w0);
            Buffer draws = Draws.state(Rng.seed(8));
            Variable first = i == 0 ? block(x, w, draws) : Grad.checkpoint(in -> block(in.get(0), w, draws), x);
            Variable second = i == 0 ? block(first, w, draws) : Grad.checkpoint(in -> block(in.get(0), w, draws), first);
            Variable y = second.sum();
            values[i] = y.item();
            y.backward();
            grads[i] = w.grad().toFloats();
            inputGrads[i] = x.grad().toFloats();
            assertEquals(2, draws.value().at(1), "each block drew once");
        }
        assertEquals(values[0], values[1]);
        assertArrayEquals(grads[0], grads[1]);
        assertArrayEquals(inputGrads[0], inputGrads[1]);
    }

    @Test
    void checkpointsNestAndHaveSecondOrder() {
        Tensor a = Tensor.randn(Shape.of(3), Rng.seed(5)).to(DType.F64);
        Tensor b = Tensor.randn(Shape.of(3), Rng.seed(6)).to(DType.F64);
        GradCheck.Function f = in -> Grad.checkpoint(outer -> Grad.checkpoint(inner -> inner.get(0).mul(inner.get(1)).exp(), outer.get(0), outer.get(1).sin())
                .mul(outer.get(0)), in[0], in[1]);
        assertTrue(GradCheck.direction(f, Rng.seed(1), a, b) < 1e-7);
        assertTrue(GradCheck.secondOrder(f, Rng.seed(2), a, b) < 1e-6);
    }

    @Test
    void gradCheckFindsAWrongGradient() {
        GradCheck.Function wrong = in -> in[0].mul(in[0].detach());
        Tensor x = Tensor.randn(Shape.of(3), Rng.seed(1)).to(DType.F64);
        assertTrue(GradCheck.direction(wrong, Rng.seed(1), x) > 1e-2);
        assertTrue(GradCheck.jacobian(wrong, x) > 1e-2);
        assertThrows(LoamException.class, () -> GradCheck.check(wrong, 1e-6, Rng.seed(1), x));
        assertTrue(GradCheck.jacobian(in -> in[0].mul(in[0]), x) < 1e-7);
    }

    @Test
    void theFirstPlaceThatIsNotFiniteIsNamed() {
        Variable x = leaf(1, -1);
        Variable y = x.log().mul(2).sum();
        assertTrue(Grad.firstNonFinite(y).startsWith("log"), Grad.firstNonFinite(y));
    }

    @Test
    void aStepInsideAWorkspaceLeavesOnlyWhatLives() {
        Workspace workspace = new Workspace();
        Parameter w = new Parameter(Tensor.of(1, 2));
        Variable[] kept = new Variable[1];
        Tensor loss = workspace.run(() -> {
            Variable y = w.square();
            kept[0] = y;
            Variable sum = y.sum();
            sum.backward();
            return sum.value();
        });
        assertEquals(5, loss.item());
        assertArrayEquals(new float[] {1, 2}, w.value().toFloats());
        assertThrows(StateException.class, () -> kept[0].value().toFloats());
        assertThrows(StateException.class, () -> w.grad().toFloats());
        w.zeroGrad();
        assertSame(loss, workspace.run(() -> loss));
    }
}
