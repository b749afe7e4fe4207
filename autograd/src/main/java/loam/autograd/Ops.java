package loam.autograd;

import java.util.List;
import java.util.function.UnaryOperator;
import loam.autograd.ops.Abs;
import loam.autograd.ops.Acos;
import loam.autograd.ops.Add;
import loam.autograd.ops.Asin;
import loam.autograd.ops.Atan2;
import loam.autograd.ops.Atan;
import loam.autograd.ops.AttentionOp;
import loam.autograd.ops.AvgPool2dOp;
import loam.autograd.ops.BatchNormOp;
import loam.autograd.ops.BceWithLogitsOp;
import loam.autograd.ops.Cast;
import loam.autograd.ops.Cat;
import loam.autograd.ops.Cholesky;
import loam.autograd.ops.Clamp;
import loam.autograd.ops.Conv2dOp;
import loam.autograd.ops.Cos;
import loam.autograd.ops.Cosh;
import loam.autograd.ops.CrossEntropyOp;
import loam.autograd.ops.Cumprod;
import loam.autograd.ops.Cumsum;
import loam.autograd.ops.Diagonal;
import loam.autograd.ops.Digamma;
import loam.autograd.ops.Div;
import loam.autograd.ops.DropoutOp;
import loam.autograd.ops.Eigh;
import loam.autograd.ops.Elu;
import loam.autograd.ops.EmbeddingOp;
import loam.autograd.ops.Erf;
import loam.autograd.ops.Exp;
import loam.autograd.ops.Expand;
import loam.autograd.ops.Expm1;
import loam.autograd.ops.Extreme;
import loam.autograd.ops.Flip;
import loam.autograd.ops.Gather;
import loam.autograd.ops.Gelu;
import loam.autograd.ops.IndexSelect;
import loam.autograd.ops.Inverse;
import loam.autograd.ops.LayerNormOp;
import loam.autograd.ops.LeakyRelu;
import loam.autograd.ops.Lgamma;
import loam.autograd.ops.LinearOp;
import loam.autograd.ops.Log10;
import loam.autograd.ops.Log1p;
import loam.autograd.ops.Log2;
import loam.autograd.ops.Log;
import loam.autograd.ops.LogSigmoid;
import loam.autograd.ops.LogSoftmax;
import loam.autograd.ops.MatMul;
import loam.autograd.ops.MaxPool2dOp;
import loam.autograd.ops.Maximum;
import loam.autograd.ops.Mean;
import loam.autograd.ops.Minimum;
import loam.autograd.ops.Mul;
import loam.autograd.ops.Narrow;
import loam.autograd.ops.Neg;
import loam.autograd.ops.Pad;
import loam.autograd.ops.Permute;
import loam.autograd.ops.Polygamma;
import loam.autograd.ops.Pow;
import loam.autograd.ops.Prod;
import loam.autograd.ops.Reciprocal;
import loam.autograd.ops.Relu;
import loam.autograd.ops.Remainder;
import loam.autograd.ops.Reshape;
import loam.autograd.ops.Roll;
import loam.autograd.ops.Rounding;
import loam.autograd.ops.Rsqrt;
import loam.autograd.ops.ScatterAdd;
import loam.autograd.ops.Sigmoid;
import loam.autograd.ops.Silu;
import loam.autograd.ops.Sin;
import loam.autograd.ops.Sinh;
import loam.autograd.ops.Slogdet;
import loam.autograd.ops.Softmax;
import loam.autograd.ops.Softplus;
import loam.autograd.ops.Solve;
import loam.autograd.ops.SolveTriangular;
import loam.autograd.ops.Sqrt;
import loam.autograd.ops.Square;
import loam.autograd.ops.SquaredHingeOp;
import loam.autograd.ops.Sub;
import loam.autograd.ops.Sum;
import loam.autograd.ops.SumTo;
import loam.autograd.ops.Tan;
import loam.autograd.ops.Tanh;
import loam.autograd.ops.Where;
import loam.tensor.DType;
import loam.tensor.Einsum;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;
import loam.tensor.kernel.ReduceKind;
import loam.tensor.kernel.UnaryKind;

/** Every differentiable operation as a function: one line each into {@code loam.autograd.ops}, or a composition of others. */
public final class Ops {
    private Ops() {
    }

    /** The specifications of all operations: an explicit list, compared by a test with the classes there are. */
    public static List<OpSpec> all() {
        return List.of(
                AttentionOp.spec(), BatchNormOp.spec(), BceWithLogitsOp.spec(), DropoutOp.spec(), EmbeddingOp.spec(), LayerNormOp.spec(), SquaredHingeOp.spec(),
                Abs.spec(), Acos.spec(), Add.spec(), Asin.spec(), Atan.spec(), Atan2.spec(), AvgPool2dOp.spec(), Cast.spec(),
                Cat.spec(), Cholesky.spec(), Clamp.spec(), Conv2dOp.spec(), Cos.spec(), Cosh.spec(), CrossEntropyOp.spec(),
                Cumprod.spec(), Cumsum.spec(), Diagonal.spec(), Digamma.spec(), Div.spec(), Eigh.spec(), Elu.spec(), Erf.spec(),
                Exp.spec(), Expand.spec(), Expm1.spec(), Extreme.spec(), Flip.spec(), Gather.spec(), Gelu.spec(), IndexSelect.spec(),
                Inverse.spec(), LeakyRelu.spec(), Lgamma.spec(), LinearOp.spec(), Log.spec(), Log10.spec(), Log1p.spec(), Log2.spec(),
                LogSigmoid.spec(), LogSoftmax.spec(), MatMul.spec(), MaxPool2dOp.spec(), Maximum.spec(), Mean.spec(), Minimum.spec(),
                Mul.spec(), Narrow.spec(), Neg.spec(), Pad.spec(), Permute.spec(), Polygamma.spec(), Pow.spec(), Prod.spec(),
                Reciprocal.spec(), Relu.spec(), Remainder.spec(), Reshape.spec(), Roll.spec(), Rounding.spec(), Rsqrt.spec(),
                ScatterAdd.spec(), Sigmoid.spec(), Silu.spec(), Sin.spec(), Sinh.spec(), Slogdet.spec(), Softmax.spec(),
                Softplus.spec(), Solve.spec(), SolveTriangular.spec(), Sqrt.spec(), Square.spec(), Sub.spec(), Sum.spec(),
                SumTo.spec(), Tan.spec(), Tanh.spec(), Where.spec());
    }

    // ---- arithmetic

    public static Variable add(Operand a, Operand b) {
        return new Add().apply(a, b);
    }

    public static Variable sub(Operand a, Operand b) {
        return new Sub().apply(a, b);
    }

    public static Variable mul(Operand a, Operand b) {
        return new Mul().apply(a, b);
    }

    public static Variable div(Operand a, Operand b) {
        return new Div().apply(a, b);
    }

    public static Variable pow(Operand a, Operand b) {
        return new Pow().apply(a, b);
    }

    public static Variable maximum(Operand a, Operand b) {
        return new Maximum().apply(a, b);
    }

    public static Variable minimum(Operand a, Operand b) {
        return new Minimum().apply(a, b);
    }

    /** The angle of the point (b, a). */
    public static Variable atan2(Operand a, Operand b) {
        return new Atan2().apply(a, b);
    }

    /** {@code a - b floor(a / b)}. */
    public static Variable remainder(Operand a, Operand b) {
        return new Remainder().apply(a, b);
    }

    public static Variable where(Tensor condition, Operand a, Operand b) {
        return new Where(condition).apply(a, b);
    }

    // ---- functions of one variable

    public static Variable neg(Operand x) {
        return new Neg().apply(x);
    }

    public static Variable abs(Operand x) {
        return new Abs().apply(x);
    }

    public static Variable square(Operand x) {
        return new Square().apply(x);
    }

    public static Variable sqrt(Operand x) {
        return new Sqrt().apply(x);
    }

    public static Variable rsqrt(Operand x) {
        return new Rsqrt().apply(x);
    }

    public static Variable reciprocal(Operand x) {
        return new Reciprocal().apply(x);
    }

    public static Variable exp(Operand x) {
        return new Exp().apply(x);
    }

    public static Variable log(Operand x) {
        return new Log().apply(x);
    }

    public static Variable sin(Operand x) {
        return new Sin().apply(x);
    }

    public static Variable cos(Operand x) {
        return new Cos().apply(x);
    }

    public static Variable tanh(Operand x) {
        return new Tanh().apply(x);
    }

    public static Variable sigmoid(Operand x) {
        return new Sigmoid().apply(x);
    }

    public static Variable relu(Operand x) {
        return new Relu().apply(x);
    }

    public static Variable expm1(Operand x) {
        return new Expm1().apply(x);
    }

    public static Variable log1p(Operand x) {
        return new Log1p().apply(x);
    }

    public static Variable log2(Operand x) {
        return new Log2().apply(x);
    }

    public static Variable log10(Operand x) {
        return new Log10().apply(x);
    }

    public static Variable tan(Operand x) {
        return new Tan().apply(x);
    }

    public static Variable asin(Operand x) {
        return new Asin().apply(x);
    }

    public static Variable acos(Operand x) {
        return new Acos().apply(x);
    }

    public static Variable atan(Operand x) {
        return new Atan().apply(x);
    }

    public static Variable sinh(Operand x) {
        return new Sinh().apply(x);
    }

    public static Variable cosh(Operand x) {
        return new Cosh().apply(x);
    }

    public static Variable erf(Operand x) {
        return new Erf().apply(x);
    }

    public static Variable lgamma(Operand x) {
        return new Lgamma().apply(x);
    }

    public static Variable digamma(Operand x) {
        return new Digamma().apply(x);
    }

    /** The n-th derivative of digamma. */
    public static Variable polygamma(int n, Operand x) {
        return new Polygamma(n).apply(x);
    }

    /** The gradient is 0. */
    public static Variable floor(Operand x) {
        return new Rounding(UnaryKind.FLOOR).apply(x);
    }

    /** The gradient is 0. */
    public static Variable ceil(Operand x) {
        return new Rounding(UnaryKind.CEIL).apply(x);
    }

    /** The gradient is 0. */
    public static Variable trunc(Operand x) {
        return new Rounding(UnaryKind.TRUNC).apply(x);
    }

    /** -1, 0 or 1; the gradient is 0. */
    public static Variable sign(Operand x) {
        return new Rounding(UnaryKind.SIGN).apply(x);
    }

    /** Half to even; the gradient is 0. */
    public static Variable round(Operand x) {
        return new Rounding(UnaryKind.ROUND).apply(x);
    }

    /** {@code log(1 + exp(x))}. */
    public static Variable softplus(Operand x) {
        return new Softplus().apply(x);
    }

    /** {@code log(1 + exp(beta x)) / beta}. */
    public static Variable softplus(Operand x, double beta) {
        return softplus(Variable.from(x).mul(beta)).div(beta);
    }

    public static Variable logSigmoid(Operand x) {
        return new LogSigmoid().apply(x);
    }

    /** The erf form. */
    public static Variable gelu(Operand x) {
        return new Gelu(false).apply(x);
    }

    public static Variable gelu(Operand x, boolean tanhForm) {
        return new Gelu(tanhForm).apply(x);
    }

    public static Variable silu(Operand x) {
        return new Silu().apply(x);
    }

    public static Variable leakyRelu(Operand x, double slope) {
        return new LeakyRelu(slope).apply(x);
    }

    public static Variable elu(Operand x, double alpha) {
        return new Elu(alpha).apply(x);
    }

    /** {@link #clamp} under the name of the activation. */
    public static Variable hardtanh(Operand x, double low, double high) {
        return clamp(x, low, high);
    }

    public static Variable clamp(Operand x, double low, double high) {
        return new Clamp(low, high).apply(x);
    }

    /** The same numbers in another floating type. */
    public static Variable to(Operand x, DType dtype) {
        return new Cast(dtype).apply(x);
    }

    // ---- reductions; no axes means all

    public static Variable sum(Operand x, boolean keepDims, int... axes) {
        return new Sum(keepDims, axes).apply(x);
    }

    public static Variable mean(Operand x, boolean keepDims, int... axes) {
        return new Mean(keepDims, axes).apply(x);
    }

    public static Variable max(Operand x, boolean keepDims, int... axes) {
        return new Extreme(true, keepDims, axes).apply(x);
    }

    public static Variable min(Operand x, boolean keepDims, int... axes) {
        return new Extreme(false, keepDims, axes).apply(x);
    }

    /** Variance with {@code n - ddof} in the denominator. */
    public static Variable var(Operand x, double ddof, boolean keepDims, int... axes) {
        Variable v = Variable.from(x);
        Variable centred = v.sub(v.mean(true, axes));
        Variable squares = centred.square().sum(keepDims, axes);
        double n = v.numel() / (double) Math.max(1, squares.numel());
        return squares.div(Math.max(0, n - ddof));
    }

    /** p-norm for p = 1, 2, infinity or any positive number; the gradient of the 2-norm at 0 is 0. */
    public static Variable norm(Operand x, double p, boolean keepDims, int... axes) {
        Variable v = Variable.from(x);
        if (!(p > 0)) {
            throw Failure.of("norm", "p is " + p).operand("input", x.shape()).hint("p is a positive number or infinity").argument();
        }
        if (p == 1) {
            return v.abs().sum(keepDims, axes);
        }
        if (p == Double.POSITIVE_INFINITY) {
            return v.abs().max(keepDims, axes);
        }
        if (p == 2) {
            Variable squares = v.square().sum(keepDims, axes);
            Tensor zero = squares.peek().eq(0);
            Tensor one = Tensor.scalar(squares.dtype(), 1);
            return where(zero, squares, where(zero, one, squares).sqrt());
        }
        return v.abs().pow(p).sum(keepDims, axes).pow(1 / p);
    }

    /** Standard deviation with {@code n - ddof} in the denominator. */
    public static Variable std(Operand x, double ddof, boolean keepDims, int... axes) {
        return var(x, ddof, keepDims, axes).sqrt();
    }

    /** Product; its gradient is right where elements are 0. */
    public static Variable prod(Operand x, boolean keepDims, int... axes) {
        return new Prod(keepDims, axes).apply(x);
    }

    public static Variable cumsum(Operand x, int axis) {
        return new Cumsum(axis).apply(x);
    }

    public static Variable cumprod(Operand x, int axis) {
        return new Cumprod(axis).apply(x);
    }

    /** Values with history and their I64 places along the axis. */
    public record Indexed(Variable values, Tensor indices) {
    }

    /** Stable sort along an axis; NaN counts as largest. */
    public static Indexed sort(Operand x, int axis, boolean descending) {
        return at(x, axis, Variable.from(x).peek().argsort(axis, descending));
    }

    /** The largest along an axis with its place, the first of equals; the gradient goes there alone. */
    public static Indexed maxIndexed(Operand x, int axis, boolean keepDims) {
        return best(x, axis, keepDims, Variable.from(x).peek().reduce(ReduceKind.ARGMAX, true, axis));
    }

    /** The smallest along an axis with its place, the first of equals; the gradient goes there alone. */
    public static Indexed minIndexed(Operand x, int axis, boolean keepDims) {
        return best(x, axis, keepDims, Variable.from(x).peek().reduce(ReduceKind.ARGMIN, true, axis));
    }

    private static Indexed best(Operand x, int axis, boolean keepDims, Tensor place) {
        Variable values = gather(x, axis, place);
        return keepDims ? new Indexed(values, place) : new Indexed(values.squeeze(axis), place.squeeze(axis));
    }

    /** The k largest (smallest) along an axis, sorted. */
    public static Indexed topk(Operand x, int k, int axis, boolean largest) {
        return at(x, axis, Variable.from(x).peek().topk(k, axis, largest).indices());
    }

    private static Indexed at(Operand x, int axis, Tensor places) {
        return new Indexed(gather(x, axis, places), places);
    }

    /** The value below which a share q of an axis lies, interpolated linearly; NaN where the axis holds one. */
    public static Variable quantile(Operand x, double q, int axis, boolean keepDims) {
        Variable v = Variable.from(x);
        int a = v.shape().axis("quantile", axis);
        Tensor numbers = v.peek().quantile(q, a, true);
        Variable sorted = sort(v, a, false).values();
        double at = q * (v.dim(a) - 1);
        int below = (int) Math.floor(at);
        Variable low = sorted.narrow(a, below, 1);
        Variable high = sorted.narrow(a, Math.min(v.dim(a) - 1, below + 1), 1);
        Variable y = at == below ? low : low.add(high.sub(low).mul(at - below));
        y = where(numbers.isNaN(), numbers, y);
        return keepDims ? y : y.squeeze(a);
    }

    /** The middle of an axis, the lower one of two, as PyTorch's; NaN where the axis holds one. */
    public static Variable median(Operand x, int axis, boolean keepDims) {
        Variable v = Variable.from(x);
        int a = v.shape().axis("median", axis);
        Tensor numbers = v.peek().median(a, true);
        Variable y = sort(v, a, false).values().narrow(a, (v.dim(a) - 1) / 2, 1);
        y = where(numbers.isNaN(), numbers, y);
        return keepDims ? y : y.squeeze(a);
    }

    public static Variable logsumexp(Operand x, boolean keepDims, int... axes) {
        Variable v = Variable.from(x);
        Tensor top = v.peek().max(true, axes);
        top = top.where(top.isFinite(), 0);
        Variable y = v.sub(top).exp().sum(true, axes).log().add(top);
        return keepDims ? y : y.reshape(v.shape().reduced(v.shape().axes("logsumexp", axes), false).toArray());
    }

    public static Variable softmax(Operand x, int axis) {
        return new Softmax(axis).apply(x);
    }

    public static Variable logSoftmax(Operand x, int axis) {
        return new LogSoftmax(axis).apply(x);
    }

    /** Undoes a broadcast. */
    public static Variable sumTo(Operand x, Shape to) {
        return new SumTo(to).apply(x);
    }

    // ---- shapes

    public static Variable reshape(Operand x, int... dims) {
        return new Reshape(dims).apply(x);
    }

    public static Variable permute(Operand x, int... axes) {
        return new Permute(axes).apply(x);
    }

    public static Variable transpose(Operand x, int a, int b) {
        int n = x.shape().rank();
        int p = x.shape().axis("transpose", a);
        int q = x.shape().axis("transpose", b);
        int[] axes = new int[n];
        for (int i = 0; i < n; i++) {
            axes[i] = i == p ? q : i == q ? p : i;
        }
        return permute(x, axes);
    }

    public static Variable expand(Operand x, Shape to) {
        return new Expand(to).apply(x);
    }

    public static Variable narrow(Operand x, int axis, int start, int length) {
        return new Narrow(axis, start, length).apply(x);
    }

    public static Variable select(Operand x, int axis, int index) {
        int a = x.shape().axis("select", axis);
        return reshape(narrow(x, a, index, 1), x.shape().without(a).toArray());
    }

    public static Variable pad(Operand x, int[] before, int[] after, double value) {
        return new Pad(before, after, value).apply(x);
    }

    public static Variable cat(int axis, Operand... parts) {
        return new Cat(axis).apply(parts);
    }

    public static Variable stack(int axis, Operand... parts) {
        if (parts.length == 0) {
            throw Failure.of("stack", "no tensors given").argument();
        }
        Variable[] up = new Variable[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].shape().equals(parts[0].shape())) {
                throw Failure.of("stack", "shapes differ").operand("first", parts[0].shape()).operand("part " + i, parts[i].shape())
                        .hint("stack needs equal shapes; cat joins along an axis that there is").shape();
            }
            up[i] = Variable.from(parts[i]).unsqueeze(axis);
        }
        return cat(axis < 0 ? axis + up[0].rank() : axis, up);
    }

    /** Parts of {@code size} (the last may be smaller). */
    public static Variable[] split(Operand x, int axis, int size) {
        return parts(x, axis, Variable.from(x).peek().split(axis, size));
    }

    /** At most {@code count} parts of equal size (the last may be smaller). */
    public static Variable[] chunk(Operand x, int axis, int count) {
        return parts(x, axis, Variable.from(x).peek().chunk(axis, count));
    }

    private static Variable[] parts(Operand x, int axis, Tensor[] like) {
        Variable[] out = new Variable[like.length];
        int at = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = narrow(x, axis, at, like[i].dim(axis));
            at += like[i].dim(axis);
        }
        return out;
    }

    public static Variable flip(Operand x, int... axes) {
        return new Flip(axes).apply(x);
    }

    public static Variable roll(Operand x, int axis, int shift) {
        return new Roll(axis, shift).apply(x);
    }

    /** Tiles: {@code times} for each axis. */
    public static Variable repeat(Operand x, int... times) {
        Variable v = Variable.from(x);
        Shape tiled = v.peek().shape();
        int lead = times.length - tiled.rank();
        if (lead < 0 || java.util.Arrays.stream(times).anyMatch(t -> t < 0)) {
            throw Failure.of("repeat", "one count of at least 0 for each axis is needed").operand("input", v.shape())
                    .fact("times", java.util.Arrays.toString(times)).argument();
        }
        int[] in = new int[2 * times.length];
        int[] grown = new int[2 * times.length];
        int[] out = new int[times.length];
        for (int i = 0; i < times.length; i++) {
            int d = i < lead ? 1 : tiled.dim(i - lead);
            in[2 * i] = 1;
            in[2 * i + 1] = d;
            grown[2 * i] = times[i];
            grown[2 * i + 1] = d;
            out[i] = times[i] * d;
        }
        return v.reshape(in).expand(Shape.of(grown)).reshape(out);
    }

    /** The elements whose indices on axes a and b differ by {@code offset} (b ahead of a), as the last axis. */
    public static Variable diagonal(Operand x, int offset, int a, int b) {
        return new Diagonal(offset, a, b).apply(x);
    }

    /** Sum of the diagonal of the last two axes. */
    public static Variable trace(Operand x) {
        return diagonal(x, 0, -2, -1).sum(-1);
    }

    /** [..., n] -> [..., n, n] with these numbers on the diagonal. */
    public static Variable diagEmbed(Operand x) {
        Variable v = Variable.from(x);
        return v.unsqueeze(-1).mul(Tensor.eye(v.dtype(), v.dim(-1)));
    }

    /** The last two axes on and below the diagonal {@code offset}, 0 elsewhere. */
    public static Variable tril(Operand x, int offset) {
        return triangle(x, t -> t.tril(offset));
    }

    /** The last two axes on and above the diagonal {@code offset}, 0 elsewhere. */
    public static Variable triu(Operand x, int offset) {
        return triangle(x, t -> t.triu(offset));
    }

    private static Variable triangle(Operand x, UnaryOperator<Tensor> cut) {
        Variable v = Variable.from(x);
        Tensor inside = cut.apply(Tensor.ones(DType.BOOL, v.shape()));
        return v.where(inside, 0);
    }

    // ---- indexing

    public static Variable indexSelect(Operand x, int axis, Tensor index) {
        return new IndexSelect(axis, index).apply(x);
    }

    public static Variable gather(Operand x, int axis, Tensor index) {
        return new Gather(axis, index).apply(x);
    }

    public static Variable scatterAdd(Operand x, int axis, Tensor index, Operand src) {
        return new ScatterAdd(axis, index).apply(x, src);
    }

    /** A copy of x with the slices of src added at index ([n]) of an axis. */
    public static Variable indexAdd(Operand x, int axis, Tensor index, Operand src) {
        int a = x.shape().axis("index_add", axis);
        if (index.rank() != 1 || !src.shape().equals(x.shape().with(a, index.numel()))) {
            throw Failure.of("index_add", "the source must have the input's extents, and the index's length on the axis").operand("input", x.shape(), a)
                    .operand("index", index.shape()).operand("source", src.shape()).shape();
        }
        int[] d = new int[x.shape().rank()];
        java.util.Arrays.fill(d, 1);
        d[a] = index.numel();
        return scatterAdd(x, a, index.reshape(d).expand(src.shape()), src);
    }

    /** NumPy's take_along_axis: like gather, other axes broadcast. */
    public static Variable takeAlong(Operand x, int axis, Tensor index) {
        int a = x.shape().axis("take_along", axis);
        if (index.rank() != x.shape().rank()) {
            throw Failure.of("take_along", "input and index differ in rank").operand("input", x.shape()).operand("index", index.shape()).shape();
        }
        Shape common = Shape.broadcast("take_along", x.shape().with(a, 1), index.shape().with(a, 1));
        return gather(expand(x, common.with(a, x.shape().dim(a))), a, index.expand(common.with(a, index.dim(a))));
    }

    /** The elements where the BOOL mask (broadcast) is true, as a vector. */
    public static Variable maskedSelect(Operand x, Tensor mask) {
        if (mask.dtype() != DType.BOOL) {
            throw Failure.of("masked_select", "the mask must be BOOL, it is " + mask.dtype()).operand("mask", mask.shape()).dtype();
        }
        Shape shape = Shape.broadcast("masked_select", x.shape(), mask.shape());
        return indexSelect(expand(x, shape).reshape(-1), 0, mask.expand(shape).flatten().nonzero().flatten());
    }

    /** {@code value} where the BOOL mask (broadcast) is true. */
    public static Variable maskedFill(Operand x, Tensor mask, double value) {
        return where(mask, Tensor.scalar(x.dtype(), value), x);
    }

    // ---- products and networks

    public static Variable matmul(Operand a, Operand b) {
        return new MatMul().apply(a, b);
    }

    /** Sum of products in Einstein's notation, see {@link Einsum}: {@code einsum("bhqd,bhkd->bhqk", q, k)}. */
    public static Variable einsum(String equation, Operand... operands) {
        return Contraction.einsum(equation, operands);
    }

    /** {@code act(x wT + bias)}; bias may be null. */
    public static Variable linear(Operand x, Operand weight, Operand bias, Activation act) {
        LinearOp op = new LinearOp(act);
        return bias == null ? op.apply(x, weight) : op.apply(x, weight, bias);
    }

    /** {@code act(x * weight + bias)}; bias may be null. */
    public static Variable conv2d(Operand x, Operand weight, Operand bias, Conv2dOp.Geometry geometry, Activation act) {
        Conv2dOp op = new Conv2dOp(geometry, act);
        return bias == null ? op.apply(x, weight) : op.apply(x, weight, bias);
    }

    public static Variable maxPool2d(Operand x, int kernel, int stride, int padding) {
        return new MaxPool2dOp(kernel, stride, padding).apply(x);
    }

    public static Variable avgPool2d(Operand x, int kernel, int stride, int padding) {
        return avgPool2d(x, kernel, stride, padding, true);
    }

    /** Zero padding counts in the mean when {@code countPadding}. */
    public static Variable avgPool2d(Operand x, int kernel, int stride, int padding, boolean countPadding) {
        return new AvgPool2dOp(kernel, stride, padding, countPadding).apply(x);
    }

    /** Mean of each plane: [n, c, h, w] -> [n, c, 1, 1]. */
    public static Variable globalAvgPool2d(Operand x) {
        return mean(planes("global_avg_pool2d", x), true, 2, 3);
    }

    /** Largest of each plane: [n, c, h, w] -> [n, c, 1, 1]. */
    public static Variable globalMaxPool2d(Operand x) {
        return max(planes("global_max_pool2d", x), true, 2, 3);
    }

    private static Operand planes(String name, Operand x) {
        if (x.shape().rank() != 4) {
            throw Failure.of(name, "needs images [n, channels, h, w]").operand("input", x.shape()).shape();
        }
        return x;
    }

    /** {@code -sum(target logSoftmax(scores)) / divisor}, target a constant of the scores' shape. */
    public static Variable crossEntropy(Operand scores, Tensor target, double divisor) {
        return new CrossEntropyOp(target, divisor).apply(scores);
    }

    // ---- linear algebra, in double inside

    /** L of {@code x = L LT}, symmetric positive definite x [..., n, n]. */
    public static Variable cholesky(Operand x) {
        return new Cholesky().apply(x);
    }

    /** y of {@code a y = b}: a [..., n, n] with b [..., n, k] (batches broadcast), or b [n] or [..., n] of exactly a's batch (vectors). */
    public static Variable solve(Operand a, Operand b) {
        return vectors(a, b) ? new Solve().apply(a, column(b)).squeeze(-1) : new Solve().apply(a, b);
    }

    /** The same for triangular a, of which only the upper or the lower triangle is read. */
    public static Variable solveTriangular(Operand a, Operand b, boolean upper) {
        SolveTriangular op = new SolveTriangular(upper);
        return vectors(a, b) ? op.apply(a, column(b)).squeeze(-1) : op.apply(a, b);
    }

    private static boolean vectors(Operand a, Operand b) {
        int r = a.shape().rank();
        return r >= 2 && (b.shape().rank() == 1 || b.shape().rank() == r - 1 && b.shape().equals(a.shape().without(-1)));
    }

    private static Variable column(Operand b) {
        return Variable.from(b).unsqueeze(-1);
    }

    /** The inverse of x [..., n, n]. */
    public static Variable inverse(Operand x) {
        return new Inverse().apply(x);
    }

    /** Signs of determinants, and the logarithm of their absolute value with history. */
    public record SignedLog(Tensor sign, Variable logAbs) {
    }

    /** Sign and logarithm of the absolute value of the determinant, [..., n, n] -> [...]. */
    public static SignedLog slogdet(Operand x) {
        Slogdet op = new Slogdet();
        Variable log = op.apply(x);
        return new SignedLog(op.sign(), log);
    }

    /** Logarithm of the determinant, [..., n, n] -> [...]; NaN where it is negative. */
    public static Variable logdet(Operand x) {
        SignedLog d = slogdet(x);
        return d.logAbs().where(d.sign().ge(0), Double.NaN);
    }

    /** Eigenvalues [..., n], ascending, and eigenvectors [..., n, n], columns. */
    public record Eigen(Variable values, Variable vectors) {
    }

    /** Eigenvalues and eigenvectors of symmetric x [..., n, n]; gradients need distinct eigenvalues. */
    public static Eigen eigh(Operand x) {
        Variable[] y = new Eigh().applyAll(x);
        return new Eigen(y[0], y[1]);
    }

    // ---- normalisation, dropout, embedding, losses

    /** Batch normalisation with the batch's own moments, [n, c, ...]; weight and bias [c], or null both. */
    public static Variable batchNorm(Operand x, Operand weight, Operand bias, double eps) {
        BatchNormOp op = new BatchNormOp(eps, Activation.NONE);
        return weight == null ? op.apply(x) : op.apply(x, weight, bias);
    }

    /** Batch normalisation with given moments [c]. */
    public static Variable batchNorm(Operand x, Operand weight, Operand bias, Tensor mean, Tensor variance, double eps) {
        BatchNormOp op = new BatchNormOp(eps, Activation.NONE, mean, variance);
        return weight == null ? op.apply(x) : op.apply(x, weight, bias);
    }

    /** Normalises over the last {@code axes} axes; weight and bias of their shape, or null both. */
    public static Variable layerNorm(Operand x, int axes, Operand weight, Operand bias, double eps) {
        LayerNormOp op = new LayerNormOp(axes, eps);
        return weight == null ? op.apply(x) : op.apply(x, weight, bias);
    }

    /** {@code x / sqrt(mean(x^2) + eps) * weight} over the last axis; weight may be null. */
    public static Variable rmsNorm(Operand x, Operand weight, double eps) {
        Variable v = Variable.from(x);
        Variable y = v.mul(v.square().mean(true, -1).add(eps).rsqrt());
        return weight == null ? y : y.mul(weight);
    }

    /**
     * Scaled dot-product attention {@code softmax(q kT / sqrt(d)) v}: q [b, h, lq, d], k [b, h, lk, d], v [b, h, lk, dv] to [b, h, lq, dv].
     * {@code keys} BOOL [b, lk] says which keys count, null: all; {@code causal}: query i sees keys 0 to i only.
     */
    public static Variable scaledDotProductAttention(Operand q, Operand k, Operand v, Tensor keys, boolean causal) {
        return permute(new AttentionOp(keys, causal).apply(permute(q, 0, 2, 1, 3), permute(k, 0, 2, 1, 3), permute(v, 0, 2, 1, 3)), 0, 2, 1, 3);
    }

    /** Zeroes elements with probability p and scales the others; draws from where {@code rng} stands and leaves it there. */
    public static Variable dropout(Operand x, double p, Rng rng) {
        return new DropoutOp(p, rng).apply(x);
    }

    /** Rows of a table [rows, width] by integers of any shape. */
    public static Variable embedding(Operand weight, Tensor index) {
        return new EmbeddingOp(index, -1).apply(weight);
    }

    /** {@code sum(max(0, 1 - t s)^2) / divisor}, t of +1 and -1. */
    public static Variable squaredHinge(Operand scores, Tensor target, double divisor) {
        return new SquaredHingeOp(target, divisor).apply(scores);
    }

    /** Binary cross-entropy of logits, element by element; {@code positiveWeight} may be null. */
    public static Variable bceWithLogits(Operand logits, Tensor target, Tensor positiveWeight) {
        return new BceWithLogitsOp(target, positiveWeight).apply(logits);
    }
}
