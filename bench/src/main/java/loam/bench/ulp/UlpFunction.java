package loam.bench.ulp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import loam.tensor.internal.Loops;
import loam.tensor.internal.scalar.ScalarMath;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.UnaryKind;

/**
 * A function of one float32 number whose kernels are measured: how the kernels are called on a block, and the value in double, from
 * {@link StrictMath} or from series in double where it has none.
 */
public record UlpFunction(String name, Kernel kernel, Exact exact) {
    private static final double LOG_2 = 0.6931471805599453;
    /** Exponents of the functions that stand for the power with any exponent lie within this many binary digits of the result. */
    private static final double RANGE = 150;

    /** The kernel on a block. */
    public interface Kernel {
        void run(Loops loops, int n, float[] x, float[] y);
    }

    /** The value in double. */
    public interface Exact {
        double at(float x);
    }

    /** All that have a polynomial, and the powers. */
    public static List<UlpFunction> all() {
        List<UlpFunction> all = new ArrayList<>();
        unary(all, UnaryKind.EXP, StrictMath::exp);
        unary(all, UnaryKind.EXPM1, StrictMath::expm1);
        unary(all, UnaryKind.LOG, StrictMath::log);
        unary(all, UnaryKind.LOG1P, StrictMath::log1p);
        unary(all, UnaryKind.LOG2, UlpFunction::log2);
        unary(all, UnaryKind.LOG10, StrictMath::log10);
        unary(all, UnaryKind.SIN, StrictMath::sin);
        unary(all, UnaryKind.COS, StrictMath::cos);
        unary(all, UnaryKind.TAN, StrictMath::tan);
        unary(all, UnaryKind.TANH, StrictMath::tanh);
        unary(all, UnaryKind.SIGMOID, ScalarMath::sigmoid);
        unary(all, UnaryKind.LOG_SIGMOID, ScalarMath::logSigmoid);
        unary(all, UnaryKind.SOFTPLUS, ScalarMath::softplus);
        unary(all, UnaryKind.ERF, ScalarMath::erf);
        unary(all, UnaryKind.GELU, ScalarMath::gelu);
        unary(all, UnaryKind.GELU_TANH, ScalarMath::geluTanh);
        unary(all, UnaryKind.SILU, ScalarMath::silu);
        for (float exponent : new float[] {0.5f, -1.7f, 3}) {
            float[] b = {exponent};
            all.add(new UlpFunction("pow(x, " + exponent + ")", (loops, n, x, y) -> loops.binary(BinaryKind.POW, n, x, 0, 1, b, 0, 0, y, 0),
                    x -> pow(x, exponent)));
        }
        float[] base = {1.1f};
        all.add(new UlpFunction("pow(1.1, x)", (loops, n, x, y) -> loops.binary(BinaryKind.POW, n, base, 0, 0, x, 0, 1, y, 0), x -> pow(base[0], x)));
        all.add(new UlpFunction("pow(x, any)", UlpFunction::anyPower, x -> pow(x, anyExponent(x))));
        return all;
    }

    /** The function of this name. */
    public static UlpFunction named(String name) {
        return all().stream().filter(f -> f.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no function named " + name + "; there are " + all().stream().map(UlpFunction::name).toList()));
    }

    private static void unary(List<UlpFunction> all, UnaryKind kind, DoubleUnaryOperator exact) {
        all.add(new UlpFunction(kind.name().toLowerCase(Locale.ROOT), (loops, n, x, y) -> loops.unary(kind, n, x, 0, y, 0, 1, 0), exact::applyAsDouble));
    }

    private static double log2(double x) {
        int e = Math.getExponent(x);
        return x > 0 && e <= Double.MAX_EXPONENT && x == Math.scalb(1.0, e) ? e : StrictMath.log(x) / LOG_2;
    }

    /** C's power: 1 for base 1, and for base -1 with an infinite exponent. */
    private static double pow(float a, float b) {
        return a == 1 || a == -1 && Float.isInfinite(b) ? 1 : StrictMath.pow(a, b);
    }

    private static void anyPower(Loops loops, int n, float[] x, float[] y) {
        float[] b = new float[n];
        for (int i = 0; i < n; i++) {
            b[i] = anyExponent(x[i]);
        }
        loops.binary(BinaryKind.POW, n, x, 0, 1, b, 0, 1, y, 0);
    }

    /** An exponent that depends on nothing but the base, spread so that results fill the whole range; an integer for every fourth base. */
    private static float anyExponent(float a) {
        int h = Float.floatToRawIntBits(a) * 0x9E3779B1;
        h = (h ^ h >>> 15) * 0x85EBCA77;
        h ^= h >>> 13;
        double result = h / (double) Integer.MIN_VALUE * RANGE;
        double digits = StrictMath.log(Math.abs((double) a)) / LOG_2;
        float b = (float) (digits == 0 || !Double.isFinite(digits) ? result : result / digits);
        return (h & 3) == 0 ? (float) Math.rint(b) : b;
    }
}
