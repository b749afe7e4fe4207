package loam.autograd.ops;

import loam.autograd.Op;
import loam.autograd.OpSpec;
import loam.autograd.Ops;
import loam.autograd.Saved;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Scaled dot-product attention, {@code softmax(q kT / sqrt(d)) v} in each head (Vaswani et al. 2017), without the whole matrix of scores in
 * memory. Inputs are q [b, lq, h, d], k [b, lk, h, d] and v [b, lk, h, dv], or all three in one, [b, l, 3, h, d]; the output is
 * [b, lq, h, dv].
 */
public final class AttentionOp extends Op {
    private final Tensor keys;
    private final boolean causal;

    /** {@code keys} BOOL [b, lk]: the keys that count; null: all. {@code causal}: query i sees keys 0 to i only. */
    public AttentionOp(Tensor keys, boolean causal) {
        this.keys = keys;
        this.causal = causal;
    }

    @Override
    public String name() {
        return "attention";
    }

    @Override
    protected boolean keepsOutput() {
        return true;
    }

    /** q, k and v as views of what was given. */
    private static Tensor[] parts(Tensor... in) {
        return in.length == 3 ? in : new Tensor[] {in[0].select(2, 0), in[0].select(2, 1), in[0].select(2, 2)};
    }

    @Override
    protected Tensor[] forward(Saved saved, Tensor[] in) {
        check(in);
        DType type = in[0].dtype();
        for (Tensor t : in) {
            type = DType.promote(type, t.dtype());
        }
        Tensor[] cast = new Tensor[in.length];
        for (int i = 0; i < in.length; i++) {
            cast[i] = in[i].to(type);
        }
        Tensor[] p = parts(cast);
        Tensor out = Tensor.empty(type, Shape.of(p[0].dim(0), p[0].dim(1), p[0].dim(2), p[2].dim(3)));
        Tensor sums = Tensor.empty(type, Shape.of(p[0].dim(0), p[0].dim(2), p[0].dim(1)));
        Context.current().kernels().attention(p[0], p[1], p[2], keys, causal, scale(p[0]), out, sums);
        saved.keep(sums);
        return new Tensor[] {out};
    }

    private static double scale(Tensor q) {
        return 1 / Math.sqrt(q.dim(3));
    }

    private void check(Tensor... in) {
        if (in.length == 1 && (in[0].rank() != 5 || in[0].dim(2) != 3)) {
            throw Failure.of(name(), "queries, keys and values in one are not [b, l, 3, h, d]").operand("input", in[0].shape()).shape();
        }
        Tensor[] p = parts(in);
        boolean fits = p[0].rank() == 4 && p[1].rank() == 4 && p[2].rank() == 4 && p[1].dim(1) > 0 && p[0].dim(3) == p[1].dim(3) && p[1].dim(1) == p[2].dim(1);
        for (int i = 1; fits && i < 3; i++) {
            fits = p[i].dim(0) == p[0].dim(0) && p[i].dim(2) == p[0].dim(2);
        }
        if (!fits) {
            throw Failure.of(name(), "shapes do not fit").operand("query", p[0].shape()).operand("key", p[1].shape()).operand("value", p[2].shape())
                    .hint("they are [b, lq, h, d], [b, lk, h, d] and [b, lk, h, dv], with a key at least").shape();
        }
        if (causal && p[0].dim(1) != p[1].dim(1)) {
            throw Failure.of(name(), "a causal mask needs as many keys as queries").operand("query", p[0].shape(), 1).operand("key", p[1].shape(), 1).shape();
        }
        if (keys != null) {
            checkKeys(p[1]);
        }
    }

    private void checkKeys(Tensor key) {
        if (keys.dtype() != DType.BOOL || !keys.shape().equals(Shape.of(key.dim(0), key.dim(1)))) {
            throw Failure.of(name(), "the mask is not BOOL [b, lk]").operand("mask", keys.shape()).fact("type", keys.dtype()).operand("key", key.shape()).shape();
        }
        boolean[] on = keys.toBooleans();
        int lk = key.dim(1);
        for (int b = 0; b < key.dim(0); b++) {
            int seen = b * lk;
            while (seen < (b + 1) * lk && !on[seen]) {
                seen++;
            }
            if (seen == (b + 1) * lk || causal && seen > b * lk) {
                throw Failure.of(name(), "a query has no key that counts").fact("sample", b)
                        .hint(causal ? "with a causal mask the first key must count: pad behind" : "leave samples without any key out").argument();
            }
        }
    }

    @Override
    protected Variable[] backward(Saved s, Variable[] dy) {
        boolean packed = s.size() == 1;
        Variable[] p = new Variable[3];
        for (int i = 0; i < 3; i++) {
            p[i] = (packed ? s.input(0).select(2, i) : s.input(i)).permute(0, 2, 1, 3);                   // [b, h, l, d]
        }
        double scale = 1 / Math.sqrt(p[0].dim(3));
        Variable g = dy[0].permute(0, 2, 1, 3);
        Variable scores = p[0].matmul(p[1].transpose(-2, -1)).mul(scale);
        Tensor hidden = hidden(p[0].dim(2), p[1].dim(2));
        Variable weights = (hidden == null ? scores : Ops.where(hidden, Tensor.full(Shape.scalar(), Double.NEGATIVE_INFINITY).to(scores.dtype()), scores)).softmax(-1);
        Variable dw = g.matmul(p[2].transpose(-2, -1));
        Variable ds = weights.mul(dw.sub(dw.mul(weights).sum(true, -1))).mul(scale);
        Variable[] d = {ds.matmul(p[1]), ds.transpose(-2, -1).matmul(p[0]), weights.transpose(-2, -1).matmul(g)};
        for (int i = 0; i < 3; i++) {
            d[i] = d[i].permute(0, 2, 1, 3);
        }
        return packed ? new Variable[] {Ops.stack(2, d)} : d;
    }

    /** BOOL [b, 1, lq, lk] or [lq, lk]: what does not count; null when all does. */
    private Tensor hidden(int lq, int lk) {
        Tensor later = causal ? Tensor.arange(lk).reshape(1, lk).gt(Tensor.arange(lq).reshape(lq, 1)) : null;
        if (keys == null) {
            return later;
        }
        Tensor off = keys.not().reshape(keys.dim(0), 1, 1, lk);
        return later == null ? off : off.or(later);
    }

    @Override
    protected Tensor[] fastBackward(Saved s, Tensor[] dy) {
        Tensor[] in = new Tensor[s.size()];
        Tensor[] out = new Tensor[in.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = s.inputValue(i);
            if (in[i].dtype() != dy[0].dtype()) {
                return null;
            }
            out[i] = Tensor.empty(in[i].dtype(), in[i].shape());
        }
        Tensor[] p = parts(in);
        Tensor[] d = parts(out);
        Context.current().kernels().attentionGrad(dy[0], p[0], p[1], p[2], keys, causal, scale(p[0]), s.outputValue(0), s.extra(0), d[0], d[1], d[2]);
        return out;
    }

    /** Samples for tests and benchmarks. */
    public static OpSpec spec() {
        boolean[] on = {true, true, false, true, false, true, false, false, true, true};
        Tensor some = Tensor.ofBooleans(Shape.of(2, 5), on);
        OpSpec.Input[] apart = {OpSpec.input(-2, 2, 2, 3, 2, 4), OpSpec.input(-2, 2, 2, 5, 2, 4), OpSpec.input(-1, 1, 2, 5, 2, 3)};
        return OpSpec.of("attention").tolerance(64)
                .sample("apart", in -> new AttentionOp(null, false).apply(in), apart)
                .sample("some keys", in -> new AttentionOp(some, false).apply(in), apart)
                .sample("in one", in -> new AttentionOp(null, false).apply(in), OpSpec.input(-2, 2, 2, 5, 3, 2, 4))
                .sample("in one, causal", in -> new AttentionOp(null, true).apply(in), OpSpec.input(-2, 2, 1, 6, 3, 2, 4))
                .sample("causal, some keys", in -> new AttentionOp(Tensor.ofBooleans(Shape.of(1, 6), true, true, false, true, true, false), true).apply(in),
                        OpSpec.input(-2, 2, 1, 6, 3, 2, 4))
                .sample("one query", in -> new AttentionOp(null, false).apply(in), OpSpec.input(-2, 2, 1, 1, 1, 2), OpSpec.input(-2, 2, 1, 7, 1, 2),
                        OpSpec.input(-1, 1, 1, 7, 1, 2));
    }
}
