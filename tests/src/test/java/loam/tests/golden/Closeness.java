package loam.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import loam.tensor.DType;
import loam.tensor.Tensor;

/**
 * How near is near enough. F64: within the case's tolerance (1e-9) of the largest entry. F32: within 8 x 2^-24 x sqrt(terms per
 * output) of the largest entry. Special values: NaN for NaN, infinity for infinity, and every other entry within 8 units of
 * rounding of itself (or of 1, where the expected value is smaller).
 */
final class Closeness {
    private static final double ROUNDING = 0x1p-24;

    private Closeness() {
    }

    static void check(String what, int[] shape, double[] expected, Tensor got, DType dtype, double f64Tolerance, int terms) {
        assertArrayEquals(shape, got.shape().toArray(), what + ": shape");
        double[] actual = GoldenCase.doubles(got);
        double largest = 0;
        for (double v : expected) {
            largest = Math.max(largest, Math.abs(v));
        }
        double bound = dtype == DType.F64 ? f64Tolerance * largest : 8 * ROUNDING * Math.sqrt(terms) * largest;
        int worst = -1;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            double e = Math.abs(actual[i] - expected[i]);
            if (!(e <= error)) {
                error = e;
                worst = i;
            }
        }
        if (!(error <= bound)) {
            throw new AssertionError(String.format(Locale.ROOT, "%s: element %d is %s, expected %s; error %.3g, bound %.3g (%d terms)",
                    what, worst, actual[worst], expected[worst], error, bound, terms));
        }
    }

    static void exact(String what, int[] shape, double[] expected, Tensor got) {
        assertArrayEquals(shape, got.shape().toArray(), what + ": shape");
        assertArrayEquals(expected, GoldenCase.doubles(got), what);
    }

    static void special(String what, int[] shape, double[] expected, Tensor got, DType dtype, double[][] inputs) {
        assertArrayEquals(shape, got.shape().toArray(), what + ": shape");
        double[] actual = GoldenCase.doubles(got);
        for (int i = 0; i < expected.length; i++) {
            double e = dtype == DType.F32 ? (float) expected[i] : expected[i];
            double unit = dtype == DType.F32 ? 8 * ROUNDING : 1e-12;
            String where = what + at(inputs, i, expected.length);
            if (Double.isNaN(e) || Double.isInfinite(e)) {
                assertEquals(e, actual[i], where);
            } else {
                assertEquals(e, actual[i], unit * Math.max(1, Math.abs(e)), where);
            }
        }
    }

    private static String at(double[][] inputs, int i, int n) {
        StringBuilder out = new StringBuilder(" at ");
        for (double[] x : inputs) {
            out.append(x.length == n ? Double.toString(x[i]) : "row " + i).append(' ');
        }
        return out.toString();
    }
}
