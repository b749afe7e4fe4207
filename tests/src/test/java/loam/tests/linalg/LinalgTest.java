package loam.tests.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import loam.tensor.DType;
import loam.tensor.DTypeException;
import loam.tensor.NumericException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.Tensor;
import loam.tensor.linalg.Linalg;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Would catch: factors that do not multiply back, values in the wrong order, transposed vectors, matrices of a batch that get mixed up,
 * the wrong triangle being read, results in the wrong type, and singular or damaged input that yields numbers.
 */
@Tag("fast")
class LinalgTest {
    private static Tensor random(int... dims) {
        double[] v = new double[Shape.of(dims).numel()];
        Rng.seed(dims.length * 100 + dims[dims.length - 1]).normal(v, 0, v.length);
        return Tensor.ofDoubles(Shape.of(dims), v);
    }

    private static Tensor matrix(int rows, double... v) {
        return Tensor.ofDoubles(Shape.of(rows, v.length / rows), v);
    }

    private static Tensor eye(int n) {
        return Tensor.eye(n).to(DType.F64);
    }

    private static void assertClose(Tensor expected, Tensor actual, double tolerance) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toDoubles(), actual.toDoubles(), tolerance);
    }

    private static void assertClose(Tensor expected, Tensor actual) {
        assertClose(expected, actual, 1e-11);
    }

    private static Tensor positive(int... dims) {
        Tensor a = random(dims);
        return a.matmul(a.t()).add(eye(dims[dims.length - 1]));
    }

    @Test
    void singularValues() {
        for (int[] dims : new int[][] {{5, 3}, {3, 5}, {4, 4}, {1, 6}, {2, 3, 7, 4}, {0, 3, 3}}) {
            Tensor a = random(dims);
            Linalg.Svd f = Linalg.svd(a);
            int k = Math.min(a.dim(-1), a.dim(-2));
            assertClose(a, f.u().mul(f.s().unsqueeze(-2)).matmul(f.vh()));
            assertClose(eye(k).expand(f.u().t().matmul(f.u()).shape()), f.u().t().matmul(f.u()));
            double[] s = f.s().toDoubles();
            for (int i = 1; i < s.length; i++) {
                assertTrue(s[i] >= 0 && (i % k == 0 || s[i] <= s[i - 1]));
            }
        }
        assertArrayEquals(new double[] {3, 2, 1}, Linalg.svd(matrix(3, 0, 0, -2, 3, 0, 0, 0, 1, 0)).s().toDoubles(), 1e-14);
        Linalg.Svd full = Linalg.svd(random(5, 3), true);
        assertClose(eye(5), full.u().matmul(full.u().t()));
        assertEquals(Shape.of(3, 3), full.vh().shape());
        assertClose(random(5, 3), full.u().narrow(1, 0, 3).mul(full.s()).matmul(full.vh()));
    }

    @Test
    void eigenvalues() {
        Linalg.Eigh two = Linalg.eigh(matrix(2, 2, 1, 1, 2));
        assertArrayEquals(new double[] {1, 3}, two.values().toDoubles(), 1e-14);
        for (int[] dims : new int[][] {{4, 4}, {1, 1}, {3, 6, 6}, {40, 40}}) {
            Tensor a = random(dims);
            Tensor s = a.add(a.t());
            Linalg.Eigh f = Linalg.eigh(s);
            assertClose(s, f.vectors().mul(f.values().unsqueeze(-2)).matmul(f.vectors().t()));
            double[] v = f.values().toDoubles();
            for (int i = 1; i < v.length; i++) {
                assertTrue(i % dims[dims.length - 1] == 0 || v[i] >= v[i - 1]);
            }
        }
        assertClose(two.values(), Linalg.eigh(matrix(2, 2, 99, 1, 2)).values());
        assertClose(eye(3), Linalg.eigh(eye(3)).vectors().abs());
    }

    @Test
    void orthogonalAndTriangularFactors() {
        for (int[] dims : new int[][] {{5, 3}, {3, 5}, {4, 4}, {2, 6, 2}}) {
            Tensor a = random(dims);
            Linalg.Qr f = Linalg.qr(a);
            int k = Math.min(a.dim(-1), a.dim(-2));
            assertClose(a, f.q().matmul(f.r()));
            assertClose(eye(k).expand(f.q().t().matmul(f.q()).shape()), f.q().t().matmul(f.q()));
            assertEquals(k, f.r().dim(-2));
            for (int i = 1; i < k; i++) {
                assertEquals(0, f.r().select(-2, i).narrow(-1, 0, i).abs().sum().item());
            }
        }
    }

    @Test
    void choleskyFactors() {
        assertClose(matrix(2, 2, 0, 1, 3), Linalg.cholesky(matrix(2, 4, 99, 2, 10)), 1e-14);
        for (int[] dims : new int[][] {{5, 5}, {3, 4, 4}, {70, 70}}) {
            Tensor a = positive(dims);
            Tensor l = Linalg.cholesky(a);
            assertClose(a, l.matmul(l.t()), 1e-10);
            assertEquals(0, l.select(-2, 0).narrow(-1, 1, dims[dims.length - 1] - 1).abs().sum().item());
        }
        NumericException e = assertThrows(NumericException.class, () -> Linalg.cholesky(matrix(2, 1, 2, 2, 1)));
        assertTrue(e.getMessage().contains("not positive definite"), e.getMessage());
        Tensor batch = Tensor.stack(0, eye(2), eye(2).neg());
        e = assertThrows(NumericException.class, () -> Linalg.cholesky(batch));
        assertTrue(e.getMessage().contains("1 of the batch"), e.getMessage());
    }

    @Test
    void systems() {
        assertArrayEquals(new double[] {1, 2}, Linalg.solve(matrix(2, 0, 2, 1, 1), Tensor.ofDoubles(Shape.of(2), 4, 3)).toDoubles(), 1e-14);
        Tensor a = positive(3, 4, 4);
        Tensor b = random(3, 4, 2);
        assertClose(b, a.matmul(Linalg.solve(a, b)));
        Tensor one = random(4, 5);
        assertClose(one.expand(Shape.of(3, 4, 5)), a.matmul(Linalg.solve(a, one)));
        Tensor v = random(3, 4);
        assertClose(v, a.matmul(Linalg.solve(a, v).unsqueeze(-1)).squeeze(-1));
        assertClose(b, a.select(0, 1).matmul(Linalg.solve(a.select(0, 1), b)));
        Tensor l = Linalg.cholesky(a);
        assertClose(b, l.matmul(Linalg.solveTriangular(l, b, false)));
        assertClose(b, l.t().matmul(Linalg.solveTriangular(l.t(), b, true)));
        assertClose(Linalg.solveTriangular(l, b, false), Linalg.solveTriangular(l.add(l.t().sub(l).mul(0)), b, false));
        assertClose(eye(4).expand(a.shape()), a.matmul(Linalg.inverse(a)));
        assertClose(matrix(2, 0.5, -0.5, 0, 1), Linalg.inverse(matrix(2, 2, 1, 0, 1)), 1e-15);
        for (Tensor bad : new Tensor[] {matrix(2, 1, 2, 2, 4), matrix(2, 0, 0, 0, 0)}) {
            assertThrows(NumericException.class, () -> Linalg.solve(bad, Tensor.ofDoubles(Shape.of(2), 1, 1)));
            assertThrows(NumericException.class, () -> Linalg.inverse(bad));
        }
        assertClose(eye(2), Linalg.inverse(eye(2).mul(1e-30)).mul(1e-30));
        assertClose(eye(30).mul(1e20), Linalg.inverse(eye(30).mul(1e-20)), 1e6);
        assertThrows(NumericException.class, () -> Linalg.solveTriangular(matrix(2, 1, 0, 5, 0), random(2, 1), false));
    }

    @Test
    void leastSquaresAndPseudoInverses() {
        Tensor x = matrix(4, 1, 0, 1, 1, 1, 2, 1, 3);
        Tensor y = Tensor.ofDoubles(Shape.of(4), 1, 3, 5, 7);
        assertArrayEquals(new double[] {1, 2}, Linalg.lstsq(x, y).toDoubles(), 1e-13);
        Tensor noisy = random(6, 2);
        Tensor a = random(6, 3);
        assertClose(Tensor.zeros(DType.F64, Shape.of(3, 2)), a.t().matmul(a.matmul(Linalg.lstsq(a, noisy)).sub(noisy)));
        assertArrayEquals(new double[] {1, 1}, Linalg.lstsq(matrix(1, 1, 1), matrix(1, 2)).toDoubles(), 1e-14);
        for (int[] dims : new int[][] {{5, 3}, {3, 5}, {2, 4, 3}}) {
            Tensor m = random(dims);
            Tensor p = Linalg.pinv(m);
            assertClose(m, m.matmul(p).matmul(m));
            assertClose(p, p.matmul(m).matmul(p));
            assertClose(m.matmul(p), m.matmul(p).t());
        }
        assertClose(matrix(2, 0.25, 0.25, 0.25, 0.25), Linalg.pinv(matrix(2, 1, 1, 1, 1)), 1e-14);
        assertClose(matrix(2, 0, 0, 0, 0), Linalg.pinv(matrix(2, 0, 0, 0, 0)));
        assertClose(matrix(2, 0.5, 0, 0, 0), Linalg.pinv(matrix(2, 2, 0, 0, 0.1), 0.1));
        assertEquals(1, Linalg.matrixRank(matrix(2, 1, 2, 2, 4)).item());
        assertEquals(3, Linalg.matrixRank(random(6, 3)).item());
        assertEquals(0, Linalg.matrixRank(matrix(2, 0, 0, 0, 0)).item());
    }

    @Test
    void determinants() {
        assertEquals(-2, Linalg.det(matrix(2, 1, 2, 3, 4)).item(), 1e-14);
        assertEquals(1, Linalg.det(matrix(3, 0, 1, 0, 0, 0, 1, 1, 0, 0)).item(), 1e-15);
        assertEquals(-1, Linalg.slogdet(matrix(3, 0, 1, 0, 1, 0, 0, 0, 0, 1)).sign().item());
        assertEquals(0, Linalg.det(matrix(2, 1, 2, 2, 4)).item());
        Linalg.Slogdet singular = Linalg.slogdet(matrix(2, 1, 2, 2, 4));
        assertEquals(0, singular.sign().item());
        assertEquals(Double.NEGATIVE_INFINITY, singular.logAbs().item());
        assertTrue(Double.isNaN(Linalg.logdet(matrix(2, 0, 1, 1, 0)).item()));
        Tensor a = positive(3, 5, 5);
        double[] expected = Linalg.cholesky(a).mul(eye(5)).sum(-1).log().sum(-1).mul(2).toDoubles();
        assertArrayEquals(expected, Linalg.logdet(a).toDoubles(), 1e-11);
        assertEquals(1000 * Math.log(1e-3), Linalg.logdet(eye(1000).mul(1e-3)).item(), 1e-8);
    }

    @Test
    void typesAndViews() {
        Tensor f = positive(4, 4).to(DType.F32);
        assertEquals(DType.F32, Linalg.cholesky(f).dtype());
        assertEquals(DType.F32, Linalg.eigh(f).values().dtype());
        assertEquals(DType.F64, Linalg.solve(f.to(DType.F64), f).dtype());
        assertEquals(DType.F32, Linalg.svd(f.to(DType.F16)).u().dtype());
        Tensor view = random(4, 9).narrow(1, 2, 4).t();
        assertClose(Linalg.inverse(view.copy()), Linalg.inverse(view));
        assertThrows(DTypeException.class, () -> Linalg.inverse(Tensor.ofInts(Shape.of(1, 1), 2)));
    }

    @Test
    void mistakesAreNamed() {
        ShapeException e = assertThrows(ShapeException.class, () -> Linalg.inverse(random(2, 3)));
        assertTrue(e.getMessage().contains("inverse: needs square matrices, these are 2 x 3"), e.getMessage());
        assertThrows(ShapeException.class, () -> Linalg.svd(random(3)));
        assertThrows(ShapeException.class, () -> Linalg.svd(Tensor.zeros(Shape.of(0, 3))));
        e = assertThrows(ShapeException.class, () -> Linalg.solve(eye(3), random(4, 2)));
        assertTrue(e.getMessage().contains("4 rows"), e.getMessage());
        assertThrows(ShapeException.class, () -> Linalg.solve(positive(3, 4, 4), random(2, 4, 4)));
        assertThrows(ShapeException.class, () -> Linalg.solve(eye(3), Tensor.scalar(1)));
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Tensor a = matrix(2, 1, 0, bad, 1);
            assertThrows(NumericException.class, () -> Linalg.svd(a));
            assertThrows(NumericException.class, () -> Linalg.eigh(a));
            assertThrows(NumericException.class, () -> Linalg.qr(a));
            assertThrows(NumericException.class, () -> Linalg.solve(a, eye(2)));
            assertThrows(NumericException.class, () -> Linalg.solve(eye(2), a));
            assertThrows(NumericException.class, () -> Linalg.pinv(a));
            assertThrows(NumericException.class, () -> Linalg.slogdet(a));
        }
    }
}
