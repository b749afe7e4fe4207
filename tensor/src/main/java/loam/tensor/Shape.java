package loam.tensor;

import java.util.Arrays;

/** The extents of a tensor, row-major; a scalar has rank 0. At most 2^31-1 elements, checked exactly. */
public final class Shape {
    private static final Shape SCALAR = new Shape(new int[0], 1);
    private final int[] dims;
    private final int numel;

    private Shape(int[] dims, int numel) {
        this.dims = dims;
        this.numel = numel;
    }

    /** A shape of these extents; an extent may be 0. */
    public static Shape of(int... dims) {
        if (dims.length == 0) {
            return SCALAR;
        }
        long product = 1;
        boolean empty = false;
        for (int d : dims) {
            if (d < 0) {
                throw Failure.of("shape", "an extent is negative").fact("extents", Arrays.toString(dims)).shape();
            }
            empty |= d == 0;
        }
        for (int i = 0; i < dims.length && !empty; i++) {
            product *= dims[i];
            if (product > Integer.MAX_VALUE) {
                throw Failure.of("shape", "more than 2^31-1 elements").fact("extents", Arrays.toString(dims))
                        .hint("work in smaller batches").shape();
            }
        }
        return new Shape(dims.clone(), empty ? 0 : (int) product);
    }

    /** The shape of a single number. */
    public static Shape scalar() {
        return SCALAR;
    }

    /** Number of axes. */
    public int rank() {
        return dims.length;
    }

    /** Extent of an axis; negative axes count from the end. */
    public int dim(int axis) {
        return dims[axis("dim", axis)];
    }

    /** Number of elements. */
    public int numel() {
        return numel;
    }

    /** The extents, a copy. */
    public int[] toArray() {
        return dims.clone();
    }

    /** Row-major strides in elements. */
    public int[] strides() {
        int[] s = new int[dims.length];
        int step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            s[i] = step;
            step *= Math.max(1, dims[i]);
        }
        return s;
    }

    /** The axis as 0..rank-1, or a {@link ShapeException} that names {@code operation}. */
    public int axis(String operation, int axis) {
        int n = dims.length;
        if (axis < -n || axis >= n) {
            throw Failure.of(operation, "axis " + axis + " is outside a tensor of rank " + n).operand("input", this)
                    .hint(n == 0 ? "a scalar has no axes" : "axes run from " + -n + " to " + (n - 1)).shape();
        }
        return axis < 0 ? axis + n : axis;
    }

    /** The axes as 0..rank-1 in ascending order; none given means all. Doubles are an error. */
    public int[] axes(String operation, int... axes) {
        if (axes.length == 0) {
            int[] all = new int[dims.length];
            Arrays.setAll(all, i -> i);
            return all;
        }
        int[] out = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            out[i] = axis(operation, axes[i]);
        }
        Arrays.sort(out);
        for (int i = 1; i < out.length; i++) {
            if (out[i] == out[i - 1]) {
                throw Failure.of(operation, "axis " + out[i] + " is named twice").operand("input", this).shape();
            }
        }
        return out;
    }

    /** This shape with the extent of one axis changed. */
    public Shape with(int axis, int extent) {
        int[] d = dims.clone();
        d[axis("with", axis)] = extent;
        return of(d);
    }

    /** This shape without one axis. */
    public Shape without(int axis) {
        return reduced(new int[] {axis("without", axis)}, false);
    }

    /** This shape with a new axis before {@code axis} (0..rank). */
    public Shape insert(int axis, int extent) {
        int[] d = new int[dims.length + 1];
        System.arraycopy(dims, 0, d, 0, axis);
        d[axis] = extent;
        System.arraycopy(dims, axis, d, axis + 1, dims.length - axis);
        return of(d);
    }

    /** This shape after a reduction over ascending {@code axes}: dropped, or of extent 1 when {@code keepDims}. */
    public Shape reduced(int[] axes, boolean keepDims) {
        int[] d = new int[keepDims ? dims.length : dims.length - axes.length];
        int p = 0;
        for (int i = 0, a = 0; i < dims.length; i++) {
            boolean gone = a < axes.length && axes[a] == i;
            if (gone) {
                a++;
            }
            if (!gone || keepDims) {
                d[p++] = gone ? 1 : dims[i];
            }
        }
        return of(d);
    }

    /** The common shape under NumPy's broadcasting rule. */
    public static Shape broadcast(String operation, Shape a, Shape b) {
        if (a.equals(b)) {
            return a;
        }
        int rank = Math.max(a.rank(), b.rank());
        int[] d = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int x = i <= a.rank() ? a.dims[a.rank() - i] : 1;
            int y = i <= b.rank() ? b.dims[b.rank() - i] : 1;
            if (x != y && x != 1 && y != 1) {
                throw Failure.of(operation, "shapes do not broadcast: " + x + " against " + y)
                        .operand("left", a, a.rank() - i).operand("right", b, b.rank() - i)
                        .hint("extents must be equal or 1, aligned at the last axis; reshape or unsqueeze one side").shape();
            }
            d[rank - i] = x == 1 ? y : x;
        }
        return of(d);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape s && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
