package loam.tensor.internal.heap;

import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.parallel.Parallel;

/** Reading and adding at indices. */
final class Gathers {
    private Gathers() {
    }

    static void indexSelect(Tensor x, int axis, Tensor index, Tensor out) {
        int inner = 1;
        for (int i = axis + 1; i < x.rank(); i++) {
            inner *= x.dim(i);
        }
        int n = index.numel();
        int extent = x.dim(axis);
        if (out.numel() == 0) {
            return;
        }
        int run = inner;
        long[] v = index.storage().longs();
        int rows = out.numel() / run;
        int group = Math.max(1, Walk.CHUNK / run);
        Parallel.forRange((rows + group - 1) / group, c -> {
            for (int r = c * group, e = Math.min(rows, r + group); r < e; r++) {
                int from = (r / n * extent + (int) v[index.offset() + r % n]) * run;
                System.arraycopy(x.storage().heap(), x.offset() + from, out.storage().heap(), out.offset() + r * run, run);
            }
        });
    }

    /** For each element of the index: offsets of its other coordinates in x, the axis left out. */
    private static int[] base(Tensor x, int axis, Tensor index) {
        int[] strides = x.strides();
        strides[axis] = 0;
        return index.numel() == 0 ? new int[0] : Access.places(Tensor.view(x.storage(), index.shape(), strides, x.offset()));
    }

    static void gather(Tensor x, int axis, Tensor index, Tensor out) {
        int[] from = base(x, axis, index);
        long[] v = index.storage().longs();
        int step = x.stride(axis);
        if (x.dtype() == DType.F32) {
            float[] a = x.storage().floats();
            float[] y = out.storage().floats();
            for (int i = 0; i < from.length; i++) {
                y[out.offset() + i] = a[from[i] + (int) v[index.offset() + i] * step];
            }
            return;
        }
        for (int i = 0; i < from.length; i++) {
            Copies.element(x.storage(), from[i] + (int) v[index.offset() + i] * step, out.storage(), out.offset() + i);
        }
    }

    static void scatterAdd(Tensor out, int axis, Tensor index, Tensor src) {
        int[] to = base(out, axis, index);
        long[] v = index.storage().longs();
        int step = out.stride(axis);
        for (int i = 0; i < to.length; i++) {
            int o = to[i] + (int) v[index.offset() + i] * step;
            int s = src.offset() + i;
            switch (out.dtype()) {
                case F32 -> out.storage().floats()[o] += src.storage().floats()[s];
                case F64 -> out.storage().doubles()[o] += src.storage().doubles()[s];
                default -> Access.setLong(out.storage(), o, Access.getLong(out.storage(), o) + Access.getLong(src.storage(), s));
            }
        }
    }
}
