package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import loam.methods.common.LinearSvm;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.ShapeException;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a wrong factor in objective, gradient or Hessian, an intercept that is not penalised, an early stop, dual values out of bounds. */
@Tag("fast")
class LinearSvmTest {
    private static final Tensor LINE = Tensor.of(Shape.of(2, 1), -1, 1);

    private static LinearSvm.Config squared(double c, double tolerance, boolean intercept) {
        return new LinearSvm.Config(c, LinearSvm.Loss.SQUARED_HINGE, tolerance, 1000, intercept, 0);
    }

    private static LinearSvm.Config hinge(double c, double tolerance, boolean intercept) {
        return new LinearSvm.Config(c, LinearSvm.Loss.HINGE, tolerance, 10_000, intercept, 0);
    }

    @Test
    void twoPointsSquaredHinge() {
        // min 0.5 w^2 + 2 (1 - w)^2: w = 4/5.
        LinearSvm svm = new LinearSvm(squared(1, 1e-12, true)).fit(LINE, new int[] {0, 1});
        assertArrayEquals(new double[] {-0.8, 0.8}, svm.weight().toDoubles(), 1e-9);
        assertArrayEquals(new double[] {0, 0}, svm.bias().toDoubles(), 1e-9);
        assertArrayEquals(new int[] {0, 1}, svm.predict(LINE));
        assertTrue(svm.dualityGap() < 1e-9);
    }

    @Test
    void twoPointsHinge() {
        LinearSvm svm = new LinearSvm(hinge(1, 1e-9, false)).fit(LINE, new int[] {3, 7});
        assertArrayEquals(new int[] {3, 7}, svm.classes());
        assertArrayEquals(new double[] {-1, 1}, svm.weight().toDoubles(), 1e-9);
        double[] alpha = svm.dual().toDoubles();
        assertEquals(1, alpha[0] + alpha[1], 1e-9, "w = sum alpha y x");
        LinearSvm bounded = new LinearSvm(hinge(0.25, 1e-9, false)).fit(LINE, new int[] {3, 7});
        assertArrayEquals(new double[] {0.25, 0.25, 0.25, 0.25}, bounded.dual().toDoubles(), 1e-12);
        assertArrayEquals(new double[] {-0.5, 0.5}, bounded.weight().toDoubles(), 1e-12);
    }

    /** Random overlapping classes: the gradient of the objective, written here once more, is zero; plain descent ends at the same weights. */
    @Test
    void newtonFindsTheMinimumOfTheSquaredHinge() {
        Rng rng = Rng.seed(1000);
        int n = 90;
        int d = 5;
        Tensor x = Tensor.randn(DType.F64, Shape.of(n, d), rng);
        int[] y = new int[n];
        for (int i = 0; i < n; i++) {
            y[i] = x.at(i, 0) + 0.5 * rng.nextGaussian() > 0 ? 1 : 0;
        }
        double c = 0.5;
        LinearSvm svm = new LinearSvm(squared(c, 1e-10, true)).fit(x, y);
        double[] w = new double[d + 1];
        System.arraycopy(svm.weight().toDoubles(), d, w, 0, d);
        w[d] = svm.bias().toDoubles()[1];
        double norm = 0;
        for (double g : gradient(x, y, w, c)) {
            norm += g * g;
        }
        assertTrue(Math.sqrt(norm) < 1e-6, "gradient " + Math.sqrt(norm));
        double[] v = new double[d + 1];
        for (int step = 0; step < 4000; step++) {
            double[] g = gradient(x, y, v, c);
            for (int j = 0; j <= d; j++) {
                v[j] -= 0.004 * g[j];
            }
        }
        assertArrayEquals(v, w, 1e-4);
        assertTrue(svm.converged() && svm.dualityGap() < 1e-8);
    }

    private static double[] gradient(Tensor x, int[] y, double[] w, double c) {
        int d = w.length - 1;
        double[] g = w.clone();
        for (int i = 0; i < y.length; i++) {
            double side = y[i] == 1 ? 1 : -1;
            double s = w[d];
            for (int j = 0; j < d; j++) {
                s += w[j] * x.at(i, j);
            }
            double violation = Math.max(0, 1 - side * s);
            for (int j = 0; j <= d; j++) {
                g[j] -= 2 * c * violation * side * (j == d ? 1 : x.at(i, j));
            }
        }
        return g;
    }

    @Test
    void dualDescentClosesTheGapOfTheHinge() {
        Rng rng = Rng.seed(1001);
        Tensor x = Tensor.randn(Shape.of(120, 4), rng);
        int[] y = new int[120];
        for (int i = 0; i < y.length; i++) {
            y[i] = (x.at(i, 0) > 0 ? 2 : 0) + (x.at(i, 1) + 0.3 * rng.nextGaussian() > 0 ? 1 : 0);
        }
        double c = 0.7;
        LinearSvm svm = new LinearSvm(hinge(c, 1e-4, true)).fit(x, y);
        assertTrue(svm.converged() && svm.dualityGap() < 1e-3, "gap " + svm.dualityGap());
        double[] alpha = svm.dual().toDoubles();
        double[] w = svm.weight().toDoubles();
        for (int k = 0; k < 4; k++) {
            double[] sum = new double[4];
            for (int i = 0; i < y.length; i++) {
                double a = alpha[k * y.length + i];
                assertTrue(a >= 0 && a <= c);
                for (int j = 0; j < 4; j++) {
                    sum[j] += a * (y[i] == k ? 1 : -1) * x.at(i, j);
                }
            }
            assertArrayEquals(sum, Arrays.copyOfRange(w, 4 * k, 4 * k + 4), 1e-9);
        }
        LinearSvm again = new LinearSvm(hinge(c, 1e-4, true)).fit(x, y);
        assertArrayEquals(w, again.weight().toDoubles(), 0.0, "the same seed gives the same weights");
    }

    @Test
    void mistakesAreNamed() {
        LinearSvm svm = new LinearSvm(LinearSvm.Config.squaredHinge(1));
        assertThrows(StateException.class, () -> svm.predict(LINE));
        assertThrows(ArgumentException.class, () -> svm.fit(LINE, new int[] {1, 1}));
        assertThrows(ShapeException.class, () -> svm.fit(LINE, new int[] {1}));
        assertThrows(ArgumentException.class, () -> svm.fit(LINE.mul(Double.NaN), new int[] {0, 1}));
        assertThrows(ArgumentException.class, () -> LinearSvm.Config.hinge(0));
        svm.fit(LINE, new int[] {0, 1});
        assertThrows(ShapeException.class, () -> svm.predict(Tensor.zeros(Shape.of(1, 2))));
    }
}
