package loam.tensor.data;

import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntFunction;
import loam.tensor.Failure;

/**
 * The batches of one epoch. With prefetching, a daemon thread works ahead; it ends with the epoch, with an error, with
 * {@link #close}, or when the iterator is no longer reachable. Its errors reach the consumer.
 */
public final class BatchIterator implements Iterator<Batch>, AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();
    private final int count;
    private final IntFunction<Batch> maker;
    private final BlockingQueue<Object> ready;
    private final Cleaner.Cleanable stop;
    private int next;
    private boolean closed;

    BatchIterator(int count, IntFunction<Batch> maker, int ahead) {
        this.count = count;
        this.maker = maker;
        if (ahead == 0 || count == 0) {
            ready = null;
            stop = null;
            return;
        }
        ready = new ArrayBlockingQueue<>(ahead);
        Thread worker = new Thread(work(count, maker, ready), "loam-prefetch");
        worker.setDaemon(true);
        stop = CLEANER.register(this, worker::interrupt);
        worker.start();
    }

    /** The work of the thread; it must not refer to the iterator, or nobody would ever notice that it was abandoned. */
    private static Runnable work(int count, IntFunction<Batch> maker, BlockingQueue<Object> ready) {
        return () -> {
            try {
                Object item = null;
                for (int i = 0; i < count && !(item instanceof Throwable); i++) {
                    item = made(maker, i);
                    ready.put(item);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** A batch, or the error in its place. */
    private static Object made(IntFunction<Batch> maker, int i) {
        try {
            return maker.apply(i);
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    @Override
    public boolean hasNext() {
        return !closed && next < count;
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Object item = ready == null ? made(maker, next) : await();
        next++;
        if (item instanceof Batch batch) {
            if (next == count) {
                close();
            }
            return batch;
        }
        close();
        if (item instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) item;
    }

    private Object await() {
        try {
            return ready.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw Failure.of("data loader", "the thread was interrupted while it waited for a batch").cause(e).state();
        }
    }

    /** Ends the epoch early and stops the thread. */
    @Override
    public void close() {
        closed = true;
        if (stop != null) {
            stop.clean();
        }
    }
}
