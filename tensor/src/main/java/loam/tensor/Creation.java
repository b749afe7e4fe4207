package loam.tensor;

/** How tensors are made. */
final class Creation {
    private Creation() {
    }

    static Tensor full(DType dtype, Shape shape, double value) {
        Tensor t = Tensor.empty(dtype, shape);
        if (value != 0 || Context.current().workspace != null) {
            Context.current().kernels().fill(t, value);
        }
        return t;
    }

    static Tensor of(Shape shape, float[] values) {
        Tensor t = sized(DType.F32, shape, values.length);
        System.arraycopy(values, 0, t.storage().floats(), 0, values.length);
        return t;
    }

    static Tensor of(Shape shape, double[] values) {
        Tensor t = sized(DType.F64, shape, values.length);
        System.arraycopy(values, 0, t.storage().doubles(), 0, values.length);
        return t;
    }

    static Tensor of(Shape shape, int[] values) {
        Tensor t = sized(DType.I32, shape, values.length);
        System.arraycopy(values, 0, t.storage().ints(), 0, values.length);
        return t;
    }

    static Tensor of(Shape shape, long[] values) {
        Tensor t = sized(DType.I64, shape, values.length);
        System.arraycopy(values, 0, t.storage().longs(), 0, values.length);
        return t;
    }

    static Tensor of(Shape shape, boolean[] values) {
        Tensor t = sized(DType.BOOL, shape, values.length);
        byte[] b = t.storage().bytes();
        for (int i = 0; i < values.length; i++) {
            b[i] = (byte) (values[i] ? 1 : 0);
        }
        return t;
    }

    private static Tensor sized(DType dtype, Shape shape, int count) {
        if (shape.numel() != count) {
            throw Failure.of("tensor", count + " values for a shape of " + shape.numel()).operand("shape", shape).shape();
        }
        return Tensor.empty(dtype, shape);
    }

    static Tensor arange(double start, double end, double step) {
        double count = Math.ceil((end - start) / step);
        if (step == 0 || !Double.isFinite(count)) {
            throw Failure.of("arange", "step " + step + " never reaches the end").fact("start", start).fact("end", end).argument();
        }
        float[] v = new float[(int) Math.max(0, count)];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) (start + i * step);
        }
        return of(Shape.of(v.length), v);
    }

    static Tensor linspace(double start, double end, int n) {
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
            v[i] = (float) (n == 1 ? start : i == n - 1 ? end : start + (end - start) * i / (n - 1));
        }
        return of(Shape.of(n), v);
    }

    static Tensor eye(int n) {
        float[] v = new float[Shape.of(n, n).numel()];
        for (int i = 0; i < n; i++) {
            v[i * n + i] = 1;
        }
        return of(Shape.of(n, n), v);
    }

    static Tensor randn(Shape shape, Rng rng) {
        Tensor t = Tensor.empty(DType.F32, shape);
        rng.normal(t.storage().floats(), 0, shape.numel(), 0, 1);
        return t;
    }

    static Tensor rand(Shape shape, Rng rng) {
        Tensor t = Tensor.empty(DType.F32, shape);
        rng.uniform(t.storage().floats(), 0, shape.numel(), 0, 1);
        return t;
    }
}
