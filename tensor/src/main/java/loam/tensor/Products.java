package loam.tensor;

import loam.tensor.kernel.Activation;

/** Matrix products. */
final class Products {
    private Products() {
    }

    static Tensor matmul(Tensor a, Tensor b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw Failure.of("matmul", "needs at least one axis on both sides").operand("left", a.shape()).operand("right", b.shape())
                    .hint("use mul for scalars").shape();
        }
        DType t = type("matmul", a, b);
        Tensor x = a.rank() == 1 ? a.unsqueeze(0) : a;
        Tensor y = b.rank() == 1 ? b.unsqueeze(1) : b;
        int k = x.dim(-1);
        if (y.dim(-2) != k) {
            throw Failure.of("matmul", "inner extents differ: " + k + " against " + y.dim(-2))
                    .operand("left", a.shape(), a.rank() - 1).operand("right", b.shape(), Math.max(0, b.rank() - 2))
                    .hint("the right side may need t()").shape();
        }
        int m = x.dim(-2);
        int n = y.dim(-1);
        if (y.rank() == 2 && x.rank() > 2 && x.isDense()) {
            int rows = lead(x).numel() * m;
            Tensor flat = product(x.reshape(rows, k), y, null, Activation.NONE, t, Shape.of(rows, n));
            int[] d = x.shape().toArray();
            d[d.length - 1] = n;
            return squeeze(flat.reshape(d), a, b);
        }
        Shape batch = Shape.broadcast("matmul", lead(x), lead(y));
        Tensor out = product(x.expand(join(batch, m, k)), y.expand(join(batch, k, n)), null, Activation.NONE, t, join(batch, m, n));
        return squeeze(out, a, b);
    }

    private static Tensor squeeze(Tensor out, Tensor a, Tensor b) {
        Tensor r = b.rank() == 1 ? out.squeeze(-1) : out;
        return a.rank() == 1 ? r.squeeze(b.rank() == 1 ? -1 : -2) : r;
    }

    static Tensor linear(Tensor x, Tensor w, Tensor bias, Activation act) {
        if (w.rank() != 2 || x.rank() == 0 || x.dim(-1) != w.dim(1)) {
            throw Failure.of("linear", x.rank() == 0 ? "the input is a scalar" : "input has " + x.dim(-1) + " features, the weight expects " + w.dim(-1))
                    .operand("input", x.shape(), x.rank() - 1).operand("weight", w.shape(), 1)
                    .hint("weights are [out, in]; flatten images first").shape();
        }
        if (bias != null && (bias.rank() != 1 || bias.dim(0) != w.dim(0))) {
            throw Failure.of("linear", "one bias for each output is needed").operand("bias", bias.shape()).operand("weight", w.shape(), 0).shape();
        }
        DType t = type("linear", x, w);
        int[] d = x.shape().toArray();
        d[d.length - 1] = w.dim(0);
        Shape shape = Shape.of(d);
        Tensor flat = x.rank() == 2 ? x : x.reshape(shape.numel() == 0 ? 0 : x.numel() / Math.max(1, x.dim(-1)), x.dim(-1));
        int rows = x.dim(-1) == 0 ? shape.numel() / Math.max(1, w.dim(0)) : flat.dim(0);
        Tensor in = x.dim(-1) == 0 ? Tensor.zeros(t, Shape.of(rows, 0)) : flat;
        return product(in, w.t(), bias, act, t, Shape.of(rows, w.dim(0))).reshape(shape);
    }

    private static Tensor product(Tensor a, Tensor b, Tensor bias, Activation act, DType t, Shape shape) {
        Tensor out = Tensor.empty(t, shape);
        if (shape.numel() > 0) {
            Context.current().kernels().matmul(a.to(t), b.to(t), bias == null ? null : bias.to(t).contiguous(), act, out);
        }
        return out;
    }

    private static DType type(String operation, Tensor a, Tensor b) {
        DType t = DType.promote(a.dtype(), b.dtype());
        return t == DType.BOOL || t == DType.U8 ? DType.I64 : t;
    }

    private static Shape lead(Tensor x) {
        int[] d = x.shape().toArray();
        return Shape.of(java.util.Arrays.copyOf(d, d.length - 2));
    }

    private static Shape join(Shape batch, int m, int n) {
        int[] d = java.util.Arrays.copyOf(batch.toArray(), batch.rank() + 2);
        d[d.length - 2] = m;
        d[d.length - 1] = n;
        return Shape.of(d);
    }
}
