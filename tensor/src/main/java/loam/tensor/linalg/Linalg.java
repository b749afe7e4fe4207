package loam.tensor.linalg;

import java.util.Arrays;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.internal.ejml.Decompositions;

/**
 * Linear algebra on matrices and batches of matrices: leading axes are batches. Everything is computed in double; F32 in gives F32
 * out, F64 gives F64. Names and conventions are those of {@code torch.linalg}; decompositions are the reduced ones. What cannot be
 * done (not square, singular, not positive definite, NaN in the input) is an error that names the matrix of the batch.
 */
public final class Linalg {
    private Linalg() {
    }

    /** {@code a = u diag(s) vh}: u [..., m, k], s [..., k] descending, vh [..., k, n]. */
    public record Svd(Tensor u, Tensor s, Tensor vh) {
    }

    /** Eigenvalues ascending [..., n] and the eigenvectors as columns [..., n, n]. */
    public record Eigh(Tensor values, Tensor vectors) {
    }

    /** {@code a = q r}: q [..., m, k] with orthonormal columns, r [..., k, n] upper triangular. */
    public record Qr(Tensor q, Tensor r) {
    }

    /** Sign (-1, 0, 1) and logarithm of the absolute value of determinants, both [...]. */
    public record Slogdet(Tensor sign, Tensor logAbs) {
    }

    // ---- decompositions

    /** Singular value decomposition, [..., m, n], with k = min(m, n). */
    public static Svd svd(Tensor a) {
        return svd(a, false);
    }

    /** Singular value decomposition; with {@code full} u is [..., m, m] and vh [..., n, n]. */
    public static Svd svd(Tensor a, boolean full) {
        Stack in = Stack.of("svd", a);
        int k = Math.min(in.rows, in.columns);
        int p = full ? in.rows : k;
        int q = full ? in.columns : k;
        Result u = in.result(in.rows, p);
        Result s = in.result(k);
        Result vh = in.result(q, in.columns);
        for (int i = 0; i < in.count; i++) {
            double[][] r = in.found(i, Decompositions.svd(in.matrix(i), in.rows, in.columns, full), "the iteration does not converge");
            u.put(i, r[0]);
            s.put(i, r[1]);
            vh.put(i, r[2]);
        }
        return new Svd(u.tensor(), s.tensor(), vh.tensor());
    }

    /** Eigenvalues and eigenvectors of symmetric matrices, [..., n, n]; only the lower triangle is read. */
    public static Eigh eigh(Tensor a) {
        Stack in = Stack.square("eigh", a);
        Result values = in.result(in.rows);
        Result vectors = in.result(in.rows, in.rows);
        for (int i = 0; i < in.count; i++) {
            double[][] r = in.found(i, Decompositions.eigh(in.matrix(i), in.rows), "the iteration does not converge");
            values.put(i, r[0]);
            vectors.put(i, r[1]);
        }
        return new Eigh(values.tensor(), vectors.tensor());
    }

    /** QR decomposition, [..., m, n]; the diagonal of r may be negative. */
    public static Qr qr(Tensor a) {
        Stack in = Stack.of("qr", a);
        int k = Math.min(in.rows, in.columns);
        Result q = in.result(in.rows, k);
        Result r = in.result(k, in.columns);
        for (int i = 0; i < in.count; i++) {
            double[][] f = in.found(i, Decompositions.qr(in.matrix(i), in.rows, in.columns), "the decomposition failed");
            q.put(i, f[0]);
            r.put(i, f[1]);
        }
        return new Qr(q.tensor(), r.tensor());
    }

    /** L of {@code a = L LT}, [..., n, n]; only the lower triangle is read. */
    public static Tensor cholesky(Tensor a) {
        Stack in = Stack.square("cholesky", a);
        Result l = in.result(in.rows, in.rows);
        for (int i = 0; i < in.count; i++) {
            l.put(i, in.found(i, Decompositions.cholesky(in.matrix(i), in.rows), "the matrix is not positive definite"));
        }
        return l.tensor();
    }

    // ---- systems

    /**
     * x of {@code a x = b}: a [..., n, n] with b [..., n, k] (batches broadcast), or b [n] or [..., n] of exactly a's batch (vectors).
     * A singular matrix is a {@link loam.tensor.NumericException}.
     */
    public static Tensor solve(Tensor a, Tensor b) {
        Stack in = Stack.square("solve", a);
        Right right = Right.of("solve", in, b);
        Stack left = right.left;
        for (int i = 0; i < left.count; i++) {
            double[] x = Decompositions.solve(left.matrix(i), left.rows, right.stack.matrix(i), right.stack.columns);
            right.result.put(i, left.found(i, x, "the matrix is singular"));
        }
        return right.tensor();
    }

    /** x of {@code a x = b} for triangular a: only the upper or the lower triangle is read. Shapes as {@link #solve}. */
    public static Tensor solveTriangular(Tensor a, Tensor b, boolean upper) {
        Stack in = Stack.square("solve_triangular", a);
        Right right = Right.of("solve_triangular", in, b);
        Stack left = right.left;
        for (int i = 0; i < left.count; i++) {
            double[] x = substitute(left.matrix(i), left.rows, right.stack.matrix(i), right.stack.columns, upper);
            right.result.put(i, left.found(i, x, "the matrix is singular: a 0 on the diagonal"));
        }
        return right.tensor();
    }

    private static double[] substitute(double[] a, int n, double[] x, int k, boolean upper) {
        for (int step = 0; step < n; step++) {
            int i = upper ? n - 1 - step : step;
            if (a[i * n + i] == 0) {
                return null;
            }
            for (int j = upper ? i + 1 : 0; j < (upper ? n : i); j++) {
                double f = a[i * n + j];
                for (int c = 0; c < k; c++) {
                    x[i * k + c] -= f * x[j * k + c];
                }
            }
            for (int c = 0; c < k; c++) {
                x[i * k + c] /= a[i * n + i];
            }
        }
        return x;
    }

    /** The inverse, [..., n, n]. A singular matrix is a {@link loam.tensor.NumericException}. */
    public static Tensor inverse(Tensor a) {
        Stack in = Stack.square("inverse", a);
        Result x = in.result(in.rows, in.rows);
        for (int i = 0; i < in.count; i++) {
            x.put(i, in.found(i, Decompositions.inverse(in.matrix(i), in.rows), "the matrix is singular"));
        }
        return x.tensor();
    }

    /**
     * x that makes {@code |a x - b|} least, of all such the shortest: a [..., m, n] with b [..., m, k], or b [m] or [..., m] of exactly
     * a's batch (vectors). Singular values below {@code eps max(m, n)} of the largest count as 0.
     */
    public static Tensor lstsq(Tensor a, Tensor b) {
        Stack in = Stack.of("lstsq", a);
        Right right = Right.of("lstsq", in, b);
        Stack left = right.left;
        for (int i = 0; i < left.count; i++) {
            double[] p = pinv(left, i, left.tolerance());
            right.result.put(i, product(p, left.columns, left.rows, right.stack.matrix(i), right.stack.columns));
        }
        return right.tensor();
    }

    /** The pseudo-inverse, [..., m, n] to [..., n, m]; singular values below {@code eps max(m, n)} of the largest count as 0. */
    public static Tensor pinv(Tensor a) {
        return pinv(a, Stack.of("pinv", a).tolerance());
    }

    /** The pseudo-inverse; singular values below {@code tolerance} times the largest count as 0. */
    public static Tensor pinv(Tensor a, double tolerance) {
        Stack in = Stack.of("pinv", a);
        Result x = in.result(in.columns, in.rows);
        for (int i = 0; i < in.count; i++) {
            x.put(i, pinv(in, i, tolerance));
        }
        return x.tensor();
    }

    private static double[] pinv(Stack in, int i, double tolerance) {
        int m = in.rows;
        int n = in.columns;
        double[][] f = in.found(i, Decompositions.svd(in.matrix(i), m, n, false), "the iteration does not converge");
        int k = Math.min(m, n);
        double[] vs = new double[n * k];
        double[] ut = new double[k * m];
        for (int j = 0; j < k; j++) {
            double s = f[1][j];
            double inverse = s > tolerance * f[1][0] ? 1 / s : 0;
            for (int r = 0; r < n; r++) {
                vs[r * k + j] = f[2][j * n + r] * inverse;
            }
            for (int c = 0; c < m; c++) {
                ut[j * m + c] = f[0][c * k + j];
            }
        }
        return product(vs, n, k, ut, m);
    }

    private static double[] product(double[] a, int m, int k, double[] b, int n) {
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                double f = a[i * k + p];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += f * b[p * n + j];
                }
            }
        }
        return c;
    }

    // ---- numbers

    /** Number of singular values above {@code eps max(m, n)} of the largest: I32, [..., m, n] to [...]. */
    public static Tensor matrixRank(Tensor a) {
        Stack in = Stack.of("matrix_rank", a);
        int[] ranks = new int[in.count];
        for (int i = 0; i < in.count; i++) {
            double[][] f = in.found(i, Decompositions.svd(in.matrix(i), in.rows, in.columns, false), "the iteration does not converge");
            double limit = f[1][0] * in.tolerance();
            ranks[i] = (int) Arrays.stream(f[1]).filter(s -> s > limit).count();
        }
        return Tensor.ofInts(in.batch, ranks);
    }

    /** Sign and logarithm of the absolute value of the determinant, [..., n, n] to [...]; singular: 0 and minus infinity. */
    public static Slogdet slogdet(Tensor a) {
        Stack in = Stack.square("slogdet", a);
        Result sign = in.result();
        Result log = in.result();
        for (int i = 0; i < in.count; i++) {
            double[] r = in.found(i, Decompositions.slogdet(in.matrix(i), in.rows), "the decomposition failed");
            sign.put(i, new double[] {r[0]});
            log.put(i, new double[] {r[1]});
        }
        return new Slogdet(sign.tensor(), log.tensor());
    }

    /** Logarithm of the determinant, [..., n, n] to [...]; NaN where it is negative, minus infinity where it is 0. */
    public static Tensor logdet(Tensor a) {
        Slogdet s = slogdet(a);
        return s.logAbs.where(s.sign.ge(0), Double.NaN);
    }

    /** The determinant, [..., n, n] to [...]. */
    public static Tensor det(Tensor a) {
        Stack in = Stack.square("det", a);
        Result det = in.result();
        for (int i = 0; i < in.count; i++) {
            double[] r = in.found(i, Decompositions.slogdet(in.matrix(i), in.rows), "the decomposition failed");
            det.put(i, new double[] {r[0] == 0 ? 0 : r[0] * Math.exp(r[1])});
        }
        return det.tensor();
    }

    // ---- batches

    /** The matrices of a tensor, in double. */
    private static final class Stack {
        final String operation;
        final Shape shape;
        final Shape batch;
        final DType dtype;
        final int rows;
        final int columns;
        final int count;
        private final double[] values;

        private Stack(String operation, Tensor a) {
            this.operation = operation;
            shape = a.shape();
            dtype = a.dtype().arithmetic();
            rows = a.dim(-2);
            columns = a.dim(-1);
            batch = shape.without(-1).without(-1);
            count = batch.numel();
            values = a.toDoubles();
        }

        static Stack of(String operation, Tensor a) {
            if (!a.dtype().isFloating()) {
                throw Failure.of(operation, "needs floating-point numbers, this is " + a.dtype()).operand("input", a.shape())
                        .hint("convert first: x.to(DType.F32)").dtype();
            }
            if (a.rank() < 2 || a.dim(-1) == 0 || a.dim(-2) == 0) {
                throw Failure.of(operation, "needs matrices with elements, [..., m, n]").operand("input", a.shape()).shape();
            }
            return new Stack(operation, a);
        }

        static Stack square(String operation, Tensor a) {
            Stack s = of(operation, a);
            if (s.rows != s.columns) {
                throw Failure.of(operation, "needs square matrices, these are " + s.rows + " x " + s.columns)
                        .operand("input", a.shape(), a.rank() - 1).shape();
            }
            return s;
        }

        /** A copy of one matrix; NaN or infinity in it is an error. */
        double[] matrix(int i) {
            double[] m = Arrays.copyOfRange(values, i * rows * columns, (i + 1) * rows * columns);
            for (double v : m) {
                if (!Double.isFinite(v)) {
                    throw failure(i, "the matrix holds " + v);
                }
            }
            return m;
        }

        <T> T found(int i, T result, String reason) {
            if (result == null) {
                throw failure(i, reason);
            }
            return result;
        }

        private RuntimeException failure(int i, String reason) {
            Failure f = Failure.of(operation, reason).operand("input", shape);
            return (count == 1 ? f : f.fact("matrix", i + " of the batch")).numeric();
        }

        double tolerance() {
            return (dtype == DType.F64 ? 0x1p-52 : 0x1p-23) * Math.max(rows, columns);
        }

        Result result(int... extents) {
            return new Result(batch, dtype, extents);
        }
    }

    /** The right-hand side of a system next to its matrices, both of one batch. */
    private static final class Right {
        final Stack left;
        final Stack stack;
        final Result result;
        private final boolean vectors;

        private Right(Stack left, Stack stack, boolean vectors) {
            this.left = left;
            this.stack = stack;
            this.vectors = vectors;
            this.result = new Result(left.batch, DType.promote(left.dtype, stack.dtype), left.columns, stack.columns);
        }

        static Right of(String operation, Stack a, Tensor b) {
            boolean vectors = b.rank() == 1 || b.shape().equals(a.shape.without(-1)) && b.rank() == a.shape.rank() - 1;
            Tensor columns = vectors && b.rank() > 0 ? b.unsqueeze(-1) : b;
            Stack right = Stack.of(operation, columns);
            if (right.rows != a.rows) {
                throw Failure.of(operation, "the right side has " + right.rows + " rows, the matrix " + a.rows)
                        .operand("matrix", a.shape, a.shape.rank() - 2).operand("right side", b.shape(), b.rank() - (vectors ? 1 : 2)).shape();
            }
            Shape batch = Shape.broadcast(operation, a.batch, right.batch);
            return new Right(spread(a, batch), spread(right, batch), vectors);
        }

        private static Stack spread(Stack s, Shape batch) {
            if (s.batch.equals(batch)) {
                return s;
            }
            Tensor t = Tensor.ofDoubles(s.shape, s.values).to(s.dtype);
            int rank = batch.rank();
            return new Stack(s.operation, t.expand(batch.insert(rank, s.rows).insert(rank + 1, s.columns)));
        }

        Tensor tensor() {
            Tensor t = result.tensor();
            return vectors ? t.squeeze(-1) : t;
        }
    }

    /** A tensor that is filled matrix by matrix. */
    private static final class Result {
        private final DType dtype;
        private final Shape shape;
        private final double[] values;

        Result(Shape batch, DType dtype, int... extents) {
            Shape s = batch;
            for (int e : extents) {
                s = s.insert(s.rank(), e);
            }
            this.shape = s;
            this.dtype = dtype;
            this.values = new double[s.numel()];
        }

        void put(int i, double[] matrix) {
            System.arraycopy(matrix, 0, values, i * matrix.length, matrix.length);
        }

        Tensor tensor() {
            return Tensor.ofDoubles(shape, values).to(dtype);
        }
    }
}
