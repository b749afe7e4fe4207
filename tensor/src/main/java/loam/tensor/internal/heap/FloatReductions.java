package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.Loops;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.ReduceKind;

/**
 * The fast paths of F32 reductions: along contiguous runs, and down columns. Sums accumulate floats over short stretches and doubles
 * beyond; the stretches depend on the shape alone.
 */
final class FloatReductions {
    /** Rows summed in float before they go to double. */
    private static final int STRETCH = 64;
    /** Elements of one partial of a long run. */
    private static final int PART = 1 << 14;
    /** Shortest run worth reading in place. */
    private static final int SHORTEST = 16;
    /** Columns in a chunk. */
    private static final int COLUMNS = 512;
    /** Below as many results all threads work on one after the other. */
    private static final int FEW = 16;
    private static final int[] WHOLE = {0};
    private final Loops loops;

    FloatReductions(Loops loops) {
        this.loops = loops;
    }

    /** False when the kind or type is not one of the fast ones. */
    boolean reduce(ReduceKind kind, Tensor x, int[] axes, Tensor out) {
        boolean fast = switch (kind) {
            case SUM, MEAN, SUM_SQUARES, SUM_ABS, MAX, MIN -> true;
            default -> false;
        };
        if (!fast || x.dtype() != DType.F32) {
            return false;
        }
        boolean lastReduced = Arrays.binarySearch(axes, x.rank() - 1) >= 0;
        boolean columns = !lastReduced && kind != ReduceKind.SUM_SQUARES && kind != ReduceKind.SUM_ABS && x.dim(-1) >= 8;
        if (columns) {
            columns(kind, x, axes, out);
        } else if (lastReduced && x.isDense() && trailing(x, axes) >= SHORTEST && x.numel() > 0) {
            runs(kind, x, axes, out);
        } else {
            rows(kind, RowReductions.keptFirst(x, axes).contiguous(), out);
        }
        return true;
    }

    /** Length of the dense run that the last reduced axes make. */
    private static int trailing(Tensor x, int[] axes) {
        int run = 1;
        for (int i = axes.length - 1, a = x.rank() - 1; i >= 0 && axes[i] == a; i--, a--) {
            run *= x.dim(a);
        }
        return run;
    }

    /** Reduced axes on both sides of the kept ones (the channels of images): runs are read where they lie, without a copy. */
    private void runs(ReduceKind kind, Tensor x, int[] axes, Tensor out) {
        int run = trailing(x, axes);
        int[] dims = x.shape().toArray();
        int[] strides = x.strides();
        int[][] kept = new int[2][x.rank()];
        int[][] outer = new int[2][x.rank()];
        int k = 0;
        int o = 0;
        for (int a = 0; a < dims.length; a++) {
            boolean reduced = Arrays.binarySearch(axes, a) >= 0;
            if (!reduced) {
                kept[0][k] = dims[a];
                kept[1][k++] = strides[a];
            } else if (strides[a] >= run) {
                outer[0][o] = dims[a];
                outer[1][o++] = strides[a];
            }
        }
        int[] starts = Access.places(Tensor.view(x.storage(), Shape.of(Arrays.copyOf(kept[0], k)), Arrays.copyOf(kept[1], k), x.offset()));
        int[] steps = Access.places(Tensor.view(x.storage(), Shape.of(Arrays.copyOf(outer[0], o)), Arrays.copyOf(outer[1], o), 0));
        float[] a = x.storage().floats();
        float[] y = out.storage().floats();
        double count = (double) steps.length * run;
        if (starts.length < FEW && count > PART) {
            for (int i = 0; i < starts.length; i++) {
                double r = together(kind, a, starts[i], steps, run);
                y[out.offset() + i] = (float) (kind == ReduceKind.MEAN ? r / count : r);
            }
            return;
        }
        int group = Math.max(1, (int) (Walk.CHUNK / count));
        Parallel.forRange((starts.length + group - 1) / group, c -> {
            for (int i = c * group, e = Math.min(starts.length, i + group); i < e; i++) {
                double r = Double.NaN;
                for (int j = 0; j < steps.length; j++) {
                    for (int p = 0; p < run; p += PART) {
                        double v = part(kind, Math.min(PART, run - p), a, starts[i] + steps[j] + p);
                        r = j == 0 && p == 0 ? v : join(kind, r, v);
                    }
                }
                y[out.offset() + i] = (float) (kind == ReduceKind.MEAN ? r / count : r);
            }
        });
    }

    /** The runs that begin at {@code start + steps[j]}, all threads together: the parts of {@link #runs} and their order, so the same bits. */
    private double together(ReduceKind kind, float[] x, int start, int[] steps, int run) {
        int cuts = (run + PART - 1) / PART;
        int parts = steps.length * cuts;
        int group = Math.max(1, PART / run);
        double[] partial = Scratch.get().doubles(Scratch.PARTIALS, parts);
        Parallel.forRange((parts + group - 1) / group, c -> {
            for (int i = c * group, e = Math.min(parts, i + group); i < e; i++) {
                int from = i % cuts * PART;
                partial[i] = part(kind, Math.min(PART, run - from), x, start + steps[i / cuts] + from);
            }
        });
        double r = partial[0];
        for (int i = 1; i < parts; i++) {
            r = join(kind, r, partial[i]);
        }
        return r;
    }

    private double part(ReduceKind kind, int n, float[] x, int at) {
        return switch (kind) {
            case SUM_SQUARES -> loops.sumSquares(n, x, at);
            case SUM_ABS -> loops.sumAbs(n, x, at);
            case MAX -> loops.max(n, x, at);
            case MIN -> loops.min(n, x, at);
            default -> loops.sum(n, x, at);
        };
    }

    private static double join(ReduceKind kind, double a, double b) {
        return kind == ReduceKind.MAX ? Math.max(a, b) : kind == ReduceKind.MIN ? Math.min(a, b) : a + b;
    }

    private void rows(ReduceKind kind, Tensor x, Tensor out) {
        int kept = out.numel();
        int run = x.numel() / kept;
        float[] a = x.storage().floats();
        float[] y = out.storage().floats();
        if (run == 0) {
            Arrays.fill(y, out.offset(), out.offset() + kept, kind == ReduceKind.MEAN ? Float.NaN : 0);
            return;
        }
        if (kept == 1 && run > PART) {
            double r = together(kind, a, x.offset(), WHOLE, run);
            y[out.offset()] = (float) (kind == ReduceKind.MEAN ? r / run : r);
            return;
        }
        int group = Math.max(1, Walk.CHUNK / run);
        Parallel.forRange((kept + group - 1) / group, c -> {
            for (int i = c * group, e = Math.min(kept, i + group); i < e; i++) {
                int base = x.offset() + i * run;
                double r = part(kind, Math.min(PART, run), a, base);
                for (int p = PART; p < run; p += PART) {
                    r = join(kind, r, part(kind, Math.min(PART, run - p), a, base + p));
                }
                y[out.offset() + i] = (float) (kind == ReduceKind.MEAN ? r / run : r);
            }
        });
    }

    /** [kept..., reduced..., last kept run]: columns of the last axis accumulate side by side. */
    private void columns(ReduceKind kind, Tensor x, int[] axes, Tensor out) {
        int rank = x.rank();
        int[] order = new int[rank];
        int p = 0;
        int outer = 1;
        for (int i = 0; i < rank - 1; i++) {
            if (Arrays.binarySearch(axes, i) < 0) {
                order[p++] = i;
                outer *= x.dim(i);
            }
        }
        int rows = 1;
        for (int axis : axes) {
            order[p++] = axis;
            rows *= x.dim(axis);
        }
        order[p] = rank - 1;
        Tensor in = x.permute(order).contiguous();
        int n = x.dim(-1);
        int cuts = (n + COLUMNS - 1) / COLUMNS;
        int height = rows;
        float[] a = in.storage().floats();
        Parallel.forRange(outer * cuts, c -> {
            int o = c / cuts;
            int first = c % cuts * COLUMNS;
            int width = Math.min(COLUMNS, n - first);
            int base = in.offset() + o * height * n + first;
            int to = out.offset() + o * n + first;
            if (kind == ReduceKind.MAX || kind == ReduceKind.MIN) {
                extreme(kind, a, base, height, n, width, out.storage().floats(), to);
            } else {
                sum(a, base, height, n, width, out.storage().floats(), to, kind == ReduceKind.MEAN ? height : 1);
            }
        });
    }

    private void extreme(ReduceKind kind, float[] a, int base, int rows, int n, int width, float[] y, int to) {
        System.arraycopy(a, base, y, to, width);
        for (int r = 1; r < rows; r++) {
            if (kind == ReduceKind.MAX) {
                loops.maxInto(width, a, base + r * n, y, to);
            } else {
                loops.minInto(width, a, base + r * n, y, to);
            }
        }
    }

    private void sum(float[] a, int base, int rows, int n, int width, float[] y, int to, double divisor) {
        float[] stretch = Scratch.get().floats(Scratch.ROW, width);
        double[] total = Scratch.get().doubles(Scratch.WIDE, width);
        Arrays.fill(total, 0, width, 0);
        for (int r = 0; r < rows; r += STRETCH) {
            Arrays.fill(stretch, 0, width, 0);
            for (int i = r; i < Math.min(rows, r + STRETCH); i++) {
                loops.axpy(width, 1, a, base + i * n, stretch, 0);
            }
            for (int j = 0; j < width; j++) {
                total[j] += stretch[j];
            }
        }
        for (int j = 0; j < width; j++) {
            y[to + j] = (float) (total[j] / divisor);
        }
    }
}
