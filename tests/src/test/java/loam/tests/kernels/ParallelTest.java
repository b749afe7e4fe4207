package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import loam.tensor.ArgumentException;
import loam.tensor.internal.parallel.Parallel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Catches chunks that are lost or run twice, a lost exception, a hang after one, nested and concurrent calls that block each other. */
@Tag("fast")
class ParallelTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static void each(int threads, int chunks) {
        AtomicIntegerArray seen = new AtomicIntegerArray(chunks);
        Parallel.withThreads(threads, () -> Parallel.forRange(chunks, seen::incrementAndGet));
        for (int i = 0; i < chunks; i++) {
            assertEquals(1, seen.get(i), "chunk " + i + " of " + chunks + " with " + threads + " threads");
        }
    }

    @Test
    void everyChunkRunsOnce() {
        assertTimeoutPreemptively(LIMIT, () -> {
            for (int round = 0; round < 200; round++) {
                each(1 + round % 4, round % 17);
            }
            each(3, 10_000);
        });
    }

    @Test
    void severalThreadsTakePartAndTheLimitHolds() {
        assertTimeoutPreemptively(LIMIT, () -> {
            CountDownLatch both = new CountDownLatch(2);
            Set<Thread> seen = ConcurrentHashMap.newKeySet();
            Parallel.withThreads(2, () -> {
                assertEquals(2, Parallel.threads());
                Parallel.forRange(2, i -> {
                    seen.add(Thread.currentThread());
                    both.countDown();
                    awaitQuietly(both);
                });
            });
            assertEquals(2, seen.size());
            seen.clear();
            Parallel.withThreads(1, () -> Parallel.forRange(50, i -> seen.add(Thread.currentThread())));
            assertEquals(Set.of(Thread.currentThread()), seen);
        });
    }

    /** Catches dealing chunks out one by one, which takes neighbouring memory to different caches. */
    @Test
    void eachThreadBeginsWithItsOwnStretch() {
        assertTimeoutPreemptively(LIMIT, () -> {
            for (int round = 0; round < 20; round++) {
                CountDownLatch both = new CountDownLatch(2);
                AtomicInteger early = new AtomicInteger();
                Parallel.withThreads(2, () -> Parallel.forRange(64, i -> {
                    if (i % 32 == 0) {
                        both.countDown();
                        awaitQuietly(both);
                    } else if (both.getCount() > 0) {
                        early.incrementAndGet();
                    }
                }));
                assertEquals(0, early.get(), "chunks that ran before the first of each half");
            }
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theExceptionOfTheLowestChunkReachesTheCaller() {
        assertTimeoutPreemptively(LIMIT, () -> {
            for (int round = 0; round < 100; round++) {
                int threads = 1 + round % 3;
                IllegalStateException first = new IllegalStateException("first");
                Throwable got = assertThrows(IllegalStateException.class, () -> Parallel.withThreads(threads, () -> Parallel.forRange(40, i -> {
                    if (i == 7) {
                        throw first;
                    }
                    if (i > 7) {
                        throw new IllegalStateException("later");
                    }
                })));
                assertSame(first, got);
                each(threads, 9);
            }
        });
    }

    /** Several callers share the one job's fields one after the other: catches a worker that is late and runs a chunk of the next job. */
    @Test
    void callersWithFailingChunksDoNotDisturbEachOther() {
        assertTimeoutPreemptively(LIMIT, () -> {
            Set<String> faults = ConcurrentHashMap.newKeySet();
            List<Thread> callers = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                Random random = new Random(t);
                Thread caller = new Thread(() -> {
                    for (int round = 0; round < 4000 && faults.isEmpty(); round++) {
                        check(1 + random.nextInt(5), 1 + random.nextInt(60), random.nextInt(600), faults);
                    }
                });
                callers.add(caller);
                caller.start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(Set.of(), faults);
        });
    }

    /** Chunk {@code failing}, if there is one, throws: all below it have run once, none twice. */
    private static void check(int threads, int chunks, int failing, Set<String> faults) {
        AtomicIntegerArray seen = new AtomicIntegerArray(chunks);
        boolean thrown = false;
        try {
            Parallel.withThreads(threads, () -> Parallel.forRange(chunks, i -> {
                seen.incrementAndGet(i);
                if (i == failing) {
                    throw new IllegalStateException("chunk " + i);
                }
            }));
        } catch (IllegalStateException e) {
            thrown = e.getMessage().equals("chunk " + failing);
        }
        if (thrown != failing < chunks) {
            faults.add(failing + " of " + chunks + " threw: " + thrown);
        }
        for (int i = 0; i < chunks; i++) {
            if (seen.get(i) > 1 || seen.get(i) == 0 && i <= failing) {
                faults.add("chunk " + i + " ran " + seen.get(i) + " times, " + failing + " of " + chunks + " fails");
            }
        }
    }

    @Test
    void errorsPassToo() {
        assertThrows(OutOfMemoryError.class, () -> Parallel.withThreads(2, () -> Parallel.forRange(4, i -> {
            throw new OutOfMemoryError("made up");
        })));
    }

    @Test
    void aCallWithinAChunkRunsOnTheSameThread() {
        assertTimeoutPreemptively(LIMIT, () -> {
            AtomicInteger count = new AtomicInteger();
            Parallel.withThreads(3, () -> Parallel.forRange(8, i -> {
                Thread outer = Thread.currentThread();
                Parallel.forRange(8, j -> {
                    assertSame(outer, Thread.currentThread());
                    count.incrementAndGet();
                });
            }));
            assertEquals(64, count.get());
        });
    }

    @Test
    void callersAtTheSameTimeAllFinish() {
        assertTimeoutPreemptively(LIMIT, () -> {
            List<Thread> callers = new ArrayList<>();
            AtomicInteger total = new AtomicInteger();
            for (int t = 0; t < 4; t++) {
                Thread caller = new Thread(() -> {
                    for (int round = 0; round < 300; round++) {
                        Parallel.withThreads(2, () -> Parallel.forRange(5, i -> total.incrementAndGet()));
                    }
                });
                callers.add(caller);
                caller.start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(4 * 300 * 5, total.get());
        });
    }

    @Test
    void anInterruptIsKeptForTheCaller() {
        assertTimeoutPreemptively(LIMIT, () -> {
            AtomicInteger total = new AtomicInteger();
            Parallel.withThreads(2, () -> Parallel.forRange(4, i -> {
                if (i == 0) {
                    Thread.currentThread().interrupt();
                }
                total.incrementAndGet();
            }));
            Thread.interrupted();
            each(2, 8);
            assertEquals(4, total.get());
        });
    }

    @Test
    void theNumberOfThreadsIsChecked() {
        assertEquals(3, Parallel.parse(" 3 "));
        assertTrue(Parallel.parse(null) >= 1);
        for (String bad : List.of("", "two", "0", "-1", "1.5", "99999999999")) {
            String message = assertThrows(ArgumentException.class, () -> Parallel.parse(bad)).getMessage();
            assertTrue(message.contains("loam.threads") && message.contains('"' + bad + '"'), message);
        }
        assertThrows(ArgumentException.class, () -> Parallel.withThreads(0, () -> { }));
    }
}
