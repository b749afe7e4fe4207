package loam.tensor.internal.heap;

import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.parallel.Parallel;

/** Stable merge sort of indices along dense rows; keys are mapped to longs whose order is the values' (NaN above all, -0 equal to 0). */
final class Sorting {
    /** Up to this many of a row are found without sorting it. */
    static final int FEW = 64;

    private Sorting() {
    }

    static void sort(Tensor x, boolean descending, Tensor values, Tensor indices) {
        int n = x.rank() == 0 ? 1 : x.dim(-1);
        if (x.numel() == 0) {
            return;
        }
        Parallel.forRange(x.numel() / n, r -> {
            int base = r * n;
            long[] keys = new long[n];
            for (int i = 0; i < n; i++) {
                long k = key(x, x.offset() + base + i);
                keys[i] = descending ? ~k : k;
            }
            int[] order = order(keys);
            for (int i = 0; i < n; i++) {
                Copies.element(x.storage(), x.offset() + base + order[i], values.storage(), values.offset() + base + i);
                indices.storage().longs()[indices.offset() + base + i] = order[i];
            }
        });
    }

    /** The first k of each row, kept in order while the row passes by. */
    static void first(Tensor x, boolean descending, Tensor values, Tensor indices) {
        int n = x.dim(-1);
        int k = values.dim(-1);
        int rows = x.numel() / n;
        int group = Math.max(1, Walk.CHUNK / n);
        Parallel.forRange((rows + group - 1) / group, c -> {
            long[] keys = new long[k];
            int[] best = new int[k];
            for (int r = c * group, e = Math.min(rows, r + group); r < e; r++) {
                int base = x.offset() + r * n;
                first(x, descending, base, n, keys, best);
                for (int i = 0; i < k; i++) {
                    Copies.element(x.storage(), base + best[i], values.storage(), values.offset() + r * k + i);
                    indices.storage().longs()[indices.offset() + r * k + i] = best[i];
                }
            }
        });
    }

    private static void first(Tensor x, boolean descending, int base, int n, long[] keys, int[] best) {
        int full = keys.length;
        int held = 0;
        for (int i = 0; i < n; i++) {
            long key = key(x, base + i);
            key = descending ? ~key : key;
            if (held == full && key >= keys[full - 1]) {
                continue;
            }
            int at = held == full ? full - 1 : held++;
            // equals stay before: the earlier index comes first
            for (; at > 0 && keys[at - 1] > key; at--) {
                keys[at] = keys[at - 1];
                best[at] = best[at - 1];
            }
            keys[at] = key;
            best[at] = i;
        }
    }

    private static long key(Tensor x, int at) {
        if (!x.dtype().isFloating()) {
            return Access.getLong(x.storage(), at);
        }
        double v = Access.get(x.storage(), at) + 0.0;
        long bits = v != v ? Long.MAX_VALUE : Double.doubleToRawLongBits(v);
        return bits ^ bits >> 63 & Long.MAX_VALUE;
    }

    /** The stable order of the keys, bottom-up merges. */
    private static int[] order(long[] keys) {
        int n = keys.length;
        int[] from = new int[n];
        for (int i = 0; i < n; i++) {
            from[i] = i;
        }
        int[] to = new int[n];
        for (int width = 1; width < n; width *= 2) {
            for (int lo = 0; lo < n; lo += 2 * width) {
                int mid = Math.min(n, lo + width);
                int hi = Math.min(n, mid + width);
                int i = lo;
                int j = mid;
                for (int k = lo; k < hi; k++) {
                    boolean left = i < mid && (j >= hi || keys[from[i]] <= keys[from[j]]);
                    to[k] = left ? from[i++] : from[j++];
                }
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }
}
