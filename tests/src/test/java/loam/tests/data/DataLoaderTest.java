package loam.tests.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import loam.tensor.ArgumentException;
import loam.tensor.Failure;
import loam.tensor.NumericException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import loam.tensor.data.Batch;
import loam.tensor.data.BatchIterator;
import loam.tensor.data.DataLoader;
import loam.tensor.data.Dataset;
import loam.tensor.data.TensorDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: epochs that repeat or lose examples, orders that are equal in every epoch or change from run to run, prefetching that
 * changes what is delivered, errors that get lost on the background thread, and threads that outlive their iterator.
 */
@Tag("fast")
class DataLoaderTest {
    private static final Dataset TEN = TensorDataset.of(Tensor.arange(10));

    private static List<Integer> order(Iterable<Batch> loader) {
        List<Integer> all = new ArrayList<>();
        for (Batch b : loader) {
            for (int i = 0; i < b.size(); i++) {
                assertEquals(b.indices()[i], b.x().at(i));
                all.add(b.indices()[i]);
            }
        }
        return all;
    }

    @Test
    void inOrderWithoutShuffling() {
        DataLoader loader = DataLoader.of(TEN, 4);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), order(loader));
        assertEquals(3, loader.batches());
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), order(loader.dropLast(true)));
        assertEquals(2, loader.dropLast(true).batches());
        assertEquals(2, DataLoader.of(TEN, 5).batches());
        assertEquals(List.of(), order(DataLoader.of(TensorDataset.of(Tensor.zeros(Shape.of(0))), 3).prefetch(1)));
        assertEquals(List.of(), order(DataLoader.of(TEN, 11).dropLast(true)));
        BatchIterator it = DataLoader.of(TEN, 10).iterator();
        it.next();
        assertThrows(NoSuchElementException.class, it::next);
    }

    @Test
    void everyEpochHasItsOwnOrderAndAllExamples() {
        DataLoader loader = DataLoader.of(TEN, 3).shuffle(Rng.seed(1).split("batches"));
        Set<List<Integer>> orders = new HashSet<>();
        for (int epoch = 0; epoch < 8; epoch++) {
            assertEquals(epoch, loader.epoch());
            List<Integer> o = order(loader);
            assertEquals(10, new HashSet<>(o).size());
            orders.add(o);
        }
        assertEquals(8, orders.size());
    }

    @Test
    void ordersComeBackFromTheSeedAndTheEpoch() {
        DataLoader a = DataLoader.of(TEN, 3).shuffle(Rng.seed(5));
        DataLoader b = DataLoader.of(TEN, 3).prefetch(2).shuffle(Rng.seed(5));
        List<Integer> first = order(a);
        List<Integer> second = order(a);
        b.iterator().next();                                 // left early: the next epoch is not touched by that
        assertEquals(second, order(b));
        assertEquals(second, order(DataLoader.of(TEN, 3).shuffle(Rng.seed(5)).startAt(1)));
        assertNotEquals(first, order(DataLoader.of(TEN, 3).shuffle(Rng.seed(6))));
        Rng rng = Rng.seed(9);
        assertNotEquals(order(DataLoader.of(TEN, 10).shuffle(rng)), order(DataLoader.of(TEN, 10).shuffle(rng)));
    }

    @Test
    void transformsAndAugmentations() {
        for (int ahead : new int[] {0, 1, 3}) {
            DataLoader loader = DataLoader.of(TEN, 4).prefetch(ahead).transform(x -> x.mul(2)).transform(x -> x.add(1))
                    .augment(Rng.seed(3), (b, rng) -> b.withX(b.x().add(Tensor.rand(b.x().shape(), rng))));
            List<Double> seen = new ArrayList<>();
            loader.forEach(b -> seen.add(b.x().at(0)));
            loader.forEach(b -> seen.add(b.x().at(0)));
            assertEquals(6, new HashSet<>(seen).size());
            assertEquals(1, Math.floor(seen.get(0)));
            assertEquals(9, Math.floor(seen.get(1)));
            List<Double> again = new ArrayList<>();
            DataLoader.of(TEN, 4).transform(x -> x.mul(2)).transform(x -> x.add(1))
                    .augment(Rng.seed(3), (b, rng) -> b.withX(b.x().add(Tensor.rand(b.x().shape(), rng))))
                    .forEach(b -> again.add(b.x().at(0)));
            assertEquals(seen.subList(0, 3), again);
        }
        assertThrows(ShapeException.class,
                () -> DataLoader.of(TEN, 4).transform(x -> x.narrow(0, 0, 1)).iterator().next());
    }

    @Test
    void prefetchingWorksAheadButNotFar() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        BatchIterator it = DataLoader.of(TEN, 1).prefetch(3).transform(x -> {
            made.incrementAndGet();
            return x;
        }).iterator();
        waitUntil(() -> made.get() >= 4);
        Thread.sleep(20);
        assertEquals(4, made.get(), "three wait in the queue, one in the hand of the thread");
        assertArrayEquals(new int[] {0}, it.next().indices());
        it.close();
        assertFalse(it.hasNext());
        it.close();
    }

    @Test
    void errorsReachTheConsumer() throws InterruptedException {
        for (int ahead : new int[] {0, 2}) {
            AtomicInteger count = new AtomicInteger();
            NumericException mine = Failure.of("test", "third batch").numeric();
            BatchIterator it = DataLoader.of(TEN, 2).prefetch(ahead).transform(x -> {
                if (count.getAndIncrement() == 2) {
                    throw mine;
                }
                return x;
            }).iterator();
            it.next();
            it.next();
            assertSame(mine, assertThrows(NumericException.class, it::next));
            assertFalse(it.hasNext());
        }
        BatchIterator it = DataLoader.of(TEN, 2).prefetch(1).transform(x -> {
            throw new StackOverflowError("mine");
        }).iterator();
        assertThrows(StackOverflowError.class, it::next);
    }

    @Test
    void threadsEndWithTheEpochWhenClosedAndWhenAbandoned() throws InterruptedException {
        AtomicReference<Thread> worker = new AtomicReference<>();
        DataLoader loader = DataLoader.of(TEN, 1).prefetch(2).transform(x -> {
            worker.set(Thread.currentThread());
            return x;
        });
        assertEquals(10, order(loader).size());
        assertTrue(worker.get().isDaemon());
        assertEnds(worker.get());
        BatchIterator closed = loader.iterator();
        closed.next();
        Thread second = worker.get();
        assertTrue(second.isAlive());
        closed.close();
        assertEnds(second);
        leave(loader);
        Thread third = worker.get();
        long end = System.nanoTime() + 10_000_000_000L;
        while (third.isAlive() && System.nanoTime() < end) {
            System.gc();
            third.join(20);
        }
        assertFalse(third.isAlive(), "the thread of an abandoned iterator lives on");
    }

    private static void leave(DataLoader loader) {
        for (Batch b : loader) {
            if (b.indices()[0] == 1) {
                break;
            }
        }
    }

    private static void assertEnds(Thread thread) throws InterruptedException {
        thread.join(10_000);
        assertFalse(thread.isAlive());
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "nothing happens");
            Thread.sleep(1);
        }
    }

    @Test
    void aWaitingConsumerCanBeInterrupted() throws InterruptedException {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        BatchIterator it = DataLoader.of(TEN, 1).prefetch(1).transform(x -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return x;
        }).iterator();
        Thread consumer = new Thread(() -> {
            try {
                it.next();
            } catch (RuntimeException e) {
                seen.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        consumer.start();
        consumer.interrupt();
        consumer.join(10_000);
        assertEquals(StateException.class, seen.get().getClass());
        assertTrue(flag.get());
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThrows(ArgumentException.class, () -> DataLoader.of(TEN, 0));
        assertThrows(ArgumentException.class, () -> DataLoader.of(TEN, 1).prefetch(-1));
        assertThrows(ArgumentException.class, () -> DataLoader.of(TEN, 1).startAt(-1));
    }
}
