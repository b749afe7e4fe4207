package loam.tensor.internal.heap;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Tensor;
import loam.tensor.internal.Access;
import loam.tensor.internal.Loops;
import loam.tensor.internal.Scalars;
import loam.tensor.internal.parallel.Parallel;
import loam.tensor.internal.reference.ReferenceKernels;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.ConvShape;
import loam.tensor.kernel.Kernels;
import loam.tensor.kernel.PoolShape;
import loam.tensor.kernel.ReduceKind;
import loam.tensor.kernel.Step;
import loam.tensor.kernel.UnaryKind;

/**
 * Kernels on heap arrays: takes views apart into unit-stride runs, splits them on the pool, and hands float runs to a set of
 * {@link Loops}. F64 and integers run on plain loops here and in {@link DoubleLoops}.
 */
public final class HeapKernels implements Kernels {
    private final Loops loops;
    private final ReferenceKernels reference = new ReferenceKernels();
    private final FloatReductions reductions;

    public HeapKernels(Loops loops) {
        this.loops = loops;
        this.reductions = new FloatReductions(loops);
    }

    @Override
    public String name() {
        return loops.name();
    }

    @Override
    public int lanes() {
        return loops.lanes();
    }

    /** The inner loops: for tests and benchmarks. */
    public Loops loops() {
        return loops;
    }

    /** The operand itself if its runs have unit or zero step, else a dense copy. */
    private Tensor unit(Tensor x) {
        if (x.isDense() || x.numel() == 0) {
            return x;
        }
        int step = new Walk(x).step(0);
        return step == 1 || step == 0 ? x : x.contiguous();
    }

    @Override
    public void unary(UnaryKind kind, Tensor x, Tensor out, double p, double q) {
        Tensor in = x.contiguous();
        int xo = in.offset();
        int yo = out.offset();
        Walk walk = new Walk(in);
        switch (out.dtype()) {
            case F32 -> {
                float[] a = in.storage().floats();
                float[] y = out.storage().floats();
                walk.each((row, from, n, o) -> loops.unary(kind, n, a, xo + o, y, yo + o, p, q));
            }
            case F64 -> {
                double[] a = in.storage().doubles();
                double[] y = out.storage().doubles();
                walk.each((row, from, n, o) -> DoubleLoops.unary(kind, n, a, xo + o, y, yo + o, p, q));
            }
            default -> walk.each((row, from, n, o) -> {
                for (int i = o; i < o + n; i++) {
                    Access.setLong(out.storage(), yo + i, Scalars.unary(kind, Access.getLong(in.storage(), xo + i), p, q));
                }
            });
        }
    }

    @Override
    public void binary(BinaryKind kind, Tensor a0, Tensor b0, Tensor out) {
        if (out.numel() == 0) {
            return;
        }
        Tensor a = unit(a0);
        Tensor b = unit(b0);
        Walk walk = new Walk(out, a, b);
        int as = walk.step(1);
        int bs = walk.step(2);
        if (as > 1 || bs > 1) {
            binary(kind, a.contiguous(), b.contiguous(), out);
            return;
        }
        int yo = out.offset();
        switch (out.dtype()) {
            case F32 -> {
                float[] x = a.storage().floats();
                float[] z = b.storage().floats();
                float[] y = out.storage().floats();
                walk.each((row, from, n, o) -> loops.binary(kind, n, x, a.offset() + walk.rowOffset(1, row) + from * as, as,
                        z, b.offset() + walk.rowOffset(2, row) + from * bs, bs, y, yo + o));
            }
            case F64 -> {
                double[] x = a.storage().doubles();
                double[] z = b.storage().doubles();
                double[] y = out.storage().doubles();
                walk.each((row, from, n, o) -> DoubleLoops.binary(kind, n, x, a.offset() + walk.rowOffset(1, row) + from * as, as,
                        z, b.offset() + walk.rowOffset(2, row) + from * bs, bs, y, yo + o));
            }
            default -> walk.each((row, from, n, o) -> {
                int pa = a.offset() + walk.rowOffset(1, row) + from * as;
                int pb = b.offset() + walk.rowOffset(2, row) + from * bs;
                for (int i = 0; i < n; i++) {
                    Access.setLong(out.storage(), yo + o + i,
                            Scalars.binary(kind, Access.getLong(a.storage(), pa + i * as), Access.getLong(b.storage(), pb + i * bs)));
                }
            });
        }
    }

    @Override
    public void compare(CompareKind kind, Tensor a0, Tensor b0, Tensor out) {
        if (out.numel() == 0) {
            return;
        }
        Tensor a = unit(a0);
        Tensor b = unit(b0);
        Walk walk = new Walk(out, a, b);
        int as = walk.step(1);
        int bs = walk.step(2);
        if (as > 1 || bs > 1) {
            compare(kind, a.contiguous(), b.contiguous(), out);
            return;
        }
        byte[] y = out.storage().bytes();
        DType t = a.dtype();
        walk.each((row, from, n, o) -> {
            int pa = a.offset() + walk.rowOffset(1, row) + from * as;
            int pb = b.offset() + walk.rowOffset(2, row) + from * bs;
            int po = out.offset() + o;
            if (t == DType.F32) {
                loops.compare(kind, n, a.storage().floats(), pa, as, b.storage().floats(), pb, bs, y, po);
                return;
            }
            for (int i = 0; i < n; i++) {
                boolean holds = t == DType.F64
                        ? Scalars.compare(kind, a.storage().doubles()[pa + i * as], b.storage().doubles()[pb + i * bs])
                        : Scalars.compare(kind, Access.getLong(a.storage(), pa + i * as), Access.getLong(b.storage(), pb + i * bs));
                y[po + i] = (byte) (holds ? 1 : 0);
            }
        });
    }

    @Override
    public void select(Tensor c0, Tensor a0, Tensor b0, Tensor out) {
        if (out.numel() == 0) {
            return;
        }
        Tensor c = unit(c0);
        Tensor a = unit(a0);
        Tensor b = unit(b0);
        Walk walk = new Walk(out, c, a, b);
        int cs = walk.step(1);
        int as = walk.step(2);
        int bs = walk.step(3);
        if (cs > 1 || as > 1 || bs > 1) {
            select(c.contiguous(), a.contiguous(), b.contiguous(), out);
            return;
        }
        byte[] on = c.storage().bytes();
        walk.each((row, from, n, o) -> {
            int pc = c.offset() + walk.rowOffset(1, row) + from * cs;
            int pa = a.offset() + walk.rowOffset(2, row) + from * as;
            int pb = b.offset() + walk.rowOffset(3, row) + from * bs;
            int po = out.offset() + o;
            if (out.dtype() == DType.F32) {
                loops.select(n, on, pc, cs, a.storage().floats(), pa, as, b.storage().floats(), pb, bs, out.storage().floats(), po);
                return;
            }
            for (int i = 0; i < n; i++) {
                boolean first = on[pc + i * cs] != 0;
                Copies.element(first ? a.storage() : b.storage(), first ? pa + i * as : pb + i * bs, out.storage(), po + i);
            }
        });
    }

    @Override
    public void copy(Tensor x, Tensor out) {
        Copies.copy(loops, x, out);
    }

    @Override
    public void copyInto(Tensor x, Tensor out, int axis, int start) {
        Copies.copyInto(x.to(out.dtype()).contiguous(), out, axis, start);
    }

    @Override
    public void fill(Tensor out, double value) {
        int from = out.offset();
        int to = from + out.numel();
        switch (out.dtype()) {
            case F32 -> Arrays.fill(out.storage().floats(), from, to, (float) value);
            case F64 -> Arrays.fill(out.storage().doubles(), from, to, value);
            case I32 -> Arrays.fill(out.storage().ints(), from, to, (int) value);
            case I64 -> Arrays.fill(out.storage().longs(), from, to, (long) value);
            default -> {
                for (int i = from; i < to; i++) {
                    Access.set(out.storage(), i, value);
                }
            }
        }
    }

    @Override
    public void reduce(ReduceKind kind, Tensor x, int[] axes, Tensor out) {
        if (out.numel() == 0) {
            return;
        }
        if (!reductions.reduce(kind, x, axes, out)) {
            RowReductions.reduce(kind, RowReductions.keptFirst(x, axes).contiguous(), out);
        }
    }

    @Override
    public void cumulate(boolean product, Tensor x, int axis, Tensor out) {
        if (out.numel() == 0) {
            return;
        }
        RowReductions.cumulate(product, x.contiguous(), axis, out);
    }

    @Override
    public void softmax(boolean log, Tensor x, Tensor out) {
        int n = x.rank() == 0 ? 1 : x.dim(-1);
        if (out.numel() == 0) {
            return;
        }
        Tensor in = x.contiguous();
        rows(out.numel() / n, n, (first, count) -> {
            int xo = in.offset() + first * n;
            int yo = out.offset() + first * n;
            if (out.dtype() == DType.F64) {
                DoubleLoops.softmaxRows(log, count, n, in.storage().doubles(), xo, out.storage().doubles(), yo);
            } else if (log) {
                loops.logSoftmaxRows(count, n, in.storage().floats(), xo, out.storage().floats(), yo);
            } else {
                loops.softmaxRows(count, n, in.storage().floats(), xo, out.storage().floats(), yo);
            }
        });
    }

    @Override
    public void softmaxGrad(Tensor dy0, Tensor y0, Tensor out) {
        if (out.numel() == 0) {
            return;
        }
        int n = out.rank() == 0 ? 1 : out.dim(-1);
        Tensor dy = dy0.contiguous();
        Tensor y = y0.contiguous();
        rows(out.numel() / n, n, (first, count) -> {
            int o = first * n;
            if (out.dtype() == DType.F64) {
                DoubleLoops.softmaxRowsGrad(count, n, dy.storage().doubles(), dy.offset() + o, y.storage().doubles(), y.offset() + o,
                        out.storage().doubles(), out.offset() + o);
            } else {
                loops.softmaxRowsGrad(count, n, dy.storage().floats(), dy.offset() + o, y.storage().floats(), y.offset() + o,
                        out.storage().floats(), out.offset() + o);
            }
        });
    }

    interface Rows {
        void run(int first, int count);
    }

    /** Groups rows of n elements into chunks. */
    static void rows(int rows, int n, Rows body) {
        int group = Math.max(1, Walk.CHUNK / Math.max(1, n));
        int chunks = (rows + group - 1) / group;
        if (chunks == 1) {
            body.run(0, rows);
        } else {
            Parallel.forRange(chunks, c -> body.run(c * group, Math.min(group, rows - c * group)));
        }
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor bias, Activation act, Tensor out) {
        MatrixProducts.matmul(loops, a, b, bias, act, out);
    }

    @Override
    public void indexSelect(Tensor x, int axis, Tensor index, Tensor out) {
        Gathers.indexSelect(x.contiguous(), axis, index, out);
    }

    @Override
    public void gather(Tensor x, int axis, Tensor index, Tensor out) {
        Gathers.gather(x, axis, index, out);
    }

    @Override
    public void scatterAdd(Tensor out, int axis, Tensor index, Tensor src) {
        Gathers.scatterAdd(out, axis, index, src.contiguous());
    }

    @Override
    public void sort(Tensor x, boolean descending, Tensor values, Tensor indices) {
        Sorting.sort(x, descending, values, indices);
    }

    @Override
    public void topk(Tensor x, boolean descending, Tensor values, Tensor indices) {
        if (values.dim(-1) > Sorting.FEW) {
            Kernels.super.topk(x, descending, values, indices);
        } else if (values.numel() > 0) {
            Sorting.first(x, descending, values, indices);
        }
    }

    @Override
    public void conv2d(ConvShape s, Tensor x, Tensor w, Tensor bias, Activation act, Tensor out) {
        if (out.dtype() == DType.F64) {
            DoubleConvolution.forward(s, x.contiguous(), w.contiguous(), bias, act, out);
            return;
        }
        Tensor in = x.contiguous();
        Tensor k = w.contiguous();
        Tensor b = bias == null ? null : bias.contiguous();
        loops.conv2d(s, in.storage().floats(), in.offset(), k.storage().floats(), k.offset(), b == null ? null : b.storage().floats(),
                b == null ? 0 : b.offset(), act, out.storage().floats(), out.offset());
    }

    @Override
    public void conv2dInputGrad(ConvShape s, Tensor dy, Tensor w, Tensor dx) {
        Tensor g = dy.contiguous();
        Tensor k = w.contiguous();
        if (dx.dtype() == DType.F64) {
            DoubleConvolution.inputGrad(s, g, k, dx);
        } else {
            loops.conv2dInputGrad(s, g.storage().floats(), g.offset(), k.storage().floats(), k.offset(), dx.storage().floats(), dx.offset());
        }
    }

    @Override
    public void conv2dWeightGrad(ConvShape s, Tensor x, Tensor dy, Tensor dw, Tensor db) {
        Tensor in = x.contiguous();
        Tensor g = dy.contiguous();
        if (dw.dtype() == DType.F64) {
            DoubleConvolution.weightGrad(s, in, g, dw, db);
        } else {
            loops.conv2dWeightGrad(s, in.storage().floats(), in.offset(), g.storage().floats(), g.offset(), dw.storage().floats(), dw.offset(),
                    db == null ? null : db.storage().floats(), db == null ? 0 : db.offset());
        }
    }

    @Override
    public void maxPool2d(PoolShape s, Tensor x, Tensor out, Tensor index) {
        Tensor in = x.contiguous();
        if (out.dtype() == DType.F32) {
            loops.maxPool2d(s, in.storage().floats(), in.offset(), out.storage().floats(), out.offset(), index == null ? null : index.storage().ints(),
                    index == null ? 0 : index.offset());
        } else {
            reference.maxPool2d(s, in, out, index);
        }
    }

    @Override
    public void maxPool2dGrad(PoolShape s, Tensor dy, Tensor index, Tensor dx) {
        Tensor g = dy.contiguous();
        if (dx.dtype() == DType.F32) {
            loops.maxPool2dGrad(s, g.storage().floats(), g.offset(), index.storage().ints(), index.offset(), dx.storage().floats(), dx.offset());
        } else {
            reference.maxPool2dGrad(s, g, index, dx);
        }
    }

    @Override
    public void avgPool2d(PoolShape s, boolean countPadding, Tensor x, Tensor out) {
        Tensor in = x.contiguous();
        if (out.dtype() == DType.F32) {
            loops.avgPool2d(s, countPadding, in.storage().floats(), in.offset(), out.storage().floats(), out.offset());
        } else {
            reference.avgPool2d(s, countPadding, in, out);
        }
    }

    @Override
    public void avgPool2dGrad(PoolShape s, boolean countPadding, Tensor dy, Tensor dx) {
        Tensor g = dy.contiguous();
        if (dx.dtype() == DType.F32) {
            loops.avgPool2dGrad(s, countPadding, g.storage().floats(), g.offset(), dx.storage().floats(), dx.offset());
        } else {
            reference.avgPool2dGrad(s, countPadding, g, dx);
        }
    }

    @Override
    public void channelMoments(Tensor x, Tensor mean, Tensor variance) {
        Norms.channelMoments(loops, x, mean, variance);
    }

    @Override
    public void channelGradSums(Tensor dy, Tensor x, Tensor mean, Tensor sum, Tensor dot) {
        Norms.channelGradSums(loops, dy, x, mean, sum, dot);
    }

    @Override
    public void channelAffine(Tensor x, Tensor scale, Tensor shift, Activation act, Tensor out) {
        Norms.channelAffine(loops, x, scale, shift, act, out);
    }

    @Override
    public void channelAffine2(Tensor x, Tensor y, Tensor p, Tensor q, Tensor r, Tensor out) {
        Norms.channelAffine2(loops, x, y, p, q, r, out);
    }

    @Override
    public void layerNorm(Tensor x, double eps, Tensor gamma, Tensor beta, Tensor out, Tensor mean, Tensor rstd) {
        Norms.layerNorm(loops, x, eps, gamma, beta, out, mean, rstd);
    }

    @Override
    public void layerNormGrad(Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor gamma, Tensor dx, Tensor dgamma, Tensor dbeta) {
        Norms.layerNormGrad(loops, dy, x, mean, rstd, gamma, dx, dgamma, dbeta);
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor out, Tensor logSum) {
        Attention.forward(loops, q, k, v, keys, causal, scale, out, logSum);
    }

    @Override
    public void attentionGrad(Tensor dy, Tensor q, Tensor k, Tensor v, Tensor keys, boolean causal, double scale, Tensor y, Tensor logSum,
                              Tensor dq, Tensor dk, Tensor dv) {
        Attention.backward(loops, dy, q, k, v, keys, causal, scale, y, logSum, dq, dk, dv);
    }

    @Override
    public void sgd(Tensor w, Tensor g0, Tensor v, Step.Sgd s) {
        if (w.dtype() != DType.F32) {
            reference.sgd(w, g0, v, s);
            return;
        }
        Tensor g = g0.contiguous();
        new Walk(w).each((row, from, n, o) -> loops.sgd(n, w.storage().floats(), w.offset() + o, g.storage().floats(), g.offset() + o,
                v == null ? null : v.storage().floats(), v == null ? 0 : v.offset() + o, s.lr(), s.momentum(), s.dampening(),
                s.weightDecay(), s.nesterov(), s.first()));
    }

    @Override
    public void adam(Tensor w, Tensor g0, Tensor m, Tensor v, Step.Adam s) {
        if (w.dtype() != DType.F32) {
            reference.adam(w, g0, m, v, s);
            return;
        }
        Tensor g = g0.contiguous();
        new Walk(w).each((row, from, n, o) -> loops.adam(n, w.storage().floats(), w.offset() + o, g.storage().floats(), g.offset() + o,
                m.storage().floats(), m.offset() + o, v.storage().floats(), v.offset() + o, s.lr(), s.beta1(), s.beta2(), s.eps(),
                s.weightDecay(), s.decoupled(), s.correction1(), s.correction2()));
    }
}
