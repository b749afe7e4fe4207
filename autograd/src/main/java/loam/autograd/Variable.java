package loam.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * A tensor with history: what was computed from it can be differentiated. Leaves are made by {@link #of}; everything else comes from
 * operations. The numbers leave through {@link #value}, {@link #item} and {@link #detach}.
 */
public class Variable implements Operand {
    private Tensor value;
    private final Node node;
    private final int index;
    private boolean requiresGrad;
    private Variable grad;
    private List<UnaryOperator<Variable>> hooks;

    Variable(Tensor value, Node node, int index, boolean requiresGrad) {
        this.value = value;
        this.node = node;
        this.index = index;
        this.requiresGrad = requiresGrad;
    }

    /** A constant leaf. */
    public static Variable of(Tensor value) {
        return new Variable(value, null, 0, false);
    }

    /** The operand itself if it is a variable, else a constant leaf around the tensor. */
    public static Variable from(Operand x) {
        return x instanceof Variable v ? v : of((Tensor) x);
    }

    /** Makes this leaf one whose gradient is wanted; returns it. Only floating types have gradients. */
    public Variable requiresGrad() {
        return requiresGrad(true);
    }

    /** Sets whether the gradient of this leaf is wanted; returns it. */
    public Variable requiresGrad(boolean on) {
        if (node != null) {
            throw Failure.of("requires_grad", "only leaves can be marked; this is the result of " + node.op.name()).hint("call detach() first").state();
        }
        if (on && !dtype().isFloating()) {
            throw Failure.of("requires_grad", "a tensor of " + dtype() + " has no gradient").operand("input", shape()).hint("convert with to(DType.F32)").dtype();
        }
        requiresGrad = on;
        return this;
    }

    /** Whether a gradient flows to or through this variable. */
    public boolean needsGrad() {
        return requiresGrad || node != null;
    }

    /** True for a variable that no recorded operation made. */
    public boolean isLeaf() {
        return node == null;
    }

    @Override
    public Shape shape() {
        return value.shape();
    }

    @Override
    public DType dtype() {
        return value.dtype();
    }

    /** Number of axes. */
    public int rank() {
        return value.rank();
    }

    /** Extent of an axis. */
    public int dim(int axis) {
        return value.dim(axis);
    }

    /** Number of elements. */
    public int numel() {
        return value.numel();
    }

    /** The numbers, a true snapshot: later updates of a parameter do not show in it. */
    public Tensor value() {
        value.storage().expose();
        return value;
    }

    /** The numbers without marking them as handed out: for operations only. */
    final Tensor peek() {
        return value;
    }

    final void replace(Tensor next) {
        value = next;
    }

    final Node node() {
        return node;
    }

    final int index() {
        return index;
    }

    /** The only element. */
    public double item() {
        return value.item();
    }

    /** The same numbers without history. */
    public Variable detach() {
        return of(value);
    }

    /** The gradient that backward left on this leaf, or null. */
    public Tensor grad() {
        return grad == null ? null : grad.value();
    }

    /** Replaces the gradient of this leaf (null: none); for clipping and gradients from elsewhere. */
    public void setGrad(Tensor g) {
        if (g != null && !g.shape().equals(shape())) {
            throw Failure.of("set_grad", "the gradient has another shape").operand("variable", shape()).operand("gradient", g.shape()).shape();
        }
        grad = g == null ? null : of(g);
    }

    final Variable gradVariable() {
        return grad;
    }

    final void setGrad(Variable g) {
        grad = g;
    }

    /** Forgets the gradient. */
    public void zeroGrad() {
        grad = null;
    }

    /** Computes the gradients of this scalar for all leaves that want one, adding to what they have. */
    public void backward() {
        Grad.backward(this);
    }

    /** Registers a function that sees (and may replace) the gradient of this variable when backward reaches it. */
    public Variable hook(UnaryOperator<Variable> f) {
        if (node != null) {
            node.addHook(index, f);
            return this;
        }
        if (hooks == null) {
            hooks = new ArrayList<>();
        }
        hooks.add(f);
        return this;
    }

    final List<UnaryOperator<Variable>> hooks() {
        return hooks == null ? List.of() : hooks;
    }

    private Tensor like(double x) {
        return Tensor.scalar(dtype().isFloating() ? dtype() : DType.F32, x);
    }

    // ---- arithmetic

    public Variable add(Operand other) {
        return Ops.add(this, other);
    }

    public Variable add(double other) {
        return Ops.add(this, like(other));
    }

    public Variable sub(Operand other) {
        return Ops.sub(this, other);
    }

    public Variable sub(double other) {
        return Ops.sub(this, like(other));
    }

    public Variable mul(Operand other) {
        return Ops.mul(this, other);
    }

    public Variable mul(double other) {
        return Ops.mul(this, like(other));
    }

    public Variable div(Operand other) {
        return Ops.div(this, other);
    }

    public Variable div(double other) {
        return Ops.div(this, like(other));
    }

    public Variable neg() {
        return Ops.neg(this);
    }

    public Variable pow(double exponent) {
        return exponent == 2 ? Ops.square(this) : Ops.pow(this, like(exponent));
    }

    public Variable pow(Operand exponent) {
        return Ops.pow(this, exponent);
    }

    public Variable maximum(Operand other) {
        return Ops.maximum(this, other);
    }

    public Variable maximum(double other) {
        return Ops.maximum(this, like(other));
    }

    public Variable minimum(Operand other) {
        return Ops.minimum(this, other);
    }

    public Variable minimum(double other) {
        return Ops.minimum(this, like(other));
    }

    public Variable remainder(Operand other) {
        return Ops.remainder(this, other);
    }

    public Variable remainder(double other) {
        return Ops.remainder(this, like(other));
    }

    // ---- functions

    public Variable abs() {
        return Ops.abs(this);
    }

    public Variable square() {
        return Ops.square(this);
    }

    public Variable sqrt() {
        return Ops.sqrt(this);
    }

    public Variable rsqrt() {
        return Ops.rsqrt(this);
    }

    public Variable reciprocal() {
        return Ops.reciprocal(this);
    }

    public Variable exp() {
        return Ops.exp(this);
    }

    public Variable log() {
        return Ops.log(this);
    }

    public Variable sin() {
        return Ops.sin(this);
    }

    public Variable cos() {
        return Ops.cos(this);
    }

    public Variable expm1() {
        return Ops.expm1(this);
    }

    public Variable log1p() {
        return Ops.log1p(this);
    }

    public Variable log2() {
        return Ops.log2(this);
    }

    public Variable log10() {
        return Ops.log10(this);
    }

    public Variable tan() {
        return Ops.tan(this);
    }

    public Variable asin() {
        return Ops.asin(this);
    }

    public Variable acos() {
        return Ops.acos(this);
    }

    public Variable atan() {
        return Ops.atan(this);
    }

    public Variable sinh() {
        return Ops.sinh(this);
    }

    public Variable cosh() {
        return Ops.cosh(this);
    }

    public Variable erf() {
        return Ops.erf(this);
    }

    public Variable tanh() {
        return Ops.tanh(this);
    }

    public Variable sigmoid() {
        return Ops.sigmoid(this);
    }

    public Variable relu() {
        return Ops.relu(this);
    }

    public Variable gelu() {
        return Ops.gelu(this);
    }

    public Variable silu() {
        return Ops.silu(this);
    }

    public Variable softplus() {
        return Ops.softplus(this);
    }

    public Variable logSigmoid() {
        return Ops.logSigmoid(this);
    }

    public Variable clamp(double low, double high) {
        return Ops.clamp(this, low, high);
    }

    /** This where the condition holds, else {@code other}. */
    public Variable where(Tensor condition, Operand other) {
        return Ops.where(condition, this, other);
    }

    public Variable where(Tensor condition, double other) {
        return Ops.where(condition, this, like(other));
    }

    // ---- comparisons, without history

    public Tensor gt(double other) {
        return value.gt(other);
    }

    public Tensor ge(double other) {
        return value.ge(other);
    }

    public Tensor lt(double other) {
        return value.lt(other);
    }

    public Tensor le(double other) {
        return value.le(other);
    }

    public Tensor eq(double other) {
        return value.eq(other);
    }

    // ---- reductions; no axes means all

    public Variable sum(int... axes) {
        return Ops.sum(this, false, axes);
    }

    public Variable sum(boolean keepDims, int... axes) {
        return Ops.sum(this, keepDims, axes);
    }

    public Variable mean(int... axes) {
        return Ops.mean(this, false, axes);
    }

    public Variable mean(boolean keepDims, int... axes) {
        return Ops.mean(this, keepDims, axes);
    }

    public Variable max(boolean keepDims, int... axes) {
        return Ops.max(this, keepDims, axes);
    }

    public Variable min(boolean keepDims, int... axes) {
        return Ops.min(this, keepDims, axes);
    }

    public Variable var(double ddof, boolean keepDims, int... axes) {
        return Ops.var(this, ddof, keepDims, axes);
    }

    public Variable std(double ddof, boolean keepDims, int... axes) {
        return Ops.std(this, ddof, keepDims, axes);
    }

    public Variable prod(boolean keepDims, int... axes) {
        return Ops.prod(this, keepDims, axes);
    }

    public Variable cumsum(int axis) {
        return Ops.cumsum(this, axis);
    }

    public Variable cumprod(int axis) {
        return Ops.cumprod(this, axis);
    }

    public Variable norm(double p, boolean keepDims, int... axes) {
        return Ops.norm(this, p, keepDims, axes);
    }

    public Variable logsumexp(boolean keepDims, int... axes) {
        return Ops.logsumexp(this, keepDims, axes);
    }

    public Variable softmax(int axis) {
        return Ops.softmax(this, axis);
    }

    public Variable logSoftmax(int axis) {
        return Ops.logSoftmax(this, axis);
    }

    // ---- views and products

    public Variable matmul(Operand other) {
        return Ops.matmul(this, other);
    }

    public Variable reshape(int... dims) {
        return Ops.reshape(this, dims);
    }

    public Variable flatten(int first, int last) {
        return Ops.reshape(this, value.flatten(first, last).shape().toArray());
    }

    public Variable transpose(int a, int b) {
        return Ops.transpose(this, a, b);
    }

    public Variable t() {
        return Ops.transpose(this, -2, -1);
    }

    public Variable permute(int... axes) {
        return Ops.permute(this, axes);
    }

    public Variable expand(Shape to) {
        return Ops.expand(this, to);
    }

    public Variable squeeze(int axis) {
        return Ops.reshape(this, value.squeeze(axis).shape().toArray());
    }

    public Variable unsqueeze(int axis) {
        return Ops.reshape(this, value.unsqueeze(axis).shape().toArray());
    }

    public Variable narrow(int axis, int start, int length) {
        return Ops.narrow(this, axis, start, length);
    }

    public Variable select(int axis, int i) {
        return Ops.select(this, axis, i);
    }

    /** Rows of an axis by an integer index [n]. */
    public Variable indexSelect(int axis, Tensor i) {
        return Ops.indexSelect(this, axis, i);
    }

    public Variable gather(int axis, Tensor i) {
        return Ops.gather(this, axis, i);
    }

    public Variable flip(int... axes) {
        return Ops.flip(this, axes);
    }

    public Variable roll(int axis, int shift) {
        return Ops.roll(this, axis, shift);
    }

    /** Tiles: {@code times} for each axis. */
    public Variable repeat(int... times) {
        return Ops.repeat(this, times);
    }

    /** Parts of {@code size} (the last may be smaller). */
    public Variable[] split(int axis, int size) {
        return Ops.split(this, axis, size);
    }

    /** At most {@code count} equal parts. */
    public Variable[] chunk(int axis, int count) {
        return Ops.chunk(this, axis, count);
    }

    /** Stable sort along an axis; NaN counts as largest. */
    public Ops.Indexed sort(int axis, boolean descending) {
        return Ops.sort(this, axis, descending);
    }

    /** The k largest (smallest) along an axis, sorted. */
    public Ops.Indexed topk(int k, int axis, boolean largest) {
        return Ops.topk(this, k, axis, largest);
    }

    /** {@code value} where the BOOL mask is true. */
    public Variable maskedFill(Tensor mask, double value) {
        return Ops.maskedFill(this, mask, value);
    }

    /** The elements where the BOOL mask is true, as a vector. */
    public Variable maskedSelect(Tensor mask) {
        return Ops.maskedSelect(this, mask);
    }

    public Variable takeAlong(int axis, Tensor i) {
        return Ops.takeAlong(this, axis, i);
    }

    public Variable diagonal(int offset, int a, int b) {
        return Ops.diagonal(this, offset, a, b);
    }

    /** This variable in another floating type. */
    public Variable to(DType dtype) {
        return Ops.to(this, dtype);
    }

    @Override
    public String toString() {
        String made = node != null ? "  from " + node.op.name() : requiresGrad ? "  leaf, wants a gradient" : "";
        return value + made + (Context.current().gradEnabled() ? "" : "  (no grad)");
    }
}
