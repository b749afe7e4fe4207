package loam.tensor.internal.ejml;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.LUDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/** The one class that names EJML: decompositions of single matrices, row-major arrays in and out. Null says that it cannot be done. */
public final class Decompositions {
    private Decompositions() {
    }

    /** L of a = L LT, [n, n]; reads the lower triangle; null when a is not positive definite. */
    public static double[] cholesky(double[] a, int n) {
        CholeskyDecomposition_F64<DMatrixRMaj> c = DecompositionFactory_DDRM.chol(n, true);
        return c.decompose(matrix(n, n, symmetric(a, n))) ? values(c.getT(null)) : null;
    }

    /** x of a x = b, [n, k]; null when a is singular. */
    public static double[] solve(double[] a, int n, double[] b, int k) {
        LinearSolverDense<DMatrixRMaj> solver = regular(a, n);
        if (solver == null) {
            return null;
        }
        DMatrixRMaj x = new DMatrixRMaj(n, k);
        solver.solve(matrix(n, k, b.clone()), x);
        return finite(values(x));
    }

    /** The inverse, [n, n]; null when a is singular. */
    public static double[] inverse(double[] a, int n) {
        LinearSolverDense<DMatrixRMaj> solver = regular(a, n);
        if (solver == null) {
            return null;
        }
        DMatrixRMaj x = new DMatrixRMaj(n, n);
        solver.invert(x);
        return finite(values(x));
    }

    /** A solver for a, or null when a pivot is exactly 0; EJML's own test compares with a fixed number, whatever the scale of a. */
    private static LinearSolverDense<DMatrixRMaj> regular(double[] a, int n) {
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(n);
        if (!solver.setA(matrix(n, n, a.clone()))) {
            return null;
        }
        LUDecomposition_F64<DMatrixRMaj> lu = solver.getDecomposition();
        DMatrixRMaj u = lu.getUpper(null);
        for (int i = 0; i < n; i++) {
            if (u.get(i, i) == 0) {
                return null;
            }
        }
        return solver;
    }

    private static double[] finite(double[] x) {
        for (double v : x) {
            if (!Double.isFinite(v)) {
                return null;
            }
        }
        return x;
    }

    /** Sign (0 when singular) and logarithm of the absolute value of the determinant. */
    public static double[] slogdet(double[] a, int n) {
        LUDecomposition_F64<DMatrixRMaj> lu = DecompositionFactory_DDRM.lu(n, n);
        if (!lu.decompose(matrix(n, n, a.clone()))) {
            return null;
        }
        DMatrixRMaj u = lu.getUpper(null);
        double sign = parity(lu.getRowPivotV(null), n);
        double log = 0;
        for (int i = 0; i < n; i++) {
            double d = u.get(i, i);
            sign = d == 0 ? 0 : d < 0 ? -sign : sign;
            log += Math.log(Math.abs(d));
        }
        return new double[] {sign, sign == 0 ? Double.NEGATIVE_INFINITY : log};
    }

    private static double parity(int[] pivot, int n) {
        int[] p = Arrays.copyOf(pivot, n);
        double sign = 1;
        for (int i = 0; i < n; i++) {
            while (p[i] != i) {
                int j = p[i];
                p[i] = p[j];
                p[j] = j;
                sign = -sign;
            }
        }
        return sign;
    }

    /** Q [m, k] and R [k, n] with k = min(m, n). */
    public static double[][] qr(double[] a, int m, int n) {
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(m, n);
        if (!qr.decompose(matrix(m, n, a.clone()))) {
            return null;
        }
        return new double[][] {values(qr.getQ(null, true)), values(qr.getR(null, true))};
    }

    /** Eigenvalues ascending [n] and the eigenvectors as columns [n, n] of a symmetric matrix; reads the lower triangle. */
    public static double[][] eigh(double[] a, int n) {
        EigenDecomposition_F64<DMatrixRMaj> eig = DecompositionFactory_DDRM.eig(n, true, true);
        if (!eig.decompose(matrix(n, n, symmetric(a, n)))) {
            return null;
        }
        double[] found = new double[n];
        for (int i = 0; i < n; i++) {
            found[i] = eig.getEigenvalue(i).getReal();
        }
        int[] order = ascending(found);
        double[] vectors = new double[n * n];
        double[] sorted = new double[n];
        for (int j = 0; j < n; j++) {
            sorted[j] = found[order[j]];
            double[] v = eig.getEigenVector(order[j]).data;
            for (int i = 0; i < n; i++) {
                vectors[i * n + j] = v[i];
            }
        }
        return new double[][] {sorted, vectors};
    }

    /** U [m, k], singular values descending [k], VT [k, n], with k = min(m, n); U [m, m] and VT [n, n] when {@code full}. */
    public static double[][] svd(double[] a, int m, int n, boolean full) {
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(m, n, true, true, !full);
        if (!svd.decompose(matrix(m, n, a.clone()))) {
            return null;
        }
        int k = Math.min(m, n);
        double[] found = Arrays.copyOf(svd.getSingularValues(), k);
        double[] negated = Arrays.stream(found).map(v -> -v).toArray();
        int[] order = ascending(negated);
        DMatrixRMaj u = svd.getU(null, false);
        DMatrixRMaj vt = svd.getV(null, true);
        double[] s = new double[k];
        double[] su = values(u);
        double[] sv = values(vt);
        for (int j = 0; j < k; j++) {
            s[j] = found[order[j]];
            for (int i = 0; i < m; i++) {
                su[i * u.numCols + j] = u.get(i, order[j]);
            }
            System.arraycopy(vt.data, order[j] * n, sv, j * n, n);
        }
        return new double[][] {su, s, sv};
    }

    private static int[] ascending(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (i, j) -> Double.compare(values[i], values[j]));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    private static double[] symmetric(double[] a, int n) {
        double[] s = a.clone();
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                s[i * n + j] = a[j * n + i];
            }
        }
        return s;
    }

    private static DMatrixRMaj matrix(int rows, int columns, double[] values) {
        return DMatrixRMaj.wrap(rows, columns, values);
    }

    private static double[] values(DMatrixRMaj m) {
        return Arrays.copyOf(m.data, m.numRows * m.numCols);
    }
}
