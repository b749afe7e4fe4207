package loam.tensor;

import java.util.Arrays;
import loam.tensor.kernel.Kernels;

/** Joining, cutting, padding and rearranging copies. */
final class Joining {
    private Joining() {
    }

    private static Kernels kernels() {
        return Context.current().kernels();
    }

    static Tensor cat(int axis, Tensor... parts) {
        if (parts.length == 0) {
            throw Failure.of("cat", "no tensors given").argument();
        }
        int a = parts[0].shape().axis("cat", axis);
        int total = 0;
        DType t = parts[0].dtype();
        for (Tensor p : parts) {
            if (p.rank() != parts[0].rank() || !p.shape().with(a, 0).equals(parts[0].shape().with(a, 0))) {
                throw Failure.of("cat", "extents off the axis differ").operand("first", parts[0].shape(), a).operand("other", p.shape(), a).shape();
            }
            total = Math.addExact(total, p.dim(a));
            t = t == p.dtype() ? t : DType.promote(t, p.dtype());
        }
        Tensor out = Tensor.empty(t, parts[0].shape().with(a, total));
        int at = 0;
        for (Tensor p : parts) {
            if (p.numel() > 0) {
                kernels().copyInto(p, out, a, at);
            }
            at += p.dim(a);
        }
        return out;
    }

    static Tensor stack(int axis, Tensor... parts) {
        if (parts.length == 0) {
            throw Failure.of("stack", "no tensors given").argument();
        }
        Tensor[] up = new Tensor[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].shape().equals(parts[0].shape())) {
                throw Failure.of("stack", "shapes differ").operand("first", parts[0].shape()).operand("part " + i, parts[i].shape())
                        .hint("stack needs equal shapes; cat joins along an axis that there is").shape();
            }
            up[i] = parts[i].unsqueeze(axis);
        }
        return cat(axis < 0 ? axis + up[0].rank() : axis, up);
    }

    static Tensor[] split(Tensor x, int axis, int size) {
        int a = x.shape().axis("split", axis);
        if (size < 1) {
            throw Failure.of("split", "size is " + size).operand("input", x.shape(), a).argument();
        }
        int n = x.dim(a);
        Tensor[] out = new Tensor[Math.max(1, (n + size - 1) / size)];
        for (int i = 0; i < out.length; i++) {
            out[i] = x.narrow(a, i * size, Math.min(size, n - i * size));
        }
        return out;
    }

    static Tensor[] chunk(Tensor x, int axis, int count) {
        int a = x.shape().axis("chunk", axis);
        if (count < 1) {
            throw Failure.of("chunk", "count is " + count).operand("input", x.shape(), a).argument();
        }
        return split(x, a, Math.max(1, (int) (((long) x.dim(a) + count - 1) / count)));
    }

    static Tensor triangle(String name, Tensor x, int offset, boolean lower) {
        if (x.rank() < 2) {
            throw Failure.of(name, "needs matrices [..., m, n]").operand("input", x.shape()).shape();
        }
        Tensor row = Tensor.arange(DType.I64, x.dim(-2)).unsqueeze(1);
        Tensor column = Tensor.arange(DType.I64, x.dim(-1));
        Tensor edge = row.add(offset);
        return Elementwise.where(lower ? column.le(edge) : column.ge(edge), x, Tensor.zeros(x.dtype(), Shape.scalar()));
    }

    static Tensor diagEmbed(Tensor x) {
        if (x.rank() < 1) {
            throw Failure.of("diag_embed", "needs at least one axis").operand("input", x.shape()).shape();
        }
        int n = x.dim(-1);
        Tensor on = Tensor.arange(DType.I64, n).unsqueeze(1).eq(Tensor.arange(DType.I64, n));
        return Elementwise.where(on, x.unsqueeze(-1), Tensor.zeros(x.dtype(), Shape.scalar()));
    }

    static Tensor pad(Tensor x, int[] before, int[] after, double value) {
        if (before.length != x.rank() || after.length != x.rank()) {
            throw Failure.of("pad", "one amount before and after for each axis is needed").operand("input", x.shape())
                    .fact("before", Arrays.toString(before)).fact("after", Arrays.toString(after)).shape();
        }
        Tensor y = x;
        for (int a = 0; a < x.rank(); a++) {
            if (before[a] < 0 || after[a] < 0) {
                throw Failure.of("pad", "a negative amount").operand("input", x.shape(), a).hint("cut with narrow").argument();
            }
            if (before[a] > 0 || after[a] > 0) {
                Tensor out = Tensor.empty(x.dtype(), y.shape().with(a, padded(x, y.dim(a), before[a], after[a])));
                kernels().fill(out, value);
                if (y.numel() > 0) {
                    kernels().copyInto(y, out, a, before[a]);
                }
                y = out;
            }
        }
        return y == x ? x.contiguous() : y;
    }

    private static int padded(Tensor x, int extent, int before, int after) {
        long n = (long) extent + before + after;
        if (n > Integer.MAX_VALUE) {
            throw Failure.of("pad", "an extent beyond 2^31-1").operand("input", x.shape()).argument();
        }
        return (int) n;
    }

    static Tensor flip(Tensor x, int... axes) {
        Tensor y = x;
        for (int a : axes.length == 0 ? new int[0] : x.shape().axes("flip", axes)) {
            int n = x.dim(a);
            int[] index = new int[n];
            Arrays.setAll(index, i -> n - 1 - i);
            y = y.indexSelect(a, index);
        }
        return y.contiguous();
    }

    static Tensor roll(Tensor x, int axis, int shift) {
        int a = x.shape().axis("roll", axis);
        int n = x.dim(a);
        int s = n == 0 ? 0 : Math.floorMod(shift, n);
        return s == 0 ? x.contiguous() : cat(a, x.narrow(a, n - s, s), x.narrow(a, 0, n - s));
    }

    static Tensor repeat(Tensor x, int... times) {
        if (times.length < x.rank()) {
            throw Failure.of("repeat", "fewer counts than axes").operand("input", x.shape()).fact("times", Arrays.toString(times)).shape();
        }
        int lead = times.length - x.rank();
        int[] in = new int[2 * times.length];
        int[] out = new int[times.length];
        int[] grown = new int[2 * times.length];
        for (int i = 0; i < times.length; i++) {
            int d = i < lead ? 1 : x.dim(i - lead);
            in[2 * i] = 1;
            in[2 * i + 1] = d;
            grown[2 * i] = times[i];
            grown[2 * i + 1] = d;
            if (times[i] < 0 || (long) times[i] * d > Integer.MAX_VALUE) {
                throw Failure.of("repeat", times[i] + " times " + d + " elements").operand("input", x.shape()).fact("times", Arrays.toString(times)).argument();
            }
            out[i] = times[i] * d;
        }
        return x.reshape(in).expand(Shape.of(grown)).contiguous().reshape(out);
    }
}
