package loam.tensor;

/** Indexing by tensors. */
final class Indexing {
    private Indexing() {
    }

    static Tensor indexSelect(Tensor x, int axis, Tensor index) {
        int a = x.shape().axis("index_select", axis);
        if (index.rank() != 1) {
            throw Failure.of("index_select", "the index must be a vector").operand("index", index.shape()).shape();
        }
        Tensor i = checked("index_select", index, x, a);
        Tensor out = Tensor.empty(x.dtype(), x.shape().with(a, index.numel()));
        Context.current().kernels().indexSelect(x, a, i, out);
        return out;
    }

    static Tensor gather(Tensor x, int axis, Tensor index) {
        int a = x.shape().axis("gather", axis);
        requireFits("gather", x, a, index, "input");
        Tensor i = checked("gather", index, x, a);
        Tensor out = Tensor.empty(x.dtype(), index.shape());
        Context.current().kernels().gather(x, a, i, out);
        return out;
    }

    static Tensor takeAlong(Tensor x, int axis, Tensor index) {
        int a = x.shape().axis("take_along", axis);
        if (index.rank() != x.rank()) {
            throw Failure.of("take_along", "input and index differ in rank").operand("input", x.shape()).operand("index", index.shape()).shape();
        }
        Shape common = Shape.broadcast("take_along", x.shape().with(a, 1), index.shape().with(a, 1));
        return gather(x.expand(common.with(a, x.dim(a))), a, index.expand(common.with(a, index.dim(a))));
    }

    static Tensor scatterAdd(Tensor x, int axis, Tensor index, Tensor src) {
        int a = x.shape().axis("scatter_add", axis);
        requireFits("scatter_add", x, a, index, "input");
        if (!index.shape().equals(src.shape())) {
            throw Failure.of("scatter_add", "index and source differ in shape").operand("index", index.shape()).operand("source", src.shape()).shape();
        }
        Tensor i = checked("scatter_add", index, x, a);
        Tensor out = x.to(x.dtype().arithmetic()).copy();
        Context.current().kernels().scatterAdd(out, a, i, src.to(out.dtype()));
        return out;
    }

    static Tensor indexAdd(Tensor x, int axis, Tensor index, Tensor src) {
        int a = x.shape().axis("index_add", axis);
        if (index.rank() != 1 || !src.shape().equals(x.shape().with(a, index.numel()))) {
            throw Failure.of("index_add", "the source must have the input's extents, and the index's length on the axis").operand("input", x.shape(), a)
                    .operand("index", index.shape()).operand("source", src.shape()).shape();
        }
        return scatterAdd(x, a, along(index, a, x.rank()).expand(src.shape()), src);
    }

    /** A vector laid along one of {@code rank} axes. */
    private static Tensor along(Tensor index, int axis, int rank) {
        int[] d = new int[rank];
        java.util.Arrays.fill(d, 1);
        d[axis] = index.numel();
        return index.reshape(d);
    }

    private static void requireFits(String op, Tensor x, int axis, Tensor index, String name) {
        boolean fits = index.rank() == x.rank();
        for (int i = 0; fits && i < x.rank(); i++) {
            fits = i == axis || index.dim(i) <= x.dim(i);
        }
        if (!fits) {
            throw Failure.of(op, "the index must have the input's rank and no larger extents off the axis")
                    .operand(name, x.shape(), axis).operand("index", index.shape()).shape();
        }
    }

    /** The index as dense I64 with every entry in 0..extent-1; negative entries count from the end. */
    private static Tensor checked(String op, Tensor index, Tensor x, int axis) {
        if (index.dtype().isFloating() || index.dtype() == DType.BOOL) {
            throw Failure.of(op, "an index must be I32 or I64, this is " + index.dtype()).operand("index", index.shape())
                    .hint("convert with to(DType.I64); for a BOOL mask use maskedSelect").dtype();
        }
        int n = x.dim(axis);
        Tensor i = index.to(DType.I64).contiguous();
        long[] v = i.storage().longs();
        boolean negative = false;
        for (int p = i.offset(), e = p + i.numel(); p < e; p++) {
            if (v[p] < -n || v[p] >= n) {
                throw Failure.of(op, "index " + v[p] + " is outside an extent of " + n).operand("input", x.shape(), axis)
                        .operand("index", index.shape()).index();
            }
            negative |= v[p] < 0;
        }
        if (negative) {
            Tensor up = i.add(n);
            return Tensor.where(i.lt(0), up, i);
        }
        return i;
    }

    static Tensor maskedSelect(Tensor x, Tensor mask) {
        if (mask.dtype() != DType.BOOL) {
            throw Failure.of("masked_select", "the mask must be BOOL, it is " + mask.dtype()).operand("mask", mask.shape()).dtype();
        }
        Shape shape = Shape.broadcast("masked_select", x.shape(), mask.shape());
        Tensor flat = x.expand(shape).flatten();
        return indexSelect(flat, 0, nonzero(mask.expand(shape).flatten()).flatten());
    }

    static Tensor nonzero(Tensor x) {
        boolean[] on = x.to(DType.BOOL).toBooleans();
        int count = 0;
        for (boolean b : on) {
            count += b ? 1 : 0;
        }
        int rank = x.rank();
        long[] out = new long[count * rank];
        int[] d = x.shape().toArray();
        int p = 0;
        for (int i = 0; i < on.length; i++) {
            if (on[i]) {
                int rest = i;
                for (int a = rank - 1; a >= 0; a--) {
                    out[p * rank + a] = rest % d[a];
                    rest /= d[a];
                }
                p++;
            }
        }
        return Tensor.ofLongs(Shape.of(count, rank), out);
    }

    static Tensor oneHot(Tensor x, int classes) {
        long[] v = x.toLongs();
        Tensor out = Tensor.zeros(x.shape().insert(x.rank(), classes));
        float[] f = out.storage().floats();
        for (int i = 0; i < v.length; i++) {
            if (v[i] < 0 || v[i] >= classes) {
                throw Failure.of("one_hot", "label " + v[i] + " is outside 0.." + (classes - 1)).operand("input", x.shape())
                        .fact("classes", classes).index();
            }
            f[i * classes + (int) v[i]] = 1;
        }
        return out;
    }
}
