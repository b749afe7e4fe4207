package loam.tensor;

import java.util.Arrays;

/** How tensors are made. */
final class Creation {
    private Creation() {
    }

    static Tensor full(DType dtype, Shape shape, double value) {
        Tensor t = Tensor.empty(dtype, shape);
        if (Double.doubleToRawLongBits(value) != 0 || Context.current().workspace != null) {
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

    static Tensor arange(DType dtype, double start, double end, double step) {
        double count = Math.ceil((end - start) / step);
        if (step == 0 || !Double.isFinite(count)) {
            throw Failure.of("arange", "step " + step + " never reaches the end").fact("start", start).fact("end", end).argument();
        }
        if (count > Integer.MAX_VALUE) {
            throw Failure.of("arange", "more than 2^31-1 elements").fact("start", start).fact("end", end).fact("step", step).argument();
        }
        double[] v = new double[(int) Math.max(0, count)];
        for (int i = 0; i < v.length; i++) {
            v[i] = start + i * step;
        }
        return of(Shape.of(v.length), v).to(dtype);
    }

    static Tensor linspace(DType dtype, double start, double end, int n) {
        if (n < 0) {
            throw Failure.of("linspace", "n is " + n).argument();
        }
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            v[i] = n == 1 ? start : i == n - 1 ? end : start + (end - start) * i / (n - 1);
        }
        return of(Shape.of(n), v).to(dtype);
    }

    static Tensor eye(DType dtype, int n) {
        return Tensor.ones(dtype, Shape.of(n)).diagEmbed().to(dtype);
    }

    static Tensor normal(DType dtype, Shape shape, double mean, double std, Rng rng) {
        Tensor t = random("normal", dtype, shape);
        if (dtype == DType.F64) {
            rng.normal(t.storage().doubles(), t.offset(), shape.numel(), mean, std);
        } else {
            rng.normal(t.storage().floats(), t.offset(), shape.numel(), mean, std);
        }
        return t;
    }

    static Tensor uniform(DType dtype, Shape shape, double low, double high, Rng rng) {
        Tensor t = random("uniform", dtype, shape);
        if (dtype == DType.F64) {
            rng.uniform(t.storage().doubles(), t.offset(), shape.numel(), low, high);
        } else {
            rng.uniform(t.storage().floats(), t.offset(), shape.numel(), low, high);
        }
        return t;
    }

    private static Tensor random(String operation, DType dtype, Shape shape) {
        if (dtype != DType.F32 && dtype != DType.F64) {
            throw Failure.of(operation, "draws F32 or F64, not " + dtype).operand("shape", shape)
                    .hint("draw F32 and convert with to(...)").dtype();
        }
        return Tensor.empty(dtype, shape);
    }

    static Tensor bernoulli(Shape shape, double p, Rng rng) {
        Tensor t = Tensor.empty(DType.F32, shape);
        rng.bernoulli(t.storage().floats(), t.offset(), shape.numel(), p);
        return t;
    }

    static Tensor randint(int low, int high, Shape shape, Rng rng) {
        Tensor t = Tensor.empty(DType.I64, shape);
        long[] v = t.storage().longs();
        for (int i = 0; i < shape.numel(); i++) {
            v[t.offset() + i] = rng.nextInt(low, high);
        }
        return t;
    }

    static Tensor randperm(int n, Rng rng) {
        long[] v = Arrays.stream(rng.permutation(n)).asLongStream().toArray();
        return of(Shape.of(n), v);
    }

    static Tensor truncatedNormal(Shape shape, double mean, double std, Rng rng) {
        Tensor t = Tensor.empty(DType.F32, shape);
        rng.truncatedNormal(t.storage().floats(), t.offset(), shape.numel(), mean, std);
        return t;
    }
}
