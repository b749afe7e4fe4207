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
    private final Map<Long, ArrayDeque<Object>> free = new HashMap<>();
    private List<HeapStorage> born = new ArrayList<>();
    private final AtomicBoolean running = new AtomicBoolean();
    /** Runs that an unused size stays in the pool. */
    private static final int PATIENCE = 16;
    /** The low bits of a key, which name the type; the others are the length. */
    private static final int TYPE_BITS = 4;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;
    private final Map<Long, Integer> lastUse = new HashMap<>();
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
        for (Map.Entry<Long, ArrayDeque<Object>> e : free.entrySet()) {
            sum += (e.getKey() >>> TYPE_BITS) * DType.values()[(int) (e.getKey() & TYPE_MASK)].bytes() * e.getValue().size();
        }
        return sum;
    }

    HeapStorage allocate(DType dtype, int length) {
        long key = key(dtype, length);
        lastUse.put(key, runs);
        ArrayDeque<Object> q = free.get(key);
        Object array = q == null ? null : q.pollLast();
        HeapStorage s = array == null ? HeapStorage.fresh(dtype, length) : new HeapStorage(dtype, array, length);
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
                free.computeIfAbsent(key(s.dtype(), s.length()), k -> new ArrayDeque<>()).addLast(a);
            }
        }
        kept.clear();
        runs++;
        lastUse.values().removeIf(last -> last < runs - PATIENCE);
        free.keySet().retainAll(lastUse.keySet());
    }

    private static long key(DType dtype, int length) {
        return (long) length << TYPE_BITS | dtype.ordinal();
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
