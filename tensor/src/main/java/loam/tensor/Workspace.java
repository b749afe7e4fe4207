package loam.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Recycles the memory of a step. Storages born inside {@link #run} on its own thread go back to this workspace's pool when it ends,
 * except the result's and those of kept tensors. Using one afterwards throws. Forgetting a workspace is slower, never wrong.
 * One object serves one thread at a time and is reused from step to step.
 */
public final class Workspace {
    private static final boolean POISON = Boolean.getBoolean("loam.poison");
    /** The pool by type and length. */
    private final Map<Long, Bucket> pool = new HashMap<>();
    /** Where the sizes of a step were found before: a lookup without boxing. */
    private final Bucket[] recent = new Bucket[RECENT];
    private List<HeapStorage> born = new ArrayList<>();
    private final AtomicBoolean running = new AtomicBoolean();
    /** Runs that an unused size stays in the pool. */
    private static final int PATIENCE = 16;
    private static final int RECENT = 256;
    /** The low bits of a key, which name the type; the others are the length. */
    private static final int TYPE_BITS = 4;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;
    private int runs;
    private Workspace parent;
    private final Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Runs {@code body} and recycles what it left behind but its result. */
    public Tensor run(Supplier<Tensor> body) {
        Context c = Context.current();
        Workspace before = c.workspace;
        if (!running.compareAndSet(false, true)) {
            throw Failure.of("workspace", "this workspace is already running").hint("one object serves one thread at a time; make another to nest").state();
        }
        born = new ArrayList<>();
        parent = before;
        c.workspace = this;
        try {
            Tensor result = body.get();
            if (result != null) {
                kept.add(result.storage());
            }
            return result;
        } finally {
            c.workspace = before;
            recycle();
            born = List.of();
            parent = null;
            running.set(false);
        }
    }

    /** Runs {@code body} and recycles all that it left behind. */
    public void run(Runnable body) {
        run(() -> {
            body.run();
            return null;
        });
    }

    /** Excepts a tensor from recycling by the workspaces that run on this thread; returns it. */
    public static Tensor keep(Tensor t) {
        keep(t.storage());
        return t;
    }

    /** Excepts a storage from recycling by the workspaces that run on this thread. */
    public static void keep(Storage s) {
        for (Workspace w = Context.current().workspace; w != null; w = w.parent) {
            w.kept.add(s);
        }
    }

    /** Runs {@code body} outside of any workspace: what it makes lives until it is unreachable. */
    public static <T> T outside(Supplier<T> body) {
        Context c = Context.current();
        Workspace before = c.workspace;
        c.workspace = null;
        try {
            return body.get();
        } finally {
            c.workspace = before;
        }
    }

    /** Bytes of the arrays that wait for the next run. */
    public long pooledBytes() {
        long sum = 0;
        for (Bucket b : pool.values()) {
            sum += (b.key >>> TYPE_BITS) * DType.values()[(int) (b.key & TYPE_MASK)].bytes() * b.free.size();
        }
        return sum;
    }

    HeapStorage allocate(DType dtype, int length) {
        Bucket bucket = bucket((long) length << TYPE_BITS | dtype.ordinal());
        bucket.lastUse = runs;
        Object array = bucket.free.pollLast();
        HeapStorage s = array == null ? HeapStorage.fresh(dtype, length) : new HeapStorage(dtype, array, length);
        s.home(bucket);
        born.add(s);
        return s;
    }

    private void recycle() {
        for (HeapStorage s : born) {
            if (!kept.contains(s) && s.alive() && s.length() > 0) {
                Object a = s.release();
                if (POISON) {
                    poison(a);
                }
                s.home().free.addLast(a);
            }
        }
        kept.clear();
        runs++;
        if (runs % PATIENCE == 0 && pool.values().removeIf(b -> b.lastUse < runs - PATIENCE)) {
            Arrays.fill(recent, null);
        }
    }

    private Bucket bucket(long key) {
        int at = (int) (key * 0x9E3779B97F4A7C15L >>> Long.SIZE - Integer.numberOfTrailingZeros(RECENT));
        Bucket b = recent[at];
        if (b == null || b.key != key) {
            b = pool.computeIfAbsent(key, Bucket::new);
            recent[at] = b;
        }
        return b;
    }

    /** Arrays of one type and length that wait for their next use. */
    static final class Bucket {
        private final long key;
        private final ArrayDeque<Object> free = new ArrayDeque<>();
        private int lastUse;

        private Bucket(long key) {
            this.key = key;
        }
    }

    private static void poison(Object a) {
        if (a instanceof float[] f) {
            Arrays.fill(f, Float.NaN);
        } else if (a instanceof double[] d) {
            Arrays.fill(d, Double.NaN);
        } else if (a instanceof int[] i) {
            Arrays.fill(i, 0x55555555);
        } else if (a instanceof long[] l) {
            Arrays.fill(l, 0x5555555555555555L);
        } else if (a instanceof byte[] b) {
            Arrays.fill(b, (byte) 0x55);
        } else if (a instanceof short[] h) {
            Arrays.fill(h, (short) 0x7fff);
        }
    }
}
