package loam.tensor.internal.heap;

import loam.tensor.DType;
import loam.tensor.Halves;
import loam.tensor.Storage;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;

/** Copies of views into dense outputs, with conversion. */
final class Copies {
    private Copies() {
    }

    static void copy(Loops loops, Tensor x, Tensor out) {
        if (x.numel() == 0) {
            return;
        }
        Walk walk = new Walk(out, x);
        int step = walk.step(1);
        boolean same = x.dtype() == out.dtype();
        if (same && step > 1 && out.dtype() == DType.F32 && walk.rank >= 2 && transposed(loops, walk, x, out)) {
            return;
        }
        walk.each((row, from, n, o) -> {
            int p = x.offset() + walk.rowOffset(1, row) + from * step;
            int q = out.offset() + o;
            if (same && step == 1) {
                System.arraycopy(x.storage().heap(), p, out.storage().heap(), q, n);
            } else {
                run(x.storage(), p, step, out.storage(), q, n);
            }
        });
    }

    /** Dense rows from the axis on, each to its place. */
    static void copyInto(Tensor x, Tensor out, int axis, int start) {
        if (x.numel() == 0) {
            return;
        }
        int inner = 1;
        for (int i = axis + 1; i < x.rank(); i++) {
            inner *= x.dim(i);
        }
        int row = x.dim(axis) * inner;
        int wide = out.dim(axis) * inner;
        int rows = x.numel() / row;
        int to = out.offset() + start * inner;
        Object from = x.storage().heap();
        Object into = out.storage().heap();
        int group = Math.max(1, Walk.CHUNK / row);
        Parallel.forRange((rows + group - 1) / group, c -> {
            for (int r = c * group, e = Math.min(rows, r + group); r < e; r++) {
                System.arraycopy(from, x.offset() + r * row, into, to + r * wide, row);
            }
        });
    }

    /** The last two merged axes exchanged: blocks of the transposing loop, one chunk a matrix slab. */
    private static boolean transposed(Loops loops, Walk walk, Tensor x, Tensor out) {
        int r = walk.rank;
        if (walk.strides[1][r - 2] != 1) {
            return false;
        }
        int cols = walk.run;
        int rows = walk.dims[r - 2];
        int ldx = walk.step(1);
        int matrices = walk.rows / rows;
        int slab = Math.max(16, Walk.CHUNK / Math.max(1, cols) / 16 * 16);
        int slabs = (rows + slab - 1) / slab;
        float[] a = x.storage().floats();
        float[] y = out.storage().floats();
        Parallel.forRange(matrices * slabs, c -> {
            int matrix = c / slabs;
            int first = c % slabs * slab;
            int count = Math.min(slab, rows - first);
            int xo = x.offset() + walk.rowOffset(1, matrix * rows) + first;
            loops.transpose(cols, count, a, xo, ldx, y, out.offset() + (matrix * rows + first) * cols, cols);
        });
        return true;
    }

    private static void run(Storage from, int p, int step, Storage to, int q, int n) {
        if (from.dtype() == DType.F32 && to.dtype() == DType.F32) {
            float[] a = from.floats();
            float[] y = to.floats();
            for (int i = 0; i < n; i++) {
                y[q + i] = a[p + i * step];
            }
        } else if (from.dtype() == DType.F64 && to.dtype() == DType.F64) {
            double[] a = from.doubles();
            double[] y = to.doubles();
            for (int i = 0; i < n; i++) {
                y[q + i] = a[p + i * step];
            }
        } else if (from.dtype() == DType.F32 && to.dtype() == DType.F64) {
            float[] a = from.floats();
            double[] y = to.doubles();
            for (int i = 0; i < n; i++) {
                y[q + i] = a[p + i * step];
            }
        } else if (to.dtype() == DType.F32 && from.heap() instanceof byte[] a) {
            bytes(from.dtype(), a, p, step, to.floats(), q, n);
        } else if (to.dtype() == DType.F32 && from.dtype() == DType.F16) {
            short[] a = from.shorts();
            float[] y = to.floats();
            for (int i = 0; i < n; i++) {
                y[q + i] = Halves.fromHalf(a[p + i * step]);
            }
        } else if (to.dtype() == DType.F32 && from.dtype() == DType.BF16) {
            short[] a = from.shorts();
            float[] y = to.floats();
            for (int i = 0; i < n; i++) {
                y[q + i] = Halves.fromBrain(a[p + i * step]);
            }
        } else if (to.dtype() == DType.F32 && from.dtype() == DType.I64) {
            long[] a = from.longs();
            float[] y = to.floats();
            for (int i = 0; i < n; i++) {
                y[q + i] = a[p + i * step];
            }
        } else {
            for (int i = 0; i < n; i++) {
                element(from, p + i * step, to, q + i);
            }
        }
    }

    /** BOOL as 0 and 1, U8 without and I8 with sign. */
    private static void bytes(DType type, byte[] a, int p, int step, float[] y, int q, int n) {
        int mask = type == DType.U8 ? 0xff : -1;
        for (int i = 0; i < n; i++) {
            int v = a[p + i * step] & mask;
            y[q + i] = type == DType.BOOL && v != 0 ? 1 : v;
        }
    }

    /** One element, converted; integers exactly. */
    static void element(Storage from, int p, Storage to, int q) {
        if (from.dtype() == DType.I64 && to.dtype() == DType.I64) {
            to.longs()[q] = from.longs()[p];
        } else {
            Access.set(to, q, Access.get(from, p));
        }
    }
}
