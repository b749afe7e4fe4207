package loam.tensor.internal.heap;

import loam.tensor.DType;
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
        } else {
            for (int i = 0; i < n; i++) {
                element(from, p + i * step, to, q + i);
            }
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
