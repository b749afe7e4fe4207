package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.internal.reference.ReferenceAttention;
import loam.tensor.kernel.Activation;

/**
 * Attention in tiles: the scores of some queries against some keys exist at a time, never all of them. Forward keeps a running maximum and
 * sum for each query (Milakov and Gimelshein 2018; Dao et al. 2022), backward computes the scores again. A head's tiles run in one order
 * whatever the number of threads.
 */
final class Attention {
    /** Queries and keys of a tile. */
    private static final int QUERIES = 64;
    private static final int KEYS = 256;

    private final Loops loops;
    private final Tensor q;
    private final Tensor k;
    private final Tensor v;
    private final byte[] on;
    private final int keysAt;
    private final boolean causal;
    private final float scale;
    private final int lq;
    private final int lk;
    private final int heads;
    private final int d;
    private final int dv;

    private Attention(Loops loops, Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale) {
        this.loops = loops;
        this.q = q;
        this.k = k;
        this.v = v;
        Tensor dense = keys == null ? null : keys.contiguous();
        on = dense == null ? null : dense.storage().bytes();
        keysAt = dense == null ? 0 : dense.offset();
        this.causal = causal;
        this.scale = (float) scale;
        lq = q.dim(1);
        lk = k.dim(1);
        heads = q.dim(2);
        d = q.dim(3);
        dv = v.dim(3);
    }

    static void forward(Loops loops, Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor out, Tensor logSum) {
        if (out.dtype() != DType.F32 || out.numel() == 0 || q.dim(3) == 0) {
            ReferenceAttention.forward(q, k, v, keys, causal, scale, out, logSum);
            return;
        }
        Attention a = new Attention(loops, q, k, v, keys, causal, scale);
        int tiles = (a.lq + QUERIES - 1) / QUERIES;
        Parallel.forRange(q.dim(0) * a.heads * tiles, task -> a.forward(task / tiles, task % tiles * QUERIES, out, logSum));
    }

    static void backward(Loops loops, Tensor dy, Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor y, Tensor logSum,
                         Tensor dq, Tensor dk, Tensor dv) {
        if (dq.dtype() != DType.F32 || dy.numel() == 0 || q.dim(3) == 0) {
            ReferenceAttention.backward(dy, q, k, v, keys, causal, scale, y, logSum, dq, dk, dv);
            return;
        }
        Attention a = new Attention(loops, q, k, v, keys, causal, scale);
        Parallel.forRange(q.dim(0) * a.heads, head -> a.backward(head, dy, y, logSum, dq, dk, dv));
    }

    private int at(Tensor t, int head, int row) {
        return t.offset() + head / heads * t.stride(0) + head % heads * t.stride(2) + row * t.stride(1);
    }

    /** The tile's queries times the scale, dense [rows, d]. */
    private float[] scaled(int head, int first, int rows) {
        float[] to = Scratch.get().floats(Scratch.ATTENTION_QUERIES, QUERIES * d);
        float[] from = q.storage().floats();
        int step = q.stride(3);
        for (int i = 0; i < rows; i++) {
            int at = at(q, head, first + i);
            for (int j = 0; j < d; j++) {
                to[i * d + j] = from[at + j * step] * scale;
            }
        }
        return to;
    }

    /** Scores [rows, count] of the tile's queries against keys from {@code key}; minus infinity where a key does not count. */
    private void scores(int head, float[] queries, int first, int rows, int key, int count, float[] s) {
        loops.gemm(rows, count, d, queries, 0, d, 1, k.storage().floats(), at(k, head, key), k.stride(3), k.stride(1), s, 0, count, false, null, 0,
                Activation.NONE, false);
        if (on != null) {
            int sample = keysAt + head / heads * lk + key;
            for (int j = 0; j < count; j++) {
                for (int i = 0; on[sample + j] == 0 && i < rows; i++) {
                    s[i * count + j] = Float.NEGATIVE_INFINITY;
                }
            }
        }
        if (causal && key + count - 1 > first) {
            for (int i = 0; i < rows; i++) {
                int seen = Math.max(0, Math.min(count, first + i + 1 - key));
                Arrays.fill(s, i * count + seen, (i + 1) * count, Float.NEGATIVE_INFINITY);
            }
        }
    }

    /** One behind the last key that a tile of queries sees. */
    private int end(int first, int rows) {
        return causal ? Math.min(lk, first + rows) : lk;
    }

    private void forward(int head, int first, Tensor out, Tensor logSum) {
        int rows = Math.min(QUERIES, lq - first);
        Scratch scratch = Scratch.get();
        float[] queries = scaled(head, first, rows);
        float[] s = scratch.floats(Scratch.ATTENTION_SCORES, QUERIES * KEYS);
        float[] sum = scratch.floats(Scratch.ATTENTION_ROWS, 2 * QUERIES);                       // maxima behind the sums
        float[] y = out.storage().floats();
        Arrays.fill(sum, 0, rows, 0);
        Arrays.fill(sum, QUERIES, QUERIES + rows, Float.NEGATIVE_INFINITY);
        for (int key = 0, end = end(first, rows); key < end; key += KEYS) {
            int count = Math.min(KEYS, end - key);
            scores(head, queries, first, rows, key, count, s);
            for (int i = 0; i < rows; i++) {
                float max = Math.max(sum[QUERIES + i], loops.max(count, s, i * count));
                float shift = max == Float.NEGATIVE_INFINITY ? 0 : max;                          // no key of this row so far
                float keep = key == 0 ? 0 : (float) Math.exp(sum[QUERIES + i] - shift);
                sum[i] = (float) (sum[i] * keep + loops.expSum(count, s, i * count, shift, s, i * count));
                sum[QUERIES + i] = max;
                for (int j = 0, at = at(out, head, first + i); key > 0 && j < dv; j++) {
                    y[at + j] *= keep;
                }
            }
            loops.gemm(rows, dv, count, s, 0, count, 1, v.storage().floats(), at(v, head, key), v.stride(1), v.stride(3), y, at(out, head, first),
                    out.stride(1), key > 0, null, 0, Activation.NONE, false);
        }
        float[] logs = logSum.storage().floats();
        for (int i = 0; i < rows; i++) {
            float factor = 1 / sum[i];
            for (int j = 0, at = at(out, head, first + i); j < dv; j++) {
                y[at + j] *= factor;
            }
            logs[logSum.offset() + head * lq + first + i] = (float) (sum[QUERIES + i] + Math.log(sum[i]));
        }
    }

    private void backward(int head, Tensor dy, Tensor y, Tensor logSum, Tensor dq, Tensor dk, Tensor dvs) {
        float[] g = dy.storage().floats();
        float[] s = Scratch.get().floats(Scratch.ATTENTION_SCORES, QUERIES * KEYS);
        float[] ds = Scratch.get().floats(Scratch.ATTENTION_GRADS, QUERIES * KEYS);
        for (int first = 0; first < lq; first += QUERIES) {
            int rows = Math.min(QUERIES, lq - first);
            float[] queries = scaled(head, first, rows);
            float[] delta = deltas(head, first, rows, dy, y);
            int end = end(first, rows);
            for (int key = 0; key < end; key += KEYS) {
                int count = Math.min(KEYS, end - key);
                boolean fresh = causal ? key + count > first : first == 0;                        // not written by an earlier tile of queries
                scores(head, queries, first, rows, key, count, s);
                loops.gemm(rows, count, dv, g, at(dy, head, first), dy.stride(1), dy.stride(3), v.storage().floats(), at(v, head, key), v.stride(3),
                        v.stride(1), ds, 0, count, false, null, 0, Activation.NONE, false);
                for (int i = 0; i < rows; i++) {
                    loops.expSum(count, s, i * count, logSum.storage().floats()[logSum.offset() + head * lq + first + i], s, i * count);
                    for (int j = i * count, last = j + count; j < last; j++) {
                        ds[j] = s[j] * (ds[j] - delta[i]);
                    }
                }
                toKeys(fresh, first, key, count, rows, dv, s, g, at(dy, head, first), dy.stride(1), dy.stride(3), dvs, head);
                toKeys(fresh, first, key, count, rows, d, ds, queries, 0, d, 1, dk, head);
                loops.gemm(rows, d, count, ds, 0, count, 1, k.storage().floats(), at(k, head, key), k.stride(1), k.stride(3), dq.storage().floats(),
                        at(dq, head, first), dq.stride(1), key > 0, null, 0, Activation.NONE, false);
            }
            scaleRows(dq, head, first, rows);
        }
    }

    /** {@code to[key..] += s' from}; keys that no earlier tile of queries has written are overwritten. */
    private void toKeys(boolean fresh, int first, int key, int count, int rows, int width, float[] s, float[] from, int at, int rowStep, int step, Tensor to,
                        int head) {
        int old = !fresh ? count : causal ? Math.max(0, Math.min(count, first - key)) : 0;
        if (old > 0) {
            loops.gemm(old, width, rows, s, 0, 1, count, from, at, rowStep, step, to.storage().floats(), at(to, head, key), to.stride(1), true, null, 0,
                    Activation.NONE, false);
        }
        if (old < count) {
            loops.gemm(count - old, width, rows, s, old, 1, count, from, at, rowStep, step, to.storage().floats(), at(to, head, key + old), to.stride(1),
                    false, null, 0, Activation.NONE, false);
        }
    }

    private float[] deltas(int head, int first, int rows, Tensor dy, Tensor y) {
        float[] delta = Scratch.get().floats(Scratch.ATTENTION_ROWS, 2 * QUERIES);
        float[] g = dy.storage().floats();
        float[] o = y.storage().floats();
        for (int i = 0; i < rows; i++) {
            int a = at(dy, head, first + i);
            int b = at(y, head, first + i);
            if (dy.stride(3) == 1) {
                delta[i] = (float) loops.dot(dv, g, a, o, b);
            } else {
                double sum = 0;
                for (int j = 0; j < dv; j++) {
                    sum += (double) g[a + j * dy.stride(3)] * o[b + j];
                }
                delta[i] = (float) sum;
            }
        }
        return delta;
    }

    private void scaleRows(Tensor t, int head, int first, int rows) {
        float[] a = t.storage().floats();
        for (int i = 0; i < rows; i++) {
            for (int j = at(t, head, first + i), end = j + d; j < end; j++) {
                a[j] *= scale;
            }
        }
    }
}
