package loam.tensor.internal.parallel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import loam.tensor.Failure;
import loam.tensor.LoamException;

/**
 * The engine's own pool of daemon threads. A job is a fixed number of chunks. Every thread that takes part has its own stretch of
 * them, so that neighbouring chunks meet one cache and one counter, and takes over what is left of the others' when it is done; so a
 * worker that the system has put aside never holds up the others. Which thread runs a chunk is not fixed: the chunks of a job must
 * not depend on each other, and the plan (how many chunks, what each does) must not depend on the number of threads. Then results
 * are bitwise equal for any number of threads.
 * Source of the size: {@code -Dloam.threads} (default: available processors).
 */
public final class Parallel {
    private static final String PROPERTY = "loam.threads";
    private static final int MAX_THREADS = 1024;
    /** How long a worker looks for work before it parks: waking it again takes a system call and a multiple of what handing out work takes. */
    private static final long SPIN_NANOS = 200_000;
    /** From then on it lets other threads of the system, such as the compiler's, go first. */
    private static final long YIELD_NANOS = 5_000;
    /** How long the caller looks whether the others are done before it parks. */
    private static final long AWAIT_NANOS = 50_000;
    /** How often the spin loop looks at the flag between two looks at the clock. */
    private static final int SPINS_PER_CLOCK = 32;

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
        state.inside = true;
        try {
            if (!Job.run(chunks, limit, body)) {
                for (int i = 0; i < chunks; i++) {
                    body.accept(i);
                }
            }
        } finally {
            state.inside = false;
        }
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

    /**
     * The one job that threads share; a second caller at the same time runs its chunks alone. Its fields are used again and again, so
     * that a job allocates nothing. The owner prepares them, opens the job, works, closes it and waits until no worker is inside: a
     * worker counts itself in before it looks whether the job is still open, so either it finds it closed or the owner waits for it.
     */
    private static final class Job {
        /** Counters stand this far apart, so that each has its own pair of cache lines. */
        private static final int APART = 16;
        /** Bits of the number of helpers in the word that opens a job; the rest counts the jobs. */
        private static final int HELPER_BITS = 16;
        private static final long HELPERS = (1L << HELPER_BITS) - 1;
        private static final AtomicBoolean OWNED = new AtomicBoolean();
        private static final AtomicLongArray CONTROL = new AtomicLongArray(4 * APART);
        /** Number of the job and how many workers may help: 0 when closed. */
        private static final int OPEN = APART;
        /** Workers that are inside. */
        private static final int INSIDE = 2 * APART;

        private static AtomicLongArray next = new AtomicLongArray(0);
        private static int parts;
        private static int chunks;
        private static IntConsumer body;
        private static volatile Thread waiter;
        private static Throwable error;
        private static volatile int errorChunk = Integer.MAX_VALUE;

        private Job() { }

        /** False when the job belongs to another caller now: nothing was run. */
        static boolean run(int chunkCount, int threads, IntConsumer work) {
            Worker[] crew = workers.length >= threads - 1 ? workers : grow(threads - 1);
            if (!OWNED.compareAndSet(false, true)) {
                return false;
            }
            try {
                prepare(chunkCount, threads, work);
                long number = (CONTROL.get(OPEN) >>> HELPER_BITS) + 1;
                CONTROL.set(OPEN, number << HELPER_BITS | threads - 1);
                for (int i = 0; i < threads - 1; i++) {
                    crew[i].wake();
                }
                work(0);
                CONTROL.set(OPEN, number << HELPER_BITS);
                await();
                if (error != null) {
                    Job.<RuntimeException>sneak(error);
                }
            } finally {
                body = null;
                error = null;
                errorChunk = Integer.MAX_VALUE;
                OWNED.set(false);
            }
            return true;
        }

        private static void prepare(int chunkCount, int threads, IntConsumer work) {
            if (next.length() < (threads + 1) * APART) {
                next = new AtomicLongArray((threads + 1) * APART);
            }
            parts = threads;
            chunks = chunkCount;
            body = work;
            for (int p = 0; p < threads; p++) {
                next.lazySet((p + 1) * APART, first(p));
            }
        }

        /** First chunk of a thread's stretch. */
        private static int first(int part) {
            return (int) ((long) chunks * part / parts);
        }

        /** The open job's word if this worker may help and has not done so yet, otherwise {@code seen}. */
        static long look(int worker, long seen) {
            long open = CONTROL.get(OPEN);
            return open != seen && worker < (open & HELPERS) ? open : seen;
        }

        /** Takes part in the job that {@link #look} showed, if it is still open. */
        static void help(int worker, long open) {
            CONTROL.getAndIncrement(INSIDE);
            try {
                if (CONTROL.get(OPEN) == open) {
                    work(worker + 1);
                }
            } finally {
                if (CONTROL.decrementAndGet(INSIDE) == 0) {
                    LockSupport.unpark(waiter);
                }
            }
        }

        /** The own stretch, then the others'. */
        private static void work(int part) {
            for (int k = 0; k < parts; k++) {
                int p = (part + k) % parts;
                int at = (p + 1) * APART;
                int end = first(p + 1);
                while (next.get(at) < end) {
                    int i = (int) next.getAndIncrement(at);
                    if (i < end && i < errorChunk) {
                        try {
                            body.accept(i);
                        } catch (Throwable t) {
                            fail(i, t);
                        }
                    }
                }
            }
        }

        /** Only chunks above a failed one are left out, so the lowest failing chunk always wins. */
        private static synchronized void fail(int chunk, Throwable t) {
            if (chunk < errorChunk) {
                error = t;
                errorChunk = chunk;
            }
        }

        private static void await() {
            if (spin()) {
                return;
            }
            waiter = Thread.currentThread();
            boolean interrupted = false;
            while (CONTROL.get(INSIDE) > 0) {
                LockSupport.park(Job.class);
                interrupted |= Thread.interrupted();
            }
            waiter = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private static boolean spin() {
            long start = 0;
            for (int i = 0; CONTROL.get(INSIDE) > 0; i++) {
                if (i % SPINS_PER_CLOCK == SPINS_PER_CLOCK - 1) {
                    long now = System.nanoTime();
                    if (start == 0) {
                        start = now;
                    } else if (now - start > AWAIT_NANOS) {
                        return false;
                    } else if (now - start > YIELD_NANOS) {
                        Thread.yield();
                    }
                }
                Thread.onSpinWait();
            }
            return true;
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable t) throws T {
            throw (T) t;
        }
    }

    private static final class Worker extends Thread {
        private final int index;
        private volatile boolean parked;
        /** The last job that this worker took part in. */
        private long seen;

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

        @Override
        public void run() {
            STATE.get().inside = true;
            while (true) {
                long open = spin();
                if (open != seen) {
                    seen = open;
                    Job.help(index, open);
                } else {
                    parked = true;
                    if (Job.look(index, seen) == seen) {
                        LockSupport.park(Job.class);
                    }
                    parked = false;
                    Thread.interrupted();
                }
            }
        }

        /** The word of a job to help with, or {@link #seen} when none came for a while. */
        private long spin() {
            long start = 0;
            for (int i = 0; ; i++) {
                long open = Job.look(index, seen);
                if (open != seen) {
                    return open;
                }
                if (i % SPINS_PER_CLOCK == SPINS_PER_CLOCK - 1) {
                    long now = System.nanoTime();
                    if (start == 0) {
                        start = now;
                    } else if (now - start > SPIN_NANOS) {
                        return seen;
                    } else if (now - start > YIELD_NANOS) {
                        Thread.yield();
                    }
                }
                Thread.onSpinWait();
            }
        }
    }
}
