package loam.tensor;

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

    static Tensor.Indexed topk(Tensor x, int k, int axis, boolean largest) {
        int a = x.shape().axis("topk", axis);
        if (k < 0 || k > x.dim(a)) {
            throw Failure.of("topk", "k is " + k + ", the axis has " + x.dim(a)).operand("input", x.shape(), a).argument();
        }
        Tensor.Indexed s = sort(x, a, largest);
        return new Tensor.Indexed(s.values().narrow(a, 0, k).contiguous(), s.indices().narrow(a, 0, k).contiguous());
    }
}
