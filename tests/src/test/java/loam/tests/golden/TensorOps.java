package loam.tests.golden;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.ReduceKind;
import loam.tensor.kernel.UnaryKind;
import loam.tensor.linalg.Linalg;

/** How each golden op is called on tensors. */
final class TensorOps {
    /** Calls an op on the inputs of a case. */
    interface Call {
        Tensor[] run(Attributes a, Tensor[] x);
    }

    private interface One {
        Tensor run(Attributes a, Tensor[] x);
    }

    private static final Map<String, Call> TABLE = new HashMap<>();

    private TensorOps() {
    }

    /** The call of an op, or null. */
    static Call of(String op) {
        return TABLE.get(op);
    }

    private static void put(String op, One one) {
        several(op, (a, x) -> new Tensor[] {one.run(a, x)});
    }

    private static void several(String op, Call call) {
        if (TABLE.put(op, call) != null) {
            throw new IllegalStateException(op + " stands twice");
        }
    }

    static {
        for (UnaryKind kind : UnaryKind.values()) {
            put(kind.name().toLowerCase(Locale.ROOT), (a, x) -> x[0].unary(kind, a.number("p", 0), a.number("q", 0)));
        }
        for (BinaryKind kind : BinaryKind.values()) {
            if (!kind.name().endsWith("_GRAD")) {
                put(kind.name().toLowerCase(Locale.ROOT), (a, x) -> x[0].binary(kind, x[1]));
            }
        }
        for (CompareKind kind : CompareKind.values()) {
            put(kind.name().toLowerCase(Locale.ROOT), (a, x) -> x[0].compare(kind, x[1]));
        }
        put("add_scalar", (a, x) -> x[0].add(a.number("p")));
        put("sub_scalar", (a, x) -> x[0].sub(a.number("p")));
        put("mul_scalar", (a, x) -> x[0].mul(a.number("p")));
        put("div_scalar", (a, x) -> x[0].div(a.number("p")));
        put("pow_scalar", (a, x) -> x[0].pow(a.number("p")));
        put("where", (a, x) -> Tensor.where(x[0], x[1], x[2]));
        reductions();
        ordering();
        indexing();
        moves();
        products();
        decompositions();
    }

    private static void reductions() {
        put("sum", (a, x) -> x[0].sum(a.keepDims(), a.axes()));
        put("mean", (a, x) -> x[0].mean(a.keepDims(), a.axes()));
        put("var", (a, x) -> x[0].var(a.flag("unbiased") ? 1 : 0, a.keepDims(), a.axes()));
        put("std", (a, x) -> x[0].std(a.flag("unbiased") ? 1 : 0, a.keepDims(), a.axes()));
        put("amax", (a, x) -> x[0].max(a.keepDims(), a.axes()));
        put("amin", (a, x) -> x[0].min(a.keepDims(), a.axes()));
        put("prod", (a, x) -> x[0].reduce(ReduceKind.PROD, a.keepDims(), a.axes()));
        put("norm", (a, x) -> x[0].norm(a.number("p"), a.keepDims(), a.axes()));
        put("logsumexp", (a, x) -> x[0].logsumexp(a.keepDims(), a.axes()));
        put("argmax", (a, x) -> x[0].reduce(ReduceKind.ARGMAX, a.keepDims(), a.integer("axis")));
        put("argmin", (a, x) -> x[0].reduce(ReduceKind.ARGMIN, a.keepDims(), a.integer("axis")));
        put("any", (a, x) -> x[0].reduce(ReduceKind.ANY, a.keepDims(), a.integer("axis")));
        put("all", (a, x) -> x[0].reduce(ReduceKind.ALL, a.keepDims(), a.integer("axis")));
        several("max", (a, x) -> extreme(x[0], ReduceKind.MAX, ReduceKind.ARGMAX, a));
        several("min", (a, x) -> extreme(x[0], ReduceKind.MIN, ReduceKind.ARGMIN, a));
        put("softmax", (a, x) -> x[0].softmax(a.integer("axis")));
        put("log_softmax", (a, x) -> x[0].logSoftmax(a.integer("axis")));
    }

    private static Tensor[] extreme(Tensor x, ReduceKind value, ReduceKind index, Attributes a) {
        int axis = a.integer("axis");
        return new Tensor[] {x.reduce(value, a.keepDims(), axis), x.reduce(index, a.keepDims(), axis)};
    }

    private static void ordering() {
        put("cumsum", (a, x) -> x[0].cumsum(a.integer("axis")));
        put("cumprod", (a, x) -> x[0].cumprod(a.integer("axis")));
        several("sort", (a, x) -> indexed(x[0].sort(a.integer("axis"), a.flag("descending")), a.flag("indices")));
        put("argsort", (a, x) -> x[0].argsort(a.integer("axis"), a.flag("descending")));
        several("topk", (a, x) -> indexed(x[0].topk(a.integer("k"), a.integer("axis"), a.flag("largest")), true));
    }

    private static Tensor[] indexed(Tensor.Indexed r, boolean both) {
        return both ? new Tensor[] {r.values(), r.indices()} : new Tensor[] {r.values()};
    }

    private static void indexing() {
        put("gather", (a, x) -> x[0].gather(a.integer("axis"), x[1]));
        put("index_select", (a, x) -> x[0].indexSelect(a.integer("axis"), x[1]));
        put("scatter_add", (a, x) -> x[0].scatterAdd(a.integer("axis"), x[1], x[2]));
        put("take_along", (a, x) -> x[0].takeAlong(a.integer("axis"), x[1]));
        put("masked_select", (a, x) -> x[0].maskedSelect(x[1]));
        put("one_hot", (a, x) -> x[0].oneHot(a.integer("classes")).to(DType.I64));
    }

    private static void moves() {
        put("cat", (a, x) -> Tensor.cat(a.integer("axis"), x));
        put("stack", (a, x) -> Tensor.stack(a.integer("axis"), x));
        several("split", (a, x) -> x[0].split(a.integer("axis"), a.integer("size")));
        put("pad", (a, x) -> x[0].pad(a.integers("before"), a.integers("after"), a.number("value")));
        put("flip", (a, x) -> x[0].flip(a.axes()));
        put("roll", (a, x) -> x[0].roll(a.integer("axis"), a.integer("shift")));
        put("repeat", (a, x) -> x[0].repeat(a.integers("times")));
        put("permute", (a, x) -> x[0].permute(a.axes()));
        put("transpose", (a, x) -> x[0].transpose(a.integer("a"), a.integer("b")));
        put("narrow", (a, x) -> x[0].narrow(a.integer("axis"), a.integer("start"), a.integer("length")));
        put("select", (a, x) -> x[0].select(a.integer("axis"), a.integer("index")));
        put("flatten", (a, x) -> x[0].flatten(a.integer("start"), a.integer("end")));
        put("reshape", (a, x) -> x[0].reshape(a.integers("shape")));
        put("unsqueeze", (a, x) -> x[0].unsqueeze(a.integer("axis")));
        put("squeeze", (a, x) -> x[0].squeeze(a.integer("axis")));
        put("expand", (a, x) -> x[0].expand(Shape.of(a.integers("shape"))));
    }

    private static void products() {
        put("matmul", (a, x) -> x[0].matmul(x[1]));
        put("einsum", (a, x) -> Tensor.einsum(a.text("equation"), x));
        put("linear", (a, x) -> x[0].linear(x[1], x.length > 2 ? x[2] : null, Activation.NONE));
    }

    /** Vectors are unique up to their sign: the golden values are absolute ones, or those of a function of the matrix. */
    private static void decompositions() {
        put("cholesky", (a, x) -> Linalg.cholesky(x[0]));
        put("solve", (a, x) -> Linalg.solve(x[0], x[1]));
        put("inverse", (a, x) -> Linalg.inverse(x[0]));
        put("logdet", (a, x) -> Linalg.logdet(x[0]));
        put("lstsq", (a, x) -> Linalg.lstsq(x[0], x[1]));
        put("pinv", (a, x) -> Linalg.pinv(x[0]));
        put("eigh_values", (a, x) -> Linalg.eigh(x[0]).values());
        put("eigh_exp", (a, x) -> {
            Linalg.Eigh e = Linalg.eigh(x[0]);
            return e.vectors().mul(e.values().exp()).matmul(e.vectors().t());
        });
        several("qr", (a, x) -> {
            Linalg.Qr r = Linalg.qr(x[0]);
            return new Tensor[] {r.q().abs(), r.r().abs()};
        });
        several("svd", (a, x) -> {
            Linalg.Svd r = Linalg.svd(x[0]);
            return new Tensor[] {r.u().abs(), r.s(), r.vh().abs()};
        });
    }
}
