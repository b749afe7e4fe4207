package loam.autograd;

import java.util.List;
import loam.autograd.ops.Abs;
import loam.autograd.ops.Add;
import loam.autograd.ops.Cast;
import loam.autograd.ops.Cat;
import loam.autograd.ops.Clamp;
import loam.autograd.ops.Conv2dOp;
import loam.autograd.ops.Cos;
import loam.autograd.ops.CrossEntropyOp;
import loam.autograd.ops.Div;
import loam.autograd.ops.Exp;
import loam.autograd.ops.Expand;
import loam.autograd.ops.Extreme;
import loam.autograd.ops.Gather;
import loam.autograd.ops.IndexSelect;
import loam.autograd.ops.LinearOp;
import loam.autograd.ops.Log;
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
import loam.autograd.ops.Pow;
import loam.autograd.ops.Reciprocal;
import loam.autograd.ops.Relu;
import loam.autograd.ops.Reshape;
import loam.autograd.ops.Rsqrt;
import loam.autograd.ops.ScatterAdd;
import loam.autograd.ops.Sigmoid;
import loam.autograd.ops.Sin;
import loam.autograd.ops.Softmax;
import loam.autograd.ops.Sqrt;
import loam.autograd.ops.Square;
import loam.autograd.ops.Sub;
import loam.autograd.ops.Sum;
import loam.autograd.ops.SumTo;
import loam.autograd.ops.Tanh;
import loam.autograd.ops.Where;
import loam.tensor.DType;
import loam.tensor.Operand;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Activation;

/** Every differentiable operation as a function: one line each into {@code loam.autograd.ops}, or a composition of others. */
public final class Ops {
    private Ops() {
    }

    /** The specifications of all operations: an explicit list, compared by a test with the classes there are. */
    public static List<OpSpec> all() {
        return List.of(
                Abs.spec(), Add.spec(), Cast.spec(), Cat.spec(), Clamp.spec(), Conv2dOp.spec(), Cos.spec(), CrossEntropyOp.spec(), Div.spec(),
                Exp.spec(), Expand.spec(), Extreme.spec(), Gather.spec(), IndexSelect.spec(), LinearOp.spec(), Log.spec(), LogSoftmax.spec(),
                MatMul.spec(), MaxPool2dOp.spec(), Maximum.spec(), Mean.spec(), Minimum.spec(), Mul.spec(), Narrow.spec(), Neg.spec(), Pad.spec(),
                Permute.spec(), Pow.spec(), Reciprocal.spec(), Relu.spec(), Reshape.spec(), Rsqrt.spec(), ScatterAdd.spec(), Sigmoid.spec(),
                Sin.spec(), Softmax.spec(), Sqrt.spec(), Square.spec(), Sub.spec(), Sum.spec(), SumTo.spec(), Tanh.spec(), Where.spec());
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

    // ---- products and networks

    public static Variable matmul(Operand a, Operand b) {
        return new MatMul().apply(a, b);
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

    /** {@code -sum(target logSoftmax(scores)) / divisor}, target a constant of the scores' shape. */
    public static Variable crossEntropy(Operand scores, Tensor target, double divisor) {
        return new CrossEntropyOp(target, divisor).apply(scores);
    }
}
