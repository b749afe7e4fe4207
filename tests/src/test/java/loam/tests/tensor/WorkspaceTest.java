package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.StateException;
import loam.tensor.Storage;
import loam.tensor.Tensor;
import loam.tensor.Workspace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Recycled memory. Would catch a stale tensor that reads another's numbers, a kept or returned one that is taken, an operation that counts
 * on fresh zeros, memory mixed up by nesting, and a pool that grows with every new size.
 */
@Tag("fast")
class WorkspaceTest {
    private static final Shape SHAPE = Shape.of(5, 7);

    @Test
    void staleTensorsThrowWhereverTheyAreRead() {
        List<Tensor> stale = new ArrayList<>();
        Workspace w = new Workspace();
        w.run(() -> {
            Tensor t = Tensor.ones(SHAPE);
            stale.addAll(List.of(t, t.t(), t.select(0, 1), t.reshape(35), t.to(DType.I64)));
        });
        for (Tensor t : stale) {
            for (Runnable use : List.<Runnable>of(t::item, () -> t.narrow(0, 0, 1).sum(), () -> t.add(1), () -> Tensor.ones(Shape.of(1)).mul(t), t::toFloats,
                    t::copy, () -> t.sum(), () -> t.cumsum(0), () -> t.sort(0, false), () -> t.to(DType.F64), () -> Tensor.cat(0, t, t), t::toString)) {
                RuntimeException e = assertThrows(RuntimeException.class, use::run);
                assertTrue(e instanceof StateException || t.numel() != 1 && e.getMessage().startsWith("item"), e::toString);
            }
        }
        String message = assertThrows(StateException.class, () -> stale.get(0).neg()).getMessage();
        assertTrue(message.contains("given back") && message.contains("Workspace.keep"), message);
    }

    @Test
    void resultsAndKeptTensorsLive() {
        Workspace w = new Workspace();
        AtomicReference<Tensor> kept = new AtomicReference<>();
        Tensor view = w.run(() -> {
            kept.set(Workspace.keep(Tensor.full(SHAPE, 3)));
            Tensor t = Tensor.full(SHAPE, 4);
            return t.select(0, 2);
        });
        for (int i = 0; i < 3; i++) {
            w.run(() -> {
                Tensor.full(SHAPE, -1).add(1);
            });
        }
        assertEquals(3 * 35, kept.get().sum().item());
        assertEquals(4 * 7, view.sum().item());
        assertTrue(view.storage().alive());
    }

    @Test
    void memoryIsUsedAgain() {
        Workspace w = new Workspace();
        AtomicReference<Object> first = new AtomicReference<>();
        AtomicReference<Storage> before = new AtomicReference<>();
        w.run(() -> {
            before.set(Tensor.ones(SHAPE).storage());
            first.set(before.get().heap());
        });
        assertFalse(before.get().alive());
        w.run(() -> assertTrue(Tensor.ones(SHAPE).storage().heap() == first.get()));
    }

    @Test
    void sizesOutOfUseAreForgotten() {
        Workspace w = new Workspace();
        AtomicReference<Object> first = new AtomicReference<>();
        w.run(() -> first.set(Tensor.ones(SHAPE).storage().heap()));
        for (int i = 0; i < 40; i++) {
            Shape other = Shape.of(100 + i);
            w.run(() -> {
                Tensor.ones(other);
            });
        }
        w.run(() -> assertFalse(Tensor.ones(SHAPE).storage().heap() == first.get()));
    }

    /** All kinds of work, the second and third time in memory that the time before left full of other numbers. */
    private static Tensor work(Tensor x) {
        Tensor a = x.softmax(1).matmul(x.t()).add(x.sum(0).sum()).relu();
        Tensor b = Tensor.cat(1, a, x.maximum(0)).pad(new int[] {1, 0}, new int[] {0, 2}, 0.5).flip(0);
        Tensor c = Tensor.zeros(b.shape()).scatterAdd(0, Tensor.zeros(DType.I64, b.shape()), b).cumsum(1).add(Tensor.eye(14).narrow(0, 0, 6));
        Tensor d = c.argmax(1).oneHot(14).add(c.gt(0).to(DType.F32)).tril(1).add(c.topk(2, 1, true).values().sum());
        return Tensor.cat(0, d, c.sort(1, true).values(), c.var(1, true, 1).expand(Shape.of(6, 14)), c.roll(1, 3), b.repeat(1, 1), Tensor.full(Shape.of(1, 14), -0.0),
                c.gather(1, Tensor.arange(DType.I64, 14).expand(Shape.of(6, 14))), c.maskedSelect(c.eq(c).or(c.ne(c))).reshape(6, 14), c.to(DType.F64).logsumexp(true, 0).to(DType.F32));
    }

    @Test
    void dirtyMemoryDoesNotShow() {
        Tensor x = Tensor.randn(SHAPE, Rng.seed(3));
        float[] expected = work(x).toFloats();
        Workspace w = new Workspace();
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected, w.run(() -> work(x)).toFloats());
            w.run(() -> work(Tensor.full(SHAPE, Float.NaN)));
        }
    }

    @Test
    void nestedWorkspacesKeepTheirOwn() {
        Workspace outer = new Workspace();
        Workspace inner = new Workspace();
        AtomicReference<Tensor> keptInside = new AtomicReference<>();
        Tensor result = outer.run(() -> {
            Tensor a = Tensor.full(SHAPE, 2);
            Tensor b = inner.run(() -> {
                keptInside.set(Workspace.keep(a));
                return a.add(Tensor.ones(SHAPE));
            });
            assertEquals(3 * 35, b.sum().item());
            return b.mul(a);
        });
        assertEquals(6 * 35, result.sum().item());
        assertEquals(2 * 35, keptInside.get().sum().item());
        assertThrows(StateException.class, () -> outer.run(() -> outer.run(() -> null)));
        assertEquals(35, outer.run(() -> Workspace.outside(() -> Tensor.ones(SHAPE))).sum().item());
    }

    @Test
    void anErrorInsideGivesMemoryBack() {
        Workspace w = new Workspace();
        AtomicReference<Tensor> left = new AtomicReference<>();
        assertThrows(IllegalStateException.class, () -> w.run(() -> {
            left.set(Tensor.ones(SHAPE));
            throw new IllegalStateException("stop");
        }));
        assertFalse(left.get().storage().alive());
        assertEquals(35, w.run(() -> Tensor.ones(SHAPE)).sum().item());
    }
}
