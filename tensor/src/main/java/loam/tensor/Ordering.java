package loam.tensor;

import loam.tensor.kernel.ReduceKind;

/** Sorting along an axis. */
final class Ordering {
    private Ordering() {
    }

    static Tensor.Indexed sort(Tensor x, int axis, boolean descending) {
        int a = x.shape().axis("sort", axis);
        boolean last = a == x.rank() - 1;
        Tensor in = x.to(x.dtype().arithmetic());
        in = (last ? in : in.transpose(a, -1)).contiguous();
        Tensor values = Tensor.empty(in.dtype(), in.shape());
        Tensor indices = Tensor.empty(DType.I64, in.shape());
        Context.current().kernels().sort(in, descending, values, indices);
        return last ? new Tensor.Indexed(values, indices)
                : new Tensor.Indexed(values.transpose(a, -1).contiguous(), indices.transpose(a, -1).contiguous());
    }

    static Tensor.Indexed best(Tensor x, ReduceKind kind, int axis, boolean keepDims) {
        Tensor place = x.reduce(kind, true, axis);
        Tensor values = x.gather(axis, place);
        return keepDims ? new Tensor.Indexed(values, place) : new Tensor.Indexed(values.squeeze(axis), place.squeeze(axis));
    }

    static Tensor quantile(Tensor x, double q, int axis, boolean keepDims) {
        int a = x.shape().axis("quantile", axis);
        if (!(q >= 0 && q <= 1)) {
            throw Failure.of("quantile", "q is " + q).operand("input", x.shape(), a).hint("q is between 0 and 1").argument();
        }
        Tensor in = x.dtype().arithmetic().isFloating() ? x : x.to(DType.F32);
        Tensor sorted = nonEmpty("quantile", in, a).sort(a, false).values();
        int n = x.dim(a);
        double at = q * (n - 1);
        int below = (int) Math.floor(at);
        Tensor low = sorted.narrow(a, below, 1);
        Tensor high = sorted.narrow(a, Math.min(n - 1, below + 1), 1);
        Tensor y = at == below ? low : low.add(high.sub(low).mul(at - below));
        return reduced(y, sorted.narrow(a, n - 1, 1), a, keepDims);
    }

    static Tensor median(Tensor x, int axis, boolean keepDims) {
        int a = x.shape().axis("median", axis);
        Tensor sorted = nonEmpty("median", x, a).sort(a, false).values();
        int n = x.dim(a);
        return reduced(sorted.narrow(a, (n - 1) / 2, 1), sorted.narrow(a, n - 1, 1), a, keepDims);
    }

    private static Tensor nonEmpty(String name, Tensor x, int axis) {
        if (x.dim(axis) == 0) {
            throw Failure.of(name, "the axis has no elements").operand("input", x.shape(), axis).shape();
        }
        return x;
    }

    /** NaN sorts last: where the largest is NaN, so is the result. */
    private static Tensor reduced(Tensor y, Tensor largest, int axis, boolean keepDims) {
        Tensor r = y.dtype().isFloating() ? Tensor.where(largest.isNaN(), largest, y) : y.contiguous();
        return keepDims ? r : r.squeeze(axis);
    }

    static Tensor.Indexed topk(Tensor x, int k, int axis, boolean largest) {
        int a = x.shape().axis("topk", axis);
        if (k < 0 || k > x.dim(a)) {
            throw Failure.of("topk", "k is " + k + ", the axis has " + x.dim(a)).operand("input", x.shape(), a).argument();
        }
        boolean last = a == x.rank() - 1;
        Tensor in = x.to(x.dtype().arithmetic());
        in = (last ? in : in.transpose(a, -1)).contiguous();
        Tensor values = Tensor.empty(in.dtype(), in.shape().with(-1, k));
        Tensor indices = Tensor.empty(DType.I64, values.shape());
        Context.current().kernels().topk(in, largest, values, indices);
        return last ? new Tensor.Indexed(values, indices)
                : new Tensor.Indexed(values.transpose(a, -1).contiguous(), indices.transpose(a, -1).contiguous());
    }
}
