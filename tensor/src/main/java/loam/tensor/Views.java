package loam.tensor;

import java.util.Arrays;

/** The view algebra of {@link Tensor}: other extents and strides on the same storage. */
final class Views {
    private Views() {
    }

    static boolean isDense(Shape shape, int[] strides) {
        int step = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            int d = shape.dim(i);
            if (d != 1 && strides[i] != step) {
                return shape.numel() == 0;
            }
            step *= Math.max(1, d);
        }
        return true;
    }

    static void checkBounds(Storage storage, Shape shape, int[] strides, int offset) {
        if (strides.length != shape.rank()) {
            throw Failure.of("view", "strides and extents differ in number").operand("shape", shape).fact("strides", Arrays.toString(strides)).shape();
        }
        long low = offset;
        long high = offset;
        for (int i = 0; i < strides.length; i++) {
            long reach = (long) strides[i] * Math.max(0, shape.dim(i) - 1);
            low += Math.min(0, reach);
            high += Math.max(0, reach);
        }
        if (shape.numel() > 0 && (low < 0 || high >= storage.length())) {
            throw Failure.of("view", "elements " + low + ".." + high + " are outside a storage of " + storage.length()).operand("shape", shape).shape();
        }
    }

    static Tensor narrow(Tensor x, int axis, int start, int length) {
        int a = x.shape().axis("narrow", axis);
        int n = x.dim(a);
        int s = start < 0 ? start + n : start;
        if (s < 0 || length < 0 || (long) s + length > n) {
            throw Failure.of("narrow", "elements " + start + " to " + ((long) start + length) + " are outside an extent of " + n)
                    .operand("input", x.shape(), a).hint("start + length may be at most " + n).index();
        }
        return Tensor.unchecked(x.storage(), x.shape().with(a, length), x.strides(), x.offset() + (length == 0 ? 0 : s * x.stride(a)));
    }

    static Tensor slice(Tensor x, int axis, int start, int end, int step) {
        int a = x.shape().axis("slice", axis);
        if (step < 1) {
            throw Failure.of("slice", "step is " + step).operand("input", x.shape(), a).hint("steps are 1 or more; use flip to reverse").argument();
        }
        int n = x.dim(a);
        int s = Math.min(n, Math.max(0, start < 0 ? start + n : start));
        int e = Math.min(n, Math.max(s, end < 0 ? end + n : end));
        int[] strides = x.strides();
        strides[a] *= step;
        int count = (int) (((long) e - s + step - 1) / step);
        return Tensor.unchecked(x.storage(), x.shape().with(a, count), strides, x.offset() + (count == 0 ? 0 : s * x.stride(a)));
    }

    static Tensor select(Tensor x, int axis, int index) {
        int a = x.shape().axis("select", axis);
        int n = x.dim(a);
        int i = index < 0 ? index + n : index;
        if (i < 0 || i >= n) {
            throw Failure.of("select", "index " + index + " is outside an extent of " + n).operand("input", x.shape(), a).index();
        }
        int[] s = x.strides();
        int[] strides = new int[s.length - 1];
        System.arraycopy(s, 0, strides, 0, a);
        System.arraycopy(s, a + 1, strides, a, strides.length - a);
        return Tensor.unchecked(x.storage(), x.shape().without(a), strides, x.offset() + i * s[a]);
    }

    static Tensor transpose(Tensor x, int a, int b) {
        int p = x.shape().axis("transpose", a);
        int q = x.shape().axis("transpose", b);
        int[] d = x.shape().toArray();
        int[] s = x.strides();
        int t = d[p];
        d[p] = d[q];
        d[q] = t;
        t = s[p];
        s[p] = s[q];
        s[q] = t;
        return Tensor.unchecked(x.storage(), Shape.of(d), s, x.offset());
    }

    static Tensor permute(Tensor x, int... axes) {
        if (axes.length != x.rank()) {
            throw Failure.of("permute", axes.length + " axes for a tensor of rank " + x.rank()).operand("input", x.shape())
                    .fact("axes", Arrays.toString(axes)).shape();
        }
        x.shape().axes("permute", axes);
        int[] d = new int[axes.length];
        int[] s = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            int a = x.shape().axis("permute", axes[i]);
            d[i] = x.dim(a);
            s[i] = x.stride(a);
        }
        return Tensor.unchecked(x.storage(), Shape.of(d), s, x.offset());
    }

    static Tensor expand(Tensor x, Shape to) {
        if (to.equals(x.shape())) {
            return x;
        }
        int lead = to.rank() - x.rank();
        int[] s = new int[to.rank()];
        for (int i = 0; i < to.rank(); i++) {
            int from = i < lead ? 1 : x.dim(i - lead);
            if (lead < 0 || from != to.dim(i) && from != 1) {
                throw Failure.of("expand", "only axes of extent 1 can grow").operand("input", x.shape()).operand("to", to).shape();
            }
            s[i] = i < lead || from == 1 ? 0 : x.stride(i - lead);
        }
        if (lead < 0) {
            throw Failure.of("expand", "the new shape has fewer axes").operand("input", x.shape()).operand("to", to).shape();
        }
        return Tensor.unchecked(x.storage(), to, s, x.offset());
    }

    static Tensor reshape(Tensor x, int... dims) {
        int[] d = dims.clone();
        int open = -1;
        long known = 1;
        for (int i = 0; i < d.length; i++) {
            if (d[i] < -1) {
                throw Failure.of("reshape", "an extent is negative").operand("input", x.shape()).fact("to", Arrays.toString(dims)).shape();
            }
            if (d[i] == -1 && open < 0) {
                open = i;
            } else {
                known *= d[i];
            }
        }
        if (open >= 0) {
            if (known <= 0 || x.numel() % known != 0) {
                throw Failure.of("reshape", x.numel() + " elements do not divide by " + known).operand("input", x.shape())
                        .fact("to", Arrays.toString(dims)).shape();
            }
            d[open] = (int) (x.numel() / known);
        }
        Shape to = Shape.of(d);
        if (to.numel() != x.numel()) {
            throw Failure.of("reshape", x.numel() + " elements cannot become " + to.numel()).operand("input", x.shape()).operand("to", to)
                    .hint("the product of the extents must stay the same; one may be -1").shape();
        }
        if (to.equals(x.shape())) {
            return x;
        }
        int[] s = x.isDense() ? to.strides() : strided(x, to);
        return s != null ? Tensor.unchecked(x.storage(), to, s, x.offset()) : reshape(x.copy(), d);
    }

    /** Strides of the new shape if the elements can be walked in the same order without copying, else null. */
    private static int[] strided(Tensor x, Shape to) {
        int[] out = new int[to.rank()];
        int i = 0;
        int j = 0;
        while (i < x.rank() && j < to.rank()) {
            int a = i;
            int b = j;
            long n = x.dim(i++);
            long m = to.dim(j++);
            while (n != m) {
                if (n < m) {
                    if (i == x.rank()) {
                        return null;
                    }
                    n *= x.dim(i++);
                } else {
                    if (j == to.rank()) {
                        return null;
                    }
                    m *= to.dim(j++);
                }
            }
            int step = 0;
            int reach = 1;
            boolean first = true;
            for (int k = i - 1; k >= a; k--) {
                if (x.dim(k) == 1) {
                    continue;
                }
                if (first) {
                    step = x.stride(k);
                    first = false;
                } else if (x.stride(k) != step * reach) {
                    return null;
                }
                reach *= x.dim(k);
            }
            int walk = step;
            for (int k = j - 1; k >= b; k--) {
                out[k] = walk;
                walk *= to.dim(k);
            }
        }
        return out;
    }

    static Tensor flatten(Tensor x, int first, int last) {
        if (x.rank() == 0) {
            return reshape(x, 1);
        }
        int a = x.shape().axis("flatten", first);
        int b = x.shape().axis("flatten", last);
        if (a > b) {
            throw Failure.of("flatten", "the first axis lies after the last").operand("input", x.shape()).fact("axes", first + ".." + last).shape();
        }
        int[] d = new int[x.rank() - (b - a)];
        long product = 1;
        for (int i = 0; i < x.rank(); i++) {
            if (i < a) {
                d[i] = x.dim(i);
            } else if (i <= b) {
                product *= x.dim(i);
                d[a] = extent(x, product);
            } else {
                d[i - (b - a)] = x.dim(i);
            }
        }
        return reshape(x, d);
    }

    private static int extent(Tensor x, long product) {
        if (product > Integer.MAX_VALUE) {
            throw Failure.of("flatten", "an extent beyond 2^31-1").operand("input", x.shape()).shape();
        }
        return (int) product;
    }

    static Tensor squeeze(Tensor x) {
        Tensor y = x;
        for (int i = x.rank() - 1; i >= 0; i--) {
            y = y.dim(i) == 1 ? select(y, i, 0) : y;
        }
        return y;
    }

    static Tensor squeeze(Tensor x, int axis) {
        int a = x.shape().axis("squeeze", axis);
        return x.dim(a) == 1 ? select(x, a, 0) : x;
    }

    static Tensor diagonal(Tensor x, int offset, int a, int b) {
        int p = x.shape().axis("diagonal", a);
        int q = x.shape().axis("diagonal", b);
        if (p == q) {
            throw Failure.of("diagonal", "the two axes are the same").operand("input", x.shape(), p).shape();
        }
        int n = (int) Math.max(0, offset >= 0 ? Math.min(x.dim(p), (long) x.dim(q) - offset) : Math.min((long) x.dim(p) + offset, x.dim(q)));
        int[] d = new int[x.rank() - 1];
        int[] s = new int[d.length];
        int k = 0;
        for (int i = 0; i < x.rank(); i++) {
            if (i != p && i != q) {
                d[k] = x.dim(i);
                s[k++] = x.stride(i);
            }
        }
        d[k] = n;
        s[k] = x.stride(p) + x.stride(q);
        int start = n == 0 ? 0 : offset >= 0 ? offset * x.stride(q) : -offset * x.stride(p);
        return Tensor.unchecked(x.storage(), Shape.of(d), s, x.offset() + start);
    }

    static Tensor unsqueeze(Tensor x, int axis) {
        int rank = x.rank() + 1;
        if (axis < -rank || axis >= rank) {
            throw Failure.of("unsqueeze", "axis " + axis + " is outside " + -rank + ".." + (rank - 1)).operand("input", x.shape()).shape();
        }
        int a = axis < 0 ? axis + rank : axis;
        int[] s = x.strides();
        int[] strides = new int[rank];
        System.arraycopy(s, 0, strides, 0, a);
        strides[a] = a < s.length ? s[a] * x.dim(a) : 1;
        System.arraycopy(s, a, strides, a + 1, s.length - a);
        return Tensor.unchecked(x.storage(), x.shape().insert(a, 1), strides, x.offset());
    }
}
