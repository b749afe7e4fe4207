package loam.tensor;

import loam.tensor.kernel.Kernels;
import loam.tensor.kernel.ReduceKind;

/** Reductions over axes, running sums, softmax. */
final class Reductions {
    private Reductions() {
    }

    private static Kernels kernels() {
        return Context.current().kernels();
    }

    static Tensor reduce(ReduceKind kind, Tensor x, boolean keepDims, int... axes) {
        String name = Elementwise.name(kind);
        int[] a = x.shape().axes(name, axes);
        Tensor in = x.to(x.dtype().arithmetic());
        DType t = in.dtype();
        switch (kind) {
            case SUM, PROD, SUM_SQUARES, SUM_ABS -> {
                t = t.isFloating() ? t : DType.I64;
                in = in.to(t);
            }
            case MEAN -> {
                t = t.isFloating() ? t : DType.F32;
                in = in.to(t);
            }
            case ANY, ALL -> {
                in = in.to(DType.BOOL);
                t = DType.BOOL;
            }
            case ARGMAX, ARGMIN -> t = DType.I64;
            default -> {
            }
        }
        boolean needsOne = kind == ReduceKind.MAX || kind == ReduceKind.MIN || kind == ReduceKind.ARGMAX || kind == ReduceKind.ARGMIN;
        int over = 1;
        for (int axis : a) {
            over *= x.dim(axis);
        }
        Shape kept = x.shape().reduced(a, false);
        if (needsOne && over == 0 && kept.numel() > 0) {
            throw Failure.of(name, "nothing to choose from: the axes have no elements").operand("input", x.shape()).shape();
        }
        Tensor out = Tensor.empty(t, kept);
        if (a.length == 0) {
            in = in.unsqueeze(-1);
            a = new int[] {in.rank() - 1};
        }
        kernels().reduce(kind, in, a, out);
        return keepDims ? out.reshape(x.shape().reduced(x.shape().axes(name, axes), true)) : out;
    }

    static Tensor var(Tensor x, double ddof, boolean keepDims, int... axes) {
        int[] a = x.shape().axes("var", axes);
        int n = 1;
        for (int axis : a) {
            n *= x.dim(axis);
        }
        Tensor centred = x.sub(reduce(ReduceKind.MEAN, x, true, a));
        return reduce(ReduceKind.SUM_SQUARES, centred, keepDims, a).div(Math.max(0, n - ddof));
    }

    static Tensor norm(Tensor x, double p, boolean keepDims, int... axes) {
        if (!(p > 0)) {
            throw Failure.of("norm", "p is " + p).operand("input", x.shape()).hint("p is a positive number or infinity").argument();
        }
        if (p == 1) {
            return reduce(ReduceKind.SUM_ABS, x, keepDims, axes);
        }
        if (p == 2) {
            return reduce(ReduceKind.SUM_SQUARES, x, keepDims, axes).sqrt();
        }
        if (p == Double.POSITIVE_INFINITY) {
            return reduce(ReduceKind.MAX, x.abs(), keepDims, axes);
        }
        return x.abs().pow(p).sum(keepDims, axes).pow(1 / p);
    }

    static Tensor logsumexp(Tensor x, boolean keepDims, int... axes) {
        int[] a = x.shape().axes("logsumexp", axes);
        Tensor top = reduce(ReduceKind.MAX, x, true, a);
        top = top.where(top.isFinite(), 0);
        Tensor y = x.sub(top).exp().sum(true, a).log().add(top);
        return keepDims ? y : y.reshape(x.shape().reduced(a, false));
    }

    static Tensor softmax(Tensor x, int axis, boolean log) {
        String name = log ? "log_softmax" : "softmax";
        int a = x.shape().axis(name, axis);
        Tensor in = x.dtype().arithmetic().isFloating() ? x.to(x.dtype().arithmetic()) : x.to(DType.F32);
        boolean last = a == x.rank() - 1;
        in = last ? in : in.transpose(a, -1);
        Tensor out = Tensor.empty(in.dtype(), in.shape());
        kernels().softmax(log, in, out);
        return last ? out : out.transpose(a, -1).contiguous();
    }

    static Tensor cumulate(Tensor x, int axis, boolean product) {
        int a = x.shape().axis(product ? "cumprod" : "cumsum", axis);
        Tensor in = x.to(x.dtype().arithmetic());
        in = in.dtype().isFloating() ? in : in.to(DType.I64);
        Tensor out = Tensor.empty(in.dtype(), in.shape());
        kernels().cumulate(product, in, a, out);
        return out;
    }

}
