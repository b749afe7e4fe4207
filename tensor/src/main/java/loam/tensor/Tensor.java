package loam.tensor;

import loam.tensor.kernel.Activation;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.ReduceKind;
import loam.tensor.kernel.UnaryKind;

/**
 * An n-dimensional array of numbers: a strided view on a {@link Storage}, without history. No operation changes its inputs; results
 * are dense and row-major. Views (narrow, select, transpose, permute, expand, reshape where possible) share storage.
 * Axes may be negative; broadcasting is NumPy's.
 *
 * <p>Longer than 500 lines because it is the list of all that a tensor can do; each entry is one line into the class that does it.
 */
public final class Tensor implements Operand {
    private final Storage storage;
    private final Shape shape;
    private final int[] strides;
    private final int offset;
    private final boolean dense;

    private Tensor(Storage storage, Shape shape, int[] strides, int offset) {
        this.storage = storage;
        this.shape = shape;
        this.strides = strides;
        this.offset = shape.numel() == 0 ? 0 : offset;    // an empty view points nowhere
        this.dense = Views.isDense(shape, strides);
    }

    /** A view of a storage; for kernels, readers and other backends. Bounds are checked. */
    public static Tensor view(Storage storage, Shape shape, int[] strides, int offset) {
        Views.checkBounds(storage, shape, strides, offset);
        return new Tensor(storage, shape, strides.clone(), offset);
    }

    static Tensor unchecked(Storage storage, Shape shape, int[] strides, int offset) {
        return new Tensor(storage, shape, strides, offset);
    }

    /** A dense tensor whose content is undefined: the caller writes every element. For kernels and ops. */
    public static Tensor empty(DType dtype, Shape shape) {
        return new Tensor(Storage.allocate(dtype, shape.numel()), shape, shape.strides(), 0);
    }

    // ---- making tensors

    /** F32 zeros. */
    public static Tensor zeros(Shape shape) {
        return zeros(DType.F32, shape);
    }

    public static Tensor zeros(DType dtype, Shape shape) {
        return full(dtype, shape, 0);
    }

    /** F32 ones. */
    public static Tensor ones(Shape shape) {
        return full(DType.F32, shape, 1);
    }

    public static Tensor ones(DType dtype, Shape shape) {
        return full(dtype, shape, 1);
    }

    /** F32, every element {@code value}. */
    public static Tensor full(Shape shape, double value) {
        return full(DType.F32, shape, value);
    }

    public static Tensor full(DType dtype, Shape shape, double value) {
        return Creation.full(dtype, shape, value);
    }

    /** An F32 scalar, rank 0. */
    public static Tensor scalar(double value) {
        return full(DType.F32, Shape.scalar(), value);
    }

    public static Tensor scalar(DType dtype, double value) {
        return full(dtype, Shape.scalar(), value);
    }

    /** F32 vector [n]; the values are copied. */
    public static Tensor of(float... values) {
        return Creation.of(Shape.of(values.length), values);
    }

    /** F32 of this shape; the values are copied, row-major. */
    public static Tensor of(Shape shape, float... values) {
        return Creation.of(shape, values);
    }

    /** F64 of this shape. */
    public static Tensor ofDoubles(Shape shape, double... values) {
        return Creation.of(shape, values);
    }

    /** I32 of this shape. */
    public static Tensor ofInts(Shape shape, int... values) {
        return Creation.of(shape, values);
    }

    /** I64 of this shape. */
    public static Tensor ofLongs(Shape shape, long... values) {
        return Creation.of(shape, values);
    }

    /** BOOL of this shape. */
    public static Tensor ofBooleans(Shape shape, boolean... values) {
        return Creation.of(shape, values);
    }

    /** 0, 1, ..., n-1 of a type. */
    public static Tensor arange(DType dtype, int n) {
        return Creation.arange(dtype, 0, n, 1);
    }

    /** start, start + step, ... below (above) end, of a type. */
    public static Tensor arange(DType dtype, double start, double end, double step) {
        return Creation.arange(dtype, start, end, step);
    }

    /** F32 0, 1, ..., n-1. */
    public static Tensor arange(int n) {
        return Creation.arange(DType.F32, 0, n, 1);
    }

    /** F32 start, start + step, ... below (above) end. */
    public static Tensor arange(double start, double end, double step) {
        return Creation.arange(DType.F32, start, end, step);
    }

    /** F32, n evenly spaced values with both ends. */
    public static Tensor linspace(double start, double end, int n) {
        return Creation.linspace(DType.F32, start, end, n);
    }

    public static Tensor linspace(DType dtype, double start, double end, int n) {
        return Creation.linspace(dtype, start, end, n);
    }

    /** F32 identity matrix [n, n]. */
    public static Tensor eye(int n) {
        return Creation.eye(DType.F32, n);
    }

    public static Tensor eye(DType dtype, int n) {
        return Creation.eye(dtype, n);
    }

    /** F32 standard normal. */
    public static Tensor randn(Shape shape, Rng rng) {
        return Creation.normal(DType.F32, shape, 0, 1, rng);
    }

    /** Standard normal of type F32 or F64. */
    public static Tensor randn(DType dtype, Shape shape, Rng rng) {
        return Creation.normal(dtype, shape, 0, 1, rng);
    }

    /** F32 uniform on [0, 1). */
    public static Tensor rand(Shape shape, Rng rng) {
        return Creation.uniform(DType.F32, shape, 0, 1, rng);
    }

    /** Uniform on [0, 1) of type F32 or F64. */
    public static Tensor rand(DType dtype, Shape shape, Rng rng) {
        return Creation.uniform(dtype, shape, 0, 1, rng);
    }

    /** F32 uniform on [low, high). */
    public static Tensor uniform(Shape shape, double low, double high, Rng rng) {
        return Creation.uniform(DType.F32, shape, low, high, rng);
    }

    /** I64 uniform integers of low .. high-1. */
    public static Tensor randint(int low, int high, Shape shape, Rng rng) {
        return Creation.randint(low, high, shape, rng);
    }

    /** F32, every element 1 with probability p and 0 otherwise. */
    public static Tensor bernoulli(Shape shape, double p, Rng rng) {
        return Creation.bernoulli(shape, p, rng);
    }

    /** F32 normal, drawn again beyond two standard deviations. */
    public static Tensor truncatedNormal(Shape shape, double mean, double std, Rng rng) {
        return Creation.truncatedNormal(shape, mean, std, rng);
    }

    /** I64 [n]: 0 .. n-1 in random order. */
    public static Tensor randperm(int n, Rng rng) {
        return Creation.randperm(n, rng);
    }

    // ---- facts

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public DType dtype() {
        return storage.dtype();
    }

    /** Number of axes. */
    public int rank() {
        return shape.rank();
    }

    /** Extent of an axis. */
    public int dim(int axis) {
        return shape.dim(axis);
    }

    /** Number of elements. */
    public int numel() {
        return shape.numel();
    }

    /** The memory; for kernels and io. */
    public Storage storage() {
        return storage;
    }

    /** Index of the first element in the storage. */
    public int offset() {
        return offset;
    }

    /** Strides in elements, a copy. */
    public int[] strides() {
        return strides.clone();
    }

    /** Stride of an axis in 0..rank-1. */
    public int stride(int axis) {
        return strides[axis];
    }

    /** True when the elements lie one after the other in row-major order. */
    public boolean isDense() {
        return dense;
    }

    /** This tensor if dense, else a dense copy. */
    public Tensor contiguous() {
        return dense ? this : Elementwise.copy(this, dtype());
    }

    /** A dense copy with its own storage. */
    public Tensor copy() {
        return Elementwise.copy(this, dtype());
    }

    /** This tensor in another type; itself when it has it already. To integers towards zero; BOOL is "not 0". */
    public Tensor to(DType dtype) {
        return dtype == dtype() ? this : Elementwise.copy(this, dtype);
    }

    /** The only element as a double. */
    public double item() {
        return Elements.item(this);
    }

    /** The element at an index for each axis; negative indices count from the end. */
    public double at(int... index) {
        return Elements.at(this, index);
    }

    /** The elements row-major, a copy, converted. */
    public float[] toFloats() {
        return Elements.floats(this);
    }

    public double[] toDoubles() {
        return Elements.doubles(this);
    }

    public int[] toInts() {
        return Elements.ints(this);
    }

    public long[] toLongs() {
        return Elements.longs(this);
    }

    public boolean[] toBooleans() {
        return Elements.booleans(this);
    }

    // ---- views

    /** Elements start..start+length-1 of an axis. */
    public Tensor narrow(int axis, int start, int length) {
        return Views.narrow(this, axis, start, length);
    }

    /** Every step-th element of an axis from start (inclusive) to end (exclusive). */
    public Tensor slice(int axis, int start, int end, int step) {
        return Views.slice(this, axis, start, end, step);
    }

    /** One index of an axis, which disappears. */
    public Tensor select(int axis, int index) {
        return Views.select(this, axis, index);
    }

    public Tensor transpose(int a, int b) {
        return Views.transpose(this, a, b);
    }

    /** The last two axes exchanged. */
    public Tensor t() {
        return Views.transpose(this, -2, -1);
    }

    public Tensor permute(int... axes) {
        return Views.permute(this, axes);
    }

    /** Broadcast to a larger shape without copying. */
    public Tensor expand(Shape to) {
        return Views.expand(this, to);
    }

    /** Same elements, other extents; one may be -1. A view where the strides allow it, else a copy. */
    public Tensor reshape(int... dims) {
        return Views.reshape(this, dims);
    }

    public Tensor reshape(Shape to) {
        return Views.reshape(this, to.toArray());
    }

    /** Axes first..last made one. */
    public Tensor flatten(int first, int last) {
        return Views.flatten(this, first, last);
    }

    /** All axes made one. */
    public Tensor flatten() {
        return Views.reshape(this, -1);
    }

    /** Without the axes of extent 1. */
    public Tensor squeeze() {
        return Views.squeeze(this);
    }

    /** Without this axis if its extent is 1. */
    public Tensor squeeze(int axis) {
        return Views.squeeze(this, axis);
    }

    /** The elements whose indices on axes a and b differ by {@code offset} (b ahead of a), as the last axis: a view. */
    public Tensor diagonal(int offset, int a, int b) {
        return Views.diagonal(this, offset, a, b);
    }

    /** With a new axis of extent 1 at this place (-rank-1..rank). */
    public Tensor unsqueeze(int axis) {
        return Views.unsqueeze(this, axis);
    }

    // ---- elementwise

    /** Applies a unary kind; integers become F32 where the function is not closed on them. */
    public Tensor unary(UnaryKind kind) {
        return Elementwise.unary(kind, this, 0, 0);
    }

    public Tensor unary(UnaryKind kind, double p, double q) {
        return Elementwise.unary(kind, this, p, q);
    }

    public Tensor binary(BinaryKind kind, Tensor other) {
        return Elementwise.binary(kind, this, other);
    }

    public Tensor binary(BinaryKind kind, double other) {
        return Elementwise.binary(kind, this, Elementwise.scalarLike(this, other));
    }

    public Tensor add(Tensor other) {
        return binary(BinaryKind.ADD, other);
    }

    public Tensor add(double other) {
        return binary(BinaryKind.ADD, other);
    }

    public Tensor sub(Tensor other) {
        return binary(BinaryKind.SUB, other);
    }

    public Tensor sub(double other) {
        return binary(BinaryKind.SUB, other);
    }

    public Tensor mul(Tensor other) {
        return binary(BinaryKind.MUL, other);
    }

    public Tensor mul(double other) {
        return binary(BinaryKind.MUL, other);
    }

    /** True division: integers give F32. */
    public Tensor div(Tensor other) {
        return binary(BinaryKind.DIV, other);
    }

    public Tensor div(double other) {
        return binary(BinaryKind.DIV, other);
    }

    public Tensor pow(Tensor exponent) {
        return binary(BinaryKind.POW, exponent);
    }

    public Tensor pow(double exponent) {
        return exponent == 2 ? unary(UnaryKind.SQUARE) : binary(BinaryKind.POW, exponent);
    }

    public Tensor maximum(Tensor other) {
        return binary(BinaryKind.MAXIMUM, other);
    }

    public Tensor maximum(double other) {
        return binary(BinaryKind.MAXIMUM, other);
    }

    public Tensor minimum(Tensor other) {
        return binary(BinaryKind.MINIMUM, other);
    }

    public Tensor minimum(double other) {
        return binary(BinaryKind.MINIMUM, other);
    }

    /** {@code a - b floor(a / b)}. */
    public Tensor remainder(Tensor other) {
        return binary(BinaryKind.REMAINDER, other);
    }

    public Tensor remainder(double other) {
        return binary(BinaryKind.REMAINDER, other);
    }

    public Tensor floorDiv(Tensor other) {
        return binary(BinaryKind.FLOOR_DIV, other);
    }

    public Tensor atan2(Tensor x) {
        return binary(BinaryKind.ATAN2, x);
    }

    public Tensor neg() {
        return unary(UnaryKind.NEG);
    }

    public Tensor abs() {
        return unary(UnaryKind.ABS);
    }

    public Tensor sign() {
        return unary(UnaryKind.SIGN);
    }

    public Tensor square() {
        return unary(UnaryKind.SQUARE);
    }

    public Tensor sqrt() {
        return unary(UnaryKind.SQRT);
    }

    public Tensor rsqrt() {
        return unary(UnaryKind.RSQRT);
    }

    public Tensor reciprocal() {
        return unary(UnaryKind.RECIPROCAL);
    }

    public Tensor exp() {
        return unary(UnaryKind.EXP);
    }

    public Tensor expm1() {
        return unary(UnaryKind.EXPM1);
    }

    public Tensor log() {
        return unary(UnaryKind.LOG);
    }

    public Tensor log1p() {
        return unary(UnaryKind.LOG1P);
    }

    public Tensor sin() {
        return unary(UnaryKind.SIN);
    }

    public Tensor cos() {
        return unary(UnaryKind.COS);
    }

    public Tensor log2() {
        return unary(UnaryKind.LOG2);
    }

    public Tensor log10() {
        return unary(UnaryKind.LOG10);
    }

    public Tensor tan() {
        return unary(UnaryKind.TAN);
    }

    public Tensor asin() {
        return unary(UnaryKind.ASIN);
    }

    public Tensor acos() {
        return unary(UnaryKind.ACOS);
    }

    public Tensor atan() {
        return unary(UnaryKind.ATAN);
    }

    public Tensor sinh() {
        return unary(UnaryKind.SINH);
    }

    public Tensor cosh() {
        return unary(UnaryKind.COSH);
    }

    public Tensor tanh() {
        return unary(UnaryKind.TANH);
    }

    public Tensor erf() {
        return unary(UnaryKind.ERF);
    }

    public Tensor sigmoid() {
        return unary(UnaryKind.SIGMOID);
    }

    public Tensor relu() {
        return unary(UnaryKind.RELU);
    }

    /** Logarithm of the absolute value of the gamma function. */
    public Tensor lgamma() {
        return unary(UnaryKind.LGAMMA);
    }

    /** Derivative of lgamma. */
    public Tensor digamma() {
        return unary(UnaryKind.DIGAMMA);
    }

    /** {@code log(1 + exp(x))}. */
    public Tensor softplus() {
        return unary(UnaryKind.SOFTPLUS);
    }

    public Tensor logSigmoid() {
        return unary(UnaryKind.LOG_SIGMOID);
    }

    /** The erf form. */
    public Tensor gelu() {
        return unary(UnaryKind.GELU);
    }

    /** {@code x sigmoid(x)}. */
    public Tensor silu() {
        return unary(UnaryKind.SILU);
    }

    public Tensor leakyRelu(double slope) {
        return unary(UnaryKind.LEAKY_RELU, slope, 0);
    }

    public Tensor elu(double alpha) {
        return unary(UnaryKind.ELU, alpha, 0);
    }

    public Tensor floor() {
        return unary(UnaryKind.FLOOR);
    }

    public Tensor ceil() {
        return unary(UnaryKind.CEIL);
    }

    /** Half to even. */
    public Tensor round() {
        return unary(UnaryKind.ROUND);
    }

    public Tensor trunc() {
        return unary(UnaryKind.TRUNC);
    }

    public Tensor clamp(double low, double high) {
        return unary(UnaryKind.CLAMP, low, high);
    }

    // ---- comparisons: BOOL

    public Tensor compare(CompareKind kind, Tensor other) {
        return Elementwise.compare(kind, this, other);
    }

    public Tensor eq(Tensor other) {
        return compare(CompareKind.EQ, other);
    }

    public Tensor eq(double other) {
        return compare(CompareKind.EQ, Elementwise.scalarLike(this, other));
    }

    public Tensor ne(Tensor other) {
        return compare(CompareKind.NE, other);
    }

    public Tensor ne(double other) {
        return compare(CompareKind.NE, Elementwise.scalarLike(this, other));
    }

    public Tensor lt(Tensor other) {
        return compare(CompareKind.LT, other);
    }

    public Tensor lt(double other) {
        return compare(CompareKind.LT, Elementwise.scalarLike(this, other));
    }

    public Tensor le(Tensor other) {
        return compare(CompareKind.LE, other);
    }

    public Tensor le(double other) {
        return compare(CompareKind.LE, Elementwise.scalarLike(this, other));
    }

    public Tensor gt(Tensor other) {
        return compare(CompareKind.GT, other);
    }

    public Tensor gt(double other) {
        return compare(CompareKind.GT, Elementwise.scalarLike(this, other));
    }

    public Tensor ge(Tensor other) {
        return compare(CompareKind.GE, other);
    }

    public Tensor ge(double other) {
        return compare(CompareKind.GE, Elementwise.scalarLike(this, other));
    }

    /** BOOL: both. */
    public Tensor and(Tensor other) {
        return Elementwise.logical("and", this, other);
    }

    /** BOOL: at least one. */
    public Tensor or(Tensor other) {
        return Elementwise.logical("or", this, other);
    }

    /** BOOL: exactly one. */
    public Tensor xor(Tensor other) {
        return Elementwise.logical("xor", this, other);
    }

    /** BOOL: not. */
    public Tensor not() {
        return Elementwise.not(this);
    }

    public Tensor isNaN() {
        return compare(CompareKind.NE, this);
    }

    public Tensor isFinite() {
        return sub(this).eq(0);
    }

    /** {@code condition ? a : b}, broadcast. */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        return Elementwise.where(condition, a, b);
    }

    /** This where the condition holds, else {@code other}. */
    public Tensor where(Tensor condition, Tensor other) {
        return Elementwise.where(condition, this, other);
    }

    public Tensor where(Tensor condition, double other) {
        return Elementwise.where(condition, this, Elementwise.scalarLike(this, other));
    }

    // ---- reductions; no axes means all

    /** Reduces over axes (none: all). */
    public Tensor reduce(ReduceKind kind, boolean keepDims, int... axes) {
        return Reductions.reduce(kind, this, keepDims, axes);
    }

    public Tensor sum(int... axes) {
        return reduce(ReduceKind.SUM, false, axes);
    }

    public Tensor sum(boolean keepDims, int... axes) {
        return reduce(ReduceKind.SUM, keepDims, axes);
    }

    public Tensor mean(int... axes) {
        return reduce(ReduceKind.MEAN, false, axes);
    }

    public Tensor mean(boolean keepDims, int... axes) {
        return reduce(ReduceKind.MEAN, keepDims, axes);
    }

    public Tensor prod(int... axes) {
        return reduce(ReduceKind.PROD, false, axes);
    }

    public Tensor prod(boolean keepDims, int... axes) {
        return reduce(ReduceKind.PROD, keepDims, axes);
    }

    public Tensor max(int... axes) {
        return reduce(ReduceKind.MAX, false, axes);
    }

    public Tensor max(boolean keepDims, int... axes) {
        return reduce(ReduceKind.MAX, keepDims, axes);
    }

    public Tensor min(int... axes) {
        return reduce(ReduceKind.MIN, false, axes);
    }

    public Tensor min(boolean keepDims, int... axes) {
        return reduce(ReduceKind.MIN, keepDims, axes);
    }

    /** I64 index of the first largest element along an axis. */
    public Tensor argmax(int axis) {
        return reduce(ReduceKind.ARGMAX, false, axis);
    }

    public Tensor argmin(int axis) {
        return reduce(ReduceKind.ARGMIN, false, axis);
    }

    public Tensor any(int... axes) {
        return reduce(ReduceKind.ANY, false, axes);
    }

    public Tensor all(int... axes) {
        return reduce(ReduceKind.ALL, false, axes);
    }

    /** Variance with {@code n - ddof} in the denominator (PyTorch's default ddof is 1). */
    public Tensor var(double ddof, boolean keepDims, int... axes) {
        return Reductions.var(this, ddof, keepDims, axes);
    }

    public Tensor std(double ddof, boolean keepDims, int... axes) {
        return var(ddof, keepDims, axes).sqrt();
    }

    /** p-norm; p = 1, 2, infinity, or any positive number. */
    public Tensor norm(double p, boolean keepDims, int... axes) {
        return Reductions.norm(this, p, keepDims, axes);
    }

    public Tensor logsumexp(boolean keepDims, int... axes) {
        return Reductions.logsumexp(this, keepDims, axes);
    }

    public Tensor softmax(int axis) {
        return Reductions.softmax(this, axis, false);
    }

    public Tensor logSoftmax(int axis) {
        return Reductions.softmax(this, axis, true);
    }

    public Tensor cumsum(int axis) {
        return Reductions.cumulate(this, axis, false);
    }

    public Tensor cumprod(int axis) {
        return Reductions.cumulate(this, axis, true);
    }

    // ---- products

    /** Matrix product as NumPy's matmul: vectors, matrices, broadcast batches. [..., m, k] x [..., k, n] -> [..., m, n]. */
    public Tensor matmul(Tensor other) {
        return Products.matmul(this, other);
    }

    /** {@code act(this wT + bias)}: [..., in] x [out, in] -> [..., out]; bias [out] or null. */
    public Tensor linear(Tensor weight, Tensor bias, Activation act) {
        return Products.linear(this, weight, bias, act);
    }

    /** Sum of products in Einstein's notation, see {@link Einsum}: {@code einsum("bhqd,bhkd->bhqk", q, k)}. */
    public static Tensor einsum(String equation, Tensor... operands) {
        return Einsum.of(equation, operands);
    }

    /** Sum of the diagonal of the last two axes. */
    public Tensor trace() {
        return diagonal(0, -2, -1).sum(-1);
    }

    /** The last two axes on and below the diagonal {@code offset}, 0 elsewhere. */
    public Tensor tril(int offset) {
        return Joining.triangle("tril", this, offset, true);
    }

    /** The last two axes on and above the diagonal {@code offset}, 0 elsewhere. */
    public Tensor triu(int offset) {
        return Joining.triangle("triu", this, offset, false);
    }

    /** [..., n] -> [..., n, n] with these numbers on the diagonal. */
    public Tensor diagEmbed() {
        return Joining.diagEmbed(this);
    }

    // ---- indexing, ordering, joining

    /** Rows {@code index} (I64 or I32, [n]) of an axis. */
    public Tensor indexSelect(int axis, Tensor index) {
        return Indexing.indexSelect(this, axis, index);
    }

    public Tensor indexSelect(int axis, int... index) {
        return Indexing.indexSelect(this, axis, ofInts(Shape.of(index.length), index));
    }

    /** {@code out[i][j] = this[index[i][j]][j]} for axis 0; other extents of index at most this one's. */
    public Tensor gather(int axis, Tensor index) {
        return Indexing.gather(this, axis, index);
    }

    /** NumPy's take_along_axis: like gather, other axes broadcast. */
    public Tensor takeAlong(int axis, Tensor index) {
        return Indexing.takeAlong(this, axis, index);
    }

    /** A copy with {@code src} added at {@code index} along an axis. */
    public Tensor scatterAdd(int axis, Tensor index, Tensor src) {
        return Indexing.scatterAdd(this, axis, index, src);
    }

    /** A copy with the slices of {@code src} added at {@code index} ([n]) of an axis. */
    public Tensor indexAdd(int axis, Tensor index, Tensor src) {
        return Indexing.indexAdd(this, axis, index, src);
    }

    /** A copy with {@code value} where the BOOL mask (broadcast) is true. */
    public Tensor maskedFill(Tensor mask, double value) {
        return Elementwise.where(mask, full(dtype(), Shape.scalar(), value), this);
    }

    /** The elements where the BOOL mask (broadcast) is true, as a vector. */
    public Tensor maskedSelect(Tensor mask) {
        return Indexing.maskedSelect(this, mask);
    }

    /** I64 [n, rank]: the indices of the elements that are not 0. */
    public Tensor nonzero() {
        return Indexing.nonzero(this);
    }

    /** Values with their I64 places along the axis. */
    public record Indexed(Tensor values, Tensor indices) {
    }

    /** The largest along an axis with its place, the first of equals. */
    public Indexed maxIndexed(int axis, boolean keepDims) {
        return Ordering.best(this, ReduceKind.ARGMAX, axis, keepDims);
    }

    /** The smallest along an axis with its place, the first of equals. */
    public Indexed minIndexed(int axis, boolean keepDims) {
        return Ordering.best(this, ReduceKind.ARGMIN, axis, keepDims);
    }

    /** Stable sort along an axis; NaN counts as largest. */
    public Indexed sort(int axis, boolean descending) {
        return Ordering.sort(this, axis, descending);
    }

    public Tensor argsort(int axis, boolean descending) {
        return Ordering.sort(this, axis, descending).indices();
    }

    /** The k largest (smallest) along an axis, sorted. */
    public Indexed topk(int k, int axis, boolean largest) {
        return Ordering.topk(this, k, axis, largest);
    }

    /** The value below which a share q of an axis lies, interpolated linearly; NaN where the axis holds one. */
    public Tensor quantile(double q, int axis, boolean keepDims) {
        return Ordering.quantile(this, q, axis, keepDims);
    }

    /** The middle of an axis, the lower one of two, as PyTorch's; NaN where the axis holds one. */
    public Tensor median(int axis, boolean keepDims) {
        return Ordering.median(this, axis, keepDims);
    }

    public static Tensor cat(int axis, Tensor... parts) {
        return Joining.cat(axis, parts);
    }

    public static Tensor stack(int axis, Tensor... parts) {
        return Joining.stack(axis, parts);
    }

    /** Parts of {@code size} (the last may be smaller), views. */
    public Tensor[] split(int axis, int size) {
        return Joining.split(this, axis, size);
    }

    /** At most {@code count} parts of equal size (the last may be smaller), views. */
    public Tensor[] chunk(int axis, int count) {
        return Joining.chunk(this, axis, count);
    }

    /** Constant padding; before and after for each axis. */
    public Tensor pad(int[] before, int[] after, double value) {
        return Joining.pad(this, before, after, value);
    }

    public Tensor flip(int... axes) {
        return Joining.flip(this, axes);
    }

    public Tensor roll(int axis, int shift) {
        return Joining.roll(this, axis, shift);
    }

    /** Tiles: {@code times} for each axis. */
    public Tensor repeat(int... times) {
        return Joining.repeat(this, times);
    }

    /** F32 [..., classes] with a 1 at each integer of this tensor. */
    public Tensor oneHot(int classes) {
        return Indexing.oneHot(this, classes);
    }

    @Override
    public String toString() {
        return Printing.print(this);
    }
}
