package loam.tests.golden;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.autograd.ops.BatchNormOp;
import loam.autograd.ops.Conv2dOp;
import loam.nn.CrossEntropyOptions;
import loam.nn.Losses;
import loam.nn.Reduction;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.ReduceKind;

/** How each golden op is called on variables. Inputs without a gradient (indices, masks, weights) come as variables too. */
final class VariableOps {
    /** Calls an op on the inputs of a case. */
    interface Call {
        Variable[] run(Attributes a, Variable[] x);
    }

    private interface One {
        Variable run(Attributes a, Variable[] x);
    }

    private static final Map<String, Call> TABLE = new HashMap<>();

    private VariableOps() {
    }

    /** The call of an op, or null. */
    static Call of(String op) {
        return TABLE.get(op);
    }

    private static void put(String op, One one) {
        several(op, (a, x) -> new Variable[] {one.run(a, x)});
    }

    private static void unary(String op, UnaryOperator<Variable> f) {
        put(op, (a, x) -> f.apply(x[0]));
    }

    private static void binary(String op, BinaryOperator<Variable> f) {
        put(op, (a, x) -> f.apply(x[0], x[1]));
    }

    private static void several(String op, Call call) {
        if (TABLE.put(op, call) != null) {
            throw new IllegalStateException(op + " stands twice");
        }
    }

    static {
        elementwise();
        reductions();
        moves();
        networks();
        norms();
        losses();
    }

    private static void elementwise() {
        unary("neg", Ops::neg);
        unary("abs", Ops::abs);
        unary("square", Ops::square);
        unary("sqrt", Ops::sqrt);
        unary("rsqrt", Ops::rsqrt);
        unary("reciprocal", Ops::reciprocal);
        unary("exp", Ops::exp);
        unary("log", Ops::log);
        unary("sin", Ops::sin);
        unary("cos", Ops::cos);
        unary("tanh", Ops::tanh);
        unary("sigmoid", Ops::sigmoid);
        unary("relu", Ops::relu);
        unary("expm1", Ops::expm1);
        unary("log1p", Ops::log1p);
        unary("log2", Ops::log2);
        unary("log10", Ops::log10);
        unary("tan", Ops::tan);
        unary("asin", Ops::asin);
        unary("acos", Ops::acos);
        unary("atan", Ops::atan);
        unary("sinh", Ops::sinh);
        unary("cosh", Ops::cosh);
        unary("erf", Ops::erf);
        unary("lgamma", Ops::lgamma);
        unary("digamma", Ops::digamma);
        unary("floor", Ops::floor);
        unary("ceil", Ops::ceil);
        unary("trunc", Ops::trunc);
        unary("sign", Ops::sign);
        unary("round", Ops::round);
        unary("softplus", Ops::softplus);
        unary("log_sigmoid", Ops::logSigmoid);
        unary("silu", Ops::silu);
        unary("gelu", Ops::gelu);
        unary("gelu_tanh", x -> Ops.gelu(x, true));
        put("leaky_relu", (a, x) -> Ops.leakyRelu(x[0], a.number("p")));
        put("elu", (a, x) -> Ops.elu(x[0], a.number("p")));
        binary("add", Ops::add);
        binary("sub", Ops::sub);
        binary("mul", Ops::mul);
        binary("div", Ops::div);
        binary("pow", Ops::pow);
        binary("maximum", Ops::maximum);
        binary("minimum", Ops::minimum);
        binary("atan2", Ops::atan2);
        binary("remainder", Ops::remainder);
        binary("floor_div", (x, y) -> Ops.floor(Ops.div(x, y)));
        put("clamp", (a, x) -> Ops.clamp(x[0], a.number("p"), a.number("q")));
        put("add_scalar", (a, x) -> x[0].add(a.number("p")));
        put("sub_scalar", (a, x) -> x[0].sub(a.number("p")));
        put("mul_scalar", (a, x) -> x[0].mul(a.number("p")));
        put("div_scalar", (a, x) -> x[0].div(a.number("p")));
        put("pow_scalar", (a, x) -> x[0].pow(a.number("p")));
        put("where", (a, x) -> Ops.where(x[0].value(), x[1], x[2]));
    }

    private static void reductions() {
        put("sum", (a, x) -> Ops.sum(x[0], a.keepDims(), a.axes()));
        put("mean", (a, x) -> Ops.mean(x[0], a.keepDims(), a.axes()));
        put("amax", (a, x) -> Ops.max(x[0], a.keepDims(), a.axes()));
        put("amin", (a, x) -> Ops.min(x[0], a.keepDims(), a.axes()));
        put("var", (a, x) -> Ops.var(x[0], a.flag("unbiased") ? 1 : 0, a.keepDims(), a.axes()));
        put("std", (a, x) -> Ops.std(x[0], a.flag("unbiased") ? 1 : 0, a.keepDims(), a.axes()));
        put("prod", (a, x) -> Ops.prod(x[0], a.keepDims(), a.axes()));
        several("max", (a, x) -> extreme(Ops.max(x[0], a.keepDims(), a.integer("axis")), ReduceKind.ARGMAX, a, x[0]));
        several("min", (a, x) -> extreme(Ops.min(x[0], a.keepDims(), a.integer("axis")), ReduceKind.ARGMIN, a, x[0]));
        put("cumsum", (a, x) -> Ops.cumsum(x[0], a.integer("axis")));
        put("cumprod", (a, x) -> Ops.cumprod(x[0], a.integer("axis")));
        several("sort", (a, x) -> indexed(Ops.sort(x[0], a.integer("axis"), a.flag("descending")), a.flag("indices")));
        several("topk", (a, x) -> indexed(Ops.topk(x[0], a.integer("k"), a.integer("axis"), a.flag("largest")), true));
        put("norm", (a, x) -> Ops.norm(x[0], a.number("p"), a.keepDims(), a.axes()));
        put("logsumexp", (a, x) -> Ops.logsumexp(x[0], a.keepDims(), a.axes()));
        put("softmax", (a, x) -> Ops.softmax(x[0], a.integer("axis")));
        put("log_softmax", (a, x) -> Ops.logSoftmax(x[0], a.integer("axis")));
    }

    private static Variable[] extreme(Variable values, ReduceKind index, Attributes a, Variable x) {
        return new Variable[] {values, Variable.of(x.value().reduce(index, a.keepDims(), a.integer("axis")))};
    }

    private static Variable[] indexed(Ops.Indexed r, boolean both) {
        return both ? new Variable[] {r.values(), Variable.of(r.indices())} : new Variable[] {r.values()};
    }

    private static void moves() {
        put("stack", (a, x) -> Ops.stack(a.integer("axis"), x));
        several("split", (a, x) -> Ops.split(x[0], a.integer("axis"), a.integer("size")));
        put("flip", (a, x) -> Ops.flip(x[0], a.axes()));
        put("roll", (a, x) -> Ops.roll(x[0], a.integer("axis"), a.integer("shift")));
        put("repeat", (a, x) -> Ops.repeat(x[0], a.integers("times")));
        put("take_along", (a, x) -> Ops.takeAlong(x[0], a.integer("axis"), x[1].value()));
        put("masked_select", (a, x) -> Ops.maskedSelect(x[0], x[1].value()));
        put("cat", (a, x) -> Ops.cat(a.integer("axis"), x));
        put("pad", (a, x) -> Ops.pad(x[0], a.integers("before"), a.integers("after"), a.number("value")));
        put("permute", (a, x) -> x[0].permute(a.axes()));
        put("transpose", (a, x) -> x[0].transpose(a.integer("a"), a.integer("b")));
        put("narrow", (a, x) -> x[0].narrow(a.integer("axis"), a.integer("start"), a.integer("length")));
        put("select", (a, x) -> x[0].select(a.integer("axis"), a.integer("index")));
        put("flatten", (a, x) -> x[0].flatten(a.integer("start"), a.integer("end")));
        put("reshape", (a, x) -> x[0].reshape(a.integers("shape")));
        put("unsqueeze", (a, x) -> x[0].unsqueeze(a.integer("axis")));
        put("squeeze", (a, x) -> x[0].squeeze(a.integer("axis")));
        put("expand", (a, x) -> x[0].expand(Shape.of(a.integers("shape"))));
        put("gather", (a, x) -> x[0].gather(a.integer("axis"), x[1].value()));
        put("index_select", (a, x) -> x[0].indexSelect(a.integer("axis"), x[1].value()));
        put("scatter_add", (a, x) -> Ops.scatterAdd(x[0], a.integer("axis"), x[1].value(), x[2]));
    }

    private static void networks() {
        binary("matmul", Ops::matmul);
        put("einsum", (a, x) -> Ops.einsum(a.text("equation"), x));
        put("avg_pool2d", (a, x) -> Ops.avgPool2d(x[0], a.integer("kernel"), a.integer("stride"), a.integer("padding")));
        unary("global_avg_pool2d", Ops::globalAvgPool2d);
        unary("global_max_pool2d", Ops::globalMaxPool2d);
        unary("cholesky", Ops::cholesky);
        unary("inverse", Ops::inverse);
        unary("logdet", Ops::logdet);
        binary("solve", Ops::solve);
        unary("eigh_values", x -> Ops.eigh(x).values());
        unary("eigh_exp", x -> {
            Ops.Eigen e = Ops.eigh(x);
            return e.vectors().mul(e.values().exp()).matmul(e.vectors().t());
        });
        put("linear", (a, x) -> Ops.linear(x[0], x[1], third(x), Activation.NONE));
        put("conv2d", (a, x) -> Ops.conv2d(x[0], x[1], third(x), geometry(a, x[1].shape()), Activation.NONE));
        put("max_pool2d", (a, x) -> Ops.maxPool2d(x[0], a.integer("kernel"), a.integer("stride"), a.integer("padding")));
    }

    private static void norms() {
        several("batch_norm", (a, x) -> batchNorm(a, x));
        put("layer_norm", (a, x) -> Ops.layerNorm(x[0], x[1].rank(), x[1], x[2], a.number("eps")));
        put("embedding", (a, x) -> Ops.embedding(x[0], x[1].value()));
    }

    /** In training also the running statistics after the step. */
    private static Variable[] batchNorm(Attributes a, Variable[] x) {
        if (!a.flag("training")) {
            return new Variable[] {Ops.batchNorm(x[0], x[1], x[2], x[3].value(), x[4].value(), a.number("eps"))};
        }
        BatchNormOp op = new BatchNormOp(a.number("eps"), Activation.NONE);
        Variable y = op.apply(x[0], x[1], x[2]);
        double n = x[0].numel() / (double) x[0].dim(1);
        double momentum = a.number("momentum");
        DType t = x[0].dtype();
        Tensor mean = x[3].value().mul(1 - momentum).add(op.mean().mul(momentum).to(t));
        Tensor variance = x[4].value().mul(1 - momentum).add(op.variance().mul(momentum * n / (n - 1)).to(t));
        return new Variable[] {y, Variable.of(mean), Variable.of(variance)};
    }

    private static void losses() {
        put("cross_entropy", (a, x) -> {
            CrossEntropyOptions options = CrossEntropyOptions.defaults().smoothing(a.number("smoothing")).reducing(reduction(a));
            return Losses.crossEntropy(x[0], x[1].value().toInts(), x.length > 2 ? options.weights(x[2].value().toDoubles()) : options);
        });
        put("mse", (a, x) -> Losses.mse(x[0], x[1], reduction(a)));
        put("l1", (a, x) -> Losses.l1(x[0], x[1], reduction(a)));
        put("huber", (a, x) -> Losses.huber(x[0], x[1], a.number("delta"), reduction(a)));
        put("smooth_l1", (a, x) -> Losses.smoothL1(x[0], x[1], a.number("beta"), reduction(a)));
        put("bce_with_logits", (a, x) -> Losses.bceWithLogits(x[0], x[1].value(), x.length > 2 ? x[2].value() : null, reduction(a)));
        put("squared_hinge", (a, x) -> Losses.squaredHinge(x[0], x[1].value().toInts()));
    }

    private static Reduction reduction(Attributes a) {
        return Reduction.valueOf(a.text("reduction").toUpperCase(Locale.ROOT));
    }

    private static Variable third(Variable[] x) {
        return x.length > 2 ? x[2] : null;
    }

    /** "same" pads so that the output has the size of the input; where the sum is odd the end gets one more, as in PyTorch. */
    private static Conv2dOp.Geometry geometry(Attributes a, Shape weight) {
        int stride = a.integer("stride");
        int dilation = a.integer("dilation");
        int groups = a.integer("groups");
        if (!a.text("padding").equals("same")) {
            return Conv2dOp.Geometry.of(stride, a.integer("padding"), dilation, groups);
        }
        int h = dilation * (weight.dim(2) - 1);
        int w = dilation * (weight.dim(3) - 1);
        return new Conv2dOp.Geometry(stride, stride, h / 2, h - h / 2, w / 2, w - w / 2, dilation, dilation, groups);
    }
}
