package loam.tensor.internal.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import loam.tensor.Failure;
import loam.tensor.LoamException;

/**
 * The engine's own pool of daemon threads. A job is a fixed number of chunks; the caller and the workers take chunks from one
 * counter until none is left, so a worker that the system has put aside never holds up the others. Which thread runs a chunk is
 * not fixed: the chunks of a job must not depend on each other, and the plan (how many chunks, what each does) must not depend
 * on the number of threads. Then results are bitwise equal for any number of threads.
 * Source of the size: {@code -Dloam.threads} (default: available processors).
 */
public final class Parallel {
    private static final String PROPERTY = "loam.threads";
    private static final int MAX_THREADS = 1024;
    /** How long a thread looks for work before it parks. */
    private static final long SPIN_NANOS = 30_000;
    /** How often the spin loop looks at the flag between two looks at the clock. */
    private static final int SPINS_PER_CLOCK = 32;

    /** The one job that workers help with; a second caller at the same time runs its job alone. */
    private static final AtomicReference<Job> SLOT = new AtomicReference<>();
    private static final ThreadLocal<State> STATE = ThreadLocal.withInitial(State::new);
    private static final Object GROW = new Object();
    private static volatile Worker[] workers = new Worker[0];
    private static volatile int configured;

    private Parallel() { }

    /** How many threads may take part in a job started by this thread, the caller included. */
    public static int threads() {
        int limit = STATE.get().limit;
        return limit > 0 ? limit : configured();
    }

    /**
     * Runs {@code body} for 0 .. chunks - 1 and returns when all are done. Within a chunk a further call runs on the same thread.
     * If chunks throw, the exception of the lowest such chunk is thrown here; chunks not yet started are then left out.
     */
    public static void forRange(int chunks, IntConsumer body) {
        if (chunks <= 0) {
            return;
        }
        State state = STATE.get();
        int limit = Math.min(chunks, state.limit > 0 ? state.limit : configured());
        if (limit <= 1 || state.inside) {
            for (int i = 0; i < chunks; i++) {
                body.accept(i);
            }
            return;
        }
        Worker[] crew = workers.length >= limit - 1 ? workers : grow(limit - 1);
        Job job = new Job(chunks, body, limit - 1);
        boolean shared = SLOT.compareAndSet(null, job);
        if (shared) {
            for (int i = 0; i < limit - 1; i++) {
                crew[i].wake();
            }
        }
        state.inside = true;
        try {
            job.work();
            job.await();
        } finally {
            state.inside = false;
            if (shared) {
                SLOT.set(null);
            }
        }
        job.rethrow();
    }

    /** Runs {@code r} with at most {@code n} threads for each job that this thread starts in it; more than configured is allowed. */
    public static void withThreads(int n, Runnable r) {
        if (n < 1 || n > MAX_THREADS) {
            throw Failure.of("withThreads", "the number of threads must be 1 to " + MAX_THREADS + ", got " + n).argument();
        }
        State state = STATE.get();
        int before = state.limit;
        state.limit = n;
        try {
            r.run();
        } finally {
            state.limit = before;
        }
    }

    private static int configured() {
        int n = configured;
        if (n == 0) {
            n = parse(System.getProperty(PROPERTY));
            configured = n;
        }
        return n;
    }

    /** The number of threads that the text of {@code -Dloam.threads} asks for; null means the available processors. */
    public static int parse(String text) {
        if (text == null) {
            return Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        }
        int n;
        try {
            n = Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            throw badThreads(text);
        }
        if (n < 1 || n > MAX_THREADS) {
            throw badThreads(text);
        }
        return n;
    }

    private static LoamException badThreads(String text) {
        return Failure.of("threads", "-D" + PROPERTY + " must be a whole number from 1 to " + MAX_THREADS + ", got \"" + text + "\"").argument();
    }

    private static Worker[] grow(int count) {
        synchronized (GROW) {
            Worker[] old = workers;
            if (old.length >= count) {
                return old;
            }
            Worker[] grown = java.util.Arrays.copyOf(old, count);
            for (int i = old.length; i < count; i++) {
                grown[i] = new Worker(i);
                grown[i].start();
            }
            workers = grown;
            return grown;
        }
    }

    /** What a thread knows about itself: is it inside a chunk, and its limit (0: as configured). */
    private static final class State {
        private boolean inside;
        private int limit;
    }

    private static final class Job {
        private final int chunks;
        private final IntConsumer body;
        private final int helpers;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private volatile Thread waiter;
        private Throwable error;
        private volatile int errorChunk = Integer.MAX_VALUE;

        private Job(int chunks, IntConsumer body, int helpers) {
            this.chunks = chunks;
            this.body = body;
            this.helpers = helpers;
        }

        private boolean hasWork() {
            return next.get() < chunks;
        }

        private void work() {
            while (hasWork()) {
                int i = next.getAndIncrement();
                if (i >= chunks) {
                    return;
                }
                try {
                    if (i < errorChunk) {
                        body.accept(i);
                    }
                } catch (Throwable t) {
                    fail(i, t);
                } finally {
                    if (done.incrementAndGet() == chunks) {
                        LockSupport.unpark(waiter);
                    }
                }
            }
        }

        /** Chunks are taken in order and only those above a failed one are left out, so the lowest failing chunk always wins. */
        private synchronized void fail(int chunk, Throwable t) {
            if (chunk < errorChunk) {
                error = t;
                errorChunk = chunk;
            }
        }

        private void await() {
            if (spin()) {
                return;
            }
            waiter = Thread.currentThread();
            boolean interrupted = false;
            while (done.get() < chunks) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean spin() {
            long start = 0;
            for (int i = 0; done.get() < chunks; i++) {
                if (i % SPINS_PER_CLOCK == SPINS_PER_CLOCK - 1) {
                    long now = System.nanoTime();
                    if (start == 0) {
                        start = now;
                    } else if (now - start > SPIN_NANOS) {
                        return false;
                    }
                }
                Thread.onSpinWait();
            }
            return true;
        }

        private void rethrow() {
            Throwable t;
            synchronized (this) {
                t = error;
            }
            if (t != null) {
                Job.<RuntimeException>sneak(t);
            }
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable t) throws T {
            throw (T) t;
        }
    }

    private static final class Worker extends Thread {
        private final int index;
        private volatile boolean parked;

        private Worker(int index) {
            super(null, null, "loam-" + (index + 1), 0, false);
            this.index = index;
            setDaemon(true);
        }

        private void wake() {
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        private Job find() {
            Job job = SLOT.get();
            return job != null && index < job.helpers && job.hasWork() ? job : null;
        }

        @Override
        public void run() {
            STATE.get().inside = true;
            while (true) {
                Job job = spin();
                if (job != null) {
                    job.work();
                } else {
                    parked = true;
                    if (find() == null) {
                        LockSupport.park(SLOT);
                    }
                    parked = false;
                    Thread.interrupted();
                }
            }
        }

        private Job spin() {
            long start = 0;
            for (int i = 0; ; i++) {
                Job job = find();
                if (job != null) {
                    return job;
                }
                if (i % SPINS_PER_CLOCK == SPINS_PER_CLOCK - 1) {
                    long now = System.nanoTime();
                    if (start == 0) {
                        start = now;
                    } else if (now - start > SPIN_NANOS) {
                        return null;
                    }
                }
                Thread.onSpinWait();
            }
        }
    }
}
