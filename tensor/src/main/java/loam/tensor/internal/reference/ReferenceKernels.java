package loam.tensor.internal.reference;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Storage;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.Scalars;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.ConvShape;
import loam.tensor.kernel.Kernels;
import loam.tensor.kernel.PoolShape;
import loam.tensor.kernel.ReduceKind;
import loam.tensor.kernel.Step;
import loam.tensor.kernel.UnaryKind;

/** Every primitive in double, element by element, as its definition reads: slow, and what the others are tested against. */
public final class ReferenceKernels implements Kernels {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int lanes() {
        return 1;
    }

    private static double[] read(Tensor t) {
        int[] p = Access.places(t);
        double[] v = new double[p.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = Access.get(t.storage(), p[i]);
        }
        return v;
    }

    private static void write(Tensor out, double[] v) {
        for (int i = 0; i < v.length; i++) {
            Access.set(out.storage(), out.offset() + i, v[i]);
        }
    }

    @Override
    public void unary(UnaryKind kind, Tensor x, Tensor out, double p, double q) {
        if (!out.dtype().isFloating()) {
            int[] at = Access.places(x);
            for (int i = 0; i < at.length; i++) {
                Access.setLong(out.storage(), out.offset() + i, Scalars.unary(kind, Access.getLong(x.storage(), at[i]), p, q));
            }
            return;
        }
        double[] v = read(x);
        for (int i = 0; i < v.length; i++) {
            v[i] = Scalars.unary(kind, v[i], p, q);
        }
        write(out, v);
    }

    @Override
    public void binary(BinaryKind kind, Tensor a, Tensor b, Tensor out) {
        if (!out.dtype().isFloating()) {
            int[] pa = Access.places(a);
            int[] pb = Access.places(b);
            for (int i = 0; i < pa.length; i++) {
                Access.setLong(out.storage(), out.offset() + i,
                        Scalars.binary(kind, Access.getLong(a.storage(), pa[i]), Access.getLong(b.storage(), pb[i])));
            }
            return;
        }
        double[] x = read(a);
        double[] y = read(b);
        for (int i = 0; i < x.length; i++) {
            x[i] = Scalars.binary(kind, x[i], y[i]);
        }
        write(out, x);
    }

    @Override
    public void compare(CompareKind kind, Tensor a, Tensor b, Tensor out) {
        int[] pa = Access.places(a);
        int[] pb = Access.places(b);
        byte[] o = out.storage().bytes();
        for (int i = 0; i < pa.length; i++) {
            boolean holds = a.dtype().isFloating()
                    ? Scalars.compare(kind, Access.get(a.storage(), pa[i]), Access.get(b.storage(), pb[i]))
                    : Scalars.compare(kind, Access.getLong(a.storage(), pa[i]), Access.getLong(b.storage(), pb[i]));
            o[out.offset() + i] = (byte) (holds ? 1 : 0);
        }
    }

    @Override
    public void select(Tensor c, Tensor a, Tensor b, Tensor out) {
        int[] pc = Access.places(c);
        int[] pa = Access.places(a);
        int[] pb = Access.places(b);
        for (int i = 0; i < pc.length; i++) {
            boolean first = Access.get(c.storage(), pc[i]) != 0;
            move(first ? a.storage() : b.storage(), first ? pa[i] : pb[i], out.storage(), out.offset() + i);
        }
    }

    private static void move(Storage from, int i, Storage to, int j) {
        if (from.dtype() == DType.I64 && !to.dtype().isFloating()) {
            convertLong(from.longs()[i], to, j);
        } else {
            Access.set(to, j, Access.get(from, i));
        }
    }

    private static void convertLong(long v, Storage to, int j) {
        if (to.dtype() == DType.I64) {
            to.longs()[j] = v;
        } else {
            Access.set(to, j, v);
        }
    }

    @Override
    public void copy(Tensor x, Tensor out) {
        int[] p = Access.places(x);
        for (int i = 0; i < p.length; i++) {
            move(x.storage(), p[i], out.storage(), out.offset() + i);
        }
    }

    @Override
    public void fill(Tensor out, double value) {
        for (int i = 0; i < out.numel(); i++) {
            Access.set(out.storage(), out.offset() + i, value);
        }
    }

    /** The view with the reduced axes last. */
    private static Tensor keptFirst(Tensor x, int[] axes) {
        int[] order = new int[x.rank()];
        int p = 0;
        for (int i = 0; i < x.rank(); i++) {
            if (Arrays.binarySearch(axes, i) < 0) {
                order[p++] = i;
            }
        }
        for (int a : axes) {
            order[p++] = a;
        }
        return x.permute(order);
    }

    @Override
    public void reduce(ReduceKind kind, Tensor x, int[] axes, Tensor out) {
        int[] at = Access.places(keptFirst(x, axes));
        int n = out.numel();
        int run = 1;
        for (int a : axes) {
            run *= x.dim(a);
        }
        Storage s = x.storage();
        for (int i = 0; i < n; i++) {
            int o = out.offset() + i;
            if (!x.dtype().isFloating() && (kind == ReduceKind.SUM || kind == ReduceKind.PROD)) {
                long r = kind == ReduceKind.SUM ? 0 : 1;
                for (int j = 0; j < run; j++) {
                    long v = Access.getLong(s, at[i * run + j]);
                    r = kind == ReduceKind.SUM ? r + v : r * v;
                }
                Access.setLong(out.storage(), o, r);
            } else {
                Access.set(out.storage(), o, reduceRun(kind, s, at, i * run, run));
            }
        }
    }

    private static double reduceRun(ReduceKind kind, Storage s, int[] at, int from, int run) {
        double r = switch (kind) {
            case PROD, ALL -> 1;
            case MAX, MIN -> Access.get(s, at[from]);
            default -> 0;
        };
        int best = 0;
        for (int j = 0; j < run; j++) {
            double v = Access.get(s, at[from + j]);
            switch (kind) {
                case SUM, MEAN -> r += v;
                case SUM_SQUARES -> r += v * v;
                case SUM_ABS -> r += Math.abs(v);
                case PROD -> r *= v;
                case MAX -> r = Math.max(r, v);
                case MIN -> r = Math.min(r, v);
                case ANY -> r = v != 0 ? 1 : r;
                case ALL -> r = v == 0 ? 0 : r;
                case ARGMAX, ARGMIN -> {
                    double b = Access.get(s, at[from + best]);
                    best = b == b && (v != v || (kind == ReduceKind.ARGMAX ? v > b : v < b)) ? j : best;
                }
            }
        }
        return kind == ReduceKind.MEAN ? r / run : kind == ReduceKind.ARGMAX || kind == ReduceKind.ARGMIN ? best : r;
    }

    @Override
    public void cumulate(boolean product, Tensor x, int axis, Tensor out) {
        int[] from = Access.places(x.transpose(axis, -1));
        int[] to = Access.places(out.transpose(axis, -1));
        int n = x.dim(axis);
        double real = 0;
        long whole = 0;
        for (int i = 0; i < from.length; i++) {
            if (i % n == 0) {
                real = product ? 1 : 0;
                whole = product ? 1 : 0;
            }
            if (out.dtype().isFloating()) {
                double v = Access.get(x.storage(), from[i]);
                real = product ? real * v : real + v;
                Access.set(out.storage(), to[i], real);
            } else {
                long v = Access.getLong(x.storage(), from[i]);
                whole = product ? whole * v : whole + v;
                Access.setLong(out.storage(), to[i], whole);
            }
        }
    }

    @Override
    public void softmax(boolean log, Tensor x, Tensor out) {
        double[] v = read(x);
        int n = x.dim(-1);
        for (int r = 0; r < v.length; r += n) {
            double top = Double.NEGATIVE_INFINITY;
            for (int i = r; i < r + n; i++) {
                top = Math.max(top, v[i]);
            }
            double sum = 0;
            for (int i = r; i < r + n; i++) {
                sum += Math.exp(v[i] - top);
            }
            for (int i = r; i < r + n; i++) {
                v[i] = log ? v[i] - top - Math.log(sum) : Math.exp(v[i] - top) / sum;
            }
        }
        write(out, v);
    }

    @Override
    public void softmaxGrad(Tensor dy, Tensor y, Tensor out) {
        double[] g = read(dy);
        double[] v = read(y);
        int n = y.dim(-1);
        for (int r = 0; r < v.length; r += n) {
            double dot = 0;
            for (int i = r; i < r + n; i++) {
                dot += g[i] * v[i];
            }
            for (int i = r; i < r + n; i++) {
                g[i] = v[i] * (g[i] - dot);
            }
        }
        write(out, g);
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor bias, Activation act, Tensor out) {
        if (!out.dtype().isFloating()) {
            matmulLong(a, b, out);
            return;
        }
        double[] x = read(a);
        double[] y = read(b);
        double[] z = new double[out.numel()];
        int m = out.dim(-2);
        int n = out.dim(-1);
        int k = a.dim(-1);
        for (int i = 0; i < z.length; i++) {
            int batch = i / (m * n);
            int row = i / n % m;
            int col = i % n;
            double s = bias == null ? 0 : Access.get(bias.storage(), bias.offset() + col * bias.stride(0));
            for (int p = 0; p < k; p++) {
                s += x[(batch * m + row) * k + p] * y[(batch * k + p) * n + col];
            }
            z[i] = act == Activation.RELU ? s <= 0 ? 0 : s : s;
        }
        write(out, z);
    }

    private static void matmulLong(Tensor a, Tensor b, Tensor out) {
        int[] x = Access.places(a);
        int[] y = Access.places(b);
        int m = out.dim(-2);
        int n = out.dim(-1);
        int k = a.dim(-1);
        for (int i = 0; i < out.numel(); i++) {
            int batch = i / (m * n);
            long s = 0;
            for (int p = 0; p < k; p++) {
                s += Access.getLong(a.storage(), x[(batch * m + i / n % m) * k + p]) * Access.getLong(b.storage(), y[(batch * k + p) * n + i % n]);
            }
            Access.setLong(out.storage(), out.offset() + i, s);
        }
    }

    @Override
    public void indexSelect(Tensor x, int axis, Tensor index, Tensor out) {
        long[] v = index.storage().longs();
        int[] to = Access.places(out.transpose(0, axis));
        int p = 0;
        for (int i = 0; i < index.numel(); i++) {
            for (int from : Access.places(x.transpose(0, axis).narrow(0, (int) v[index.offset() + i], 1))) {
                move(x.storage(), from, out.storage(), to[p++]);
            }
        }
    }

    @Override
    public void gather(Tensor x, int axis, Tensor index, Tensor out) {
        int[] from = base(x, axis, index);
        for (int i = 0; i < from.length; i++) {
            int k = (int) index.storage().longs()[index.offset() + i];
            move(x.storage(), from[i] + k * x.stride(axis), out.storage(), out.offset() + i);
        }
    }

    @Override
    public void scatterAdd(Tensor out, int axis, Tensor index, Tensor src) {
        int[] to = base(out, axis, index);
        int[] from = Access.places(src);
        for (int i = 0; i < from.length; i++) {
            int o = to[i] + (int) index.storage().longs()[index.offset() + i] * out.stride(axis);
            if (out.dtype().isFloating()) {
                Access.set(out.storage(), o, Access.get(out.storage(), o) + Access.get(src.storage(), from[i]));
            } else {
                Access.setLong(out.storage(), o, Access.getLong(out.storage(), o) + Access.getLong(src.storage(), from[i]));
            }
        }
    }

    /** For each element of the index: the place in x of its other coordinates, with 0 on the axis. */
    private static int[] base(Tensor x, int axis, Tensor index) {
        Tensor window = x;
        for (int a = 0; a < x.rank(); a++) {
            window = a == axis ? window : window.narrow(a, 0, index.dim(a));
        }
        int[] strides = window.strides();
        strides[axis] = 0;
        return index.numel() == 0 ? new int[0] : Access.places(Tensor.view(x.storage(), index.shape(), strides, window.offset()));
    }

    @Override
    public void sort(Tensor x, boolean descending, Tensor values, Tensor indices) {
        int n = x.dim(-1);
        int[] at = Access.places(x);
        for (int r = 0; r < at.length; r += n) {
            Integer[] order = new Integer[n];
            Arrays.setAll(order, i -> i);
            int base = r;
            Arrays.sort(order, (i, j) -> {
                int c = x.dtype().isFloating()
                        ? Double.compare(Access.get(x.storage(), at[base + i]) + 0.0, Access.get(x.storage(), at[base + j]) + 0.0)
                        : Long.compare(Access.getLong(x.storage(), at[base + i]), Access.getLong(x.storage(), at[base + j]));
                return descending ? -c : c;
            });
            for (int i = 0; i < n; i++) {
                move(x.storage(), at[r + order[i]], values.storage(), values.offset() + r + i);
                indices.storage().longs()[indices.offset() + r + i] = order[i];
            }
        }
    }

    @Override
    public void conv2d(ConvShape s, Tensor x, Tensor w, Tensor bias, Activation act, Tensor out) {
        write(out, ReferenceConvolution.forward(s, read(x), read(w), bias == null ? null : read(bias), act));
    }

    @Override
    public void conv2dInputGrad(ConvShape s, Tensor dy, Tensor w, Tensor dx) {
        write(dx, ReferenceConvolution.inputGrad(s, read(dy), read(w)));
    }

    @Override
    public void conv2dWeightGrad(ConvShape s, Tensor x, Tensor dy, Tensor dw, Tensor db) {
        write(dw, ReferenceConvolution.weightGrad(s, read(x), read(dy)));
        if (db != null) {
            write(db, ReferenceConvolution.biasGrad(s, read(dy)));
        }
    }

    @Override
    public void maxPool2d(PoolShape s, Tensor x, Tensor out, Tensor index) {
        double[] v = read(x);
        int oh = s.outH();
        int ow = s.outW();
        for (int o = 0; o < out.numel(); o++) {
            int plane = o / (oh * ow) * s.h() * s.w();
            int best = -1;
            for (int t = 0; t < s.kh() * s.kw(); t++) {
                int y = o / ow % oh * s.strideH() - s.padTop() + t / s.kw() * s.dilationH();
                int z = o % ow * s.strideW() - s.padLeft() + t % s.kw() * s.dilationW();
                if (y >= 0 && y < s.h() && z >= 0 && z < s.w()) {
                    int at = y * s.w() + z;
                    double c = v[plane + at];
                    best = best < 0 || v[plane + best] == v[plane + best] && (c > v[plane + best] || c != c) ? at : best;
                }
            }
            Access.set(out.storage(), out.offset() + o, v[plane + best]);
            if (index != null) {
                index.storage().ints()[index.offset() + o] = best;
            }
        }
    }

    @Override
    public void maxPool2dGrad(PoolShape s, Tensor dy, Tensor index, Tensor dx) {
        double[] g = read(dy);
        double[] d = new double[dx.numel()];
        int[] places = index.storage().ints();
        int out = s.outH() * s.outW();
        for (int o = 0; o < g.length; o++) {
            d[o / out * s.h() * s.w() + places[index.offset() + o]] += g[o];
        }
        write(dx, d);
    }

    @Override
    public void avgPool2d(PoolShape s, boolean countPadding, Tensor x, Tensor out) {
        write(out, ReferenceConvolution.average(s, countPadding, read(x)));
    }

    @Override
    public void avgPool2dGrad(PoolShape s, boolean countPadding, Tensor dy, Tensor dx) {
        write(dx, ReferenceConvolution.averageGrad(s, countPadding, read(dy)));
    }

    @Override
    public void sgd(Tensor w, Tensor g, Tensor v, Step.Sgd s) {
        double[] p = read(w);
        double[] d = read(g);
        double[] m = v == null ? null : read(v);
        for (int i = 0; i < p.length; i++) {
            double e = d[i] + s.weightDecay() * p[i];
            if (m != null) {
                m[i] = s.first() ? e : s.momentum() * m[i] + (1 - s.dampening()) * e;
                e = s.nesterov() ? e + s.momentum() * m[i] : m[i];
            }
            p[i] -= s.lr() * e;
        }
        write(w, p);
        if (m != null) {
            write(v, m);
        }
    }

    @Override
    public void adam(Tensor w, Tensor g, Tensor m, Tensor v, Step.Adam s) {
        double[] p = read(w);
        double[] d = read(g);
        double[] first = read(m);
        double[] second = read(v);
        for (int i = 0; i < p.length; i++) {
            double e = d[i];
            if (s.decoupled()) {
                p[i] *= 1 - s.lr() * s.weightDecay();
            } else {
                e += s.weightDecay() * p[i];
            }
            first[i] = s.beta1() * first[i] + (1 - s.beta1()) * e;
            second[i] = s.beta2() * second[i] + (1 - s.beta2()) * e * e;
            p[i] -= s.lr() / s.correction1() * first[i] / (Math.sqrt(second[i] / s.correction2()) + s.eps());
        }
        write(w, p);
        write(m, first);
        write(v, second);
    }
}
