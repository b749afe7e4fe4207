package loam.tensor.internal;

import loam.tensor.internal.scalar.ScalarMath;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.UnaryKind;

/** The elementwise functions on single doubles and longs: the definition that every faster form is tested against. */
public final class Scalars {
    private Scalars() {
    }

    public static double unary(UnaryKind kind, double x, double p, double q) {
        return switch (kind) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case SQUARE -> x * x;
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case LOG2 -> log2(x);
            case LOG10 -> Math.log10(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TAN -> Math.tan(x);
            case ASIN -> Math.asin(x);
            case ACOS -> Math.acos(x);
            case ATAN -> Math.atan(x);
            case SINH -> Math.sinh(x);
            case COSH -> Math.cosh(x);
            case TANH -> Math.tanh(x);
            case ERF -> ScalarMath.erf(x);
            case LGAMMA -> ScalarMath.lgamma(x);
            case DIGAMMA -> ScalarMath.digamma(x);
            case POLYGAMMA -> ScalarMath.polygamma((int) p, x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
            case RELU -> x <= 0 ? 0 : x;
            case SIGMOID -> ScalarMath.sigmoid(x);
            case LOG_SIGMOID -> ScalarMath.logSigmoid(x);
            case SOFTPLUS -> ScalarMath.softplus(x);
            case GELU -> ScalarMath.gelu(x);
            case GELU_TANH -> ScalarMath.geluTanh(x);
            case SILU -> ScalarMath.silu(x);
            case LEAKY_RELU -> x > 0 ? x : p * x;
            case ELU -> x > 0 ? x : p * Math.expm1(x);
            case CLAMP -> x != x ? x : Math.min(Math.max(x, p), q);
        };
    }

    private static double log2(double x) {
        int e = Math.getExponent(x);
        if (x > 0 && e <= 1023 && x == Math.scalb(1.0, e)) {
            return e;
        }
        return Math.log(x) / Math.log(2);
    }

    public static double binary(BinaryKind kind, double a, double b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> pow(a, b);
            case ATAN2 -> Math.atan2(a, b);
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case REMAINDER -> ScalarMath.remainder(a, b);
            case FLOOR_DIV -> ScalarMath.floorDiv(a, b);
            case RELU_GRAD -> b > 0 ? a : 0;
            case TANH_GRAD -> a * (1 - b * b);
            case SIGMOID_GRAD -> a * b * (1 - b);
            case GELU_GRAD -> a * ScalarMath.geluGrad(b);
            case GELU_TANH_GRAD -> a * ScalarMath.geluTanhGrad(b);
            case SILU_GRAD -> a * ScalarMath.siluGrad(b);
        };
    }

    /** C's pow: 1 for base 1 or exponent 0, and 1 for base -1 with an infinite exponent. */
    private static double pow(double a, double b) {
        if (a == 1 || a == -1 && Double.isInfinite(b)) {
            return 1;
        }
        return Math.pow(a, b);
    }

    public static boolean compare(CompareKind kind, double a, double b) {
        return switch (kind) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }

    public static boolean compare(CompareKind kind, long a, long b) {
        return switch (kind) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }

    /** Integer forms of the kinds that are closed on integers. */
    public static long unary(UnaryKind kind, long x, double p, double q) {
        return switch (kind) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Long.signum(x);
            case SQUARE -> x * x;
            case RELU -> Math.max(0, x);
            case CLAMP -> Math.min(Math.max(x, (long) p), (long) q);
            default -> x;
        };
    }

    /** Integer forms; remainder and floor division by zero give 0, power by a negative exponent 0 (1 and -1 excepted). */
    public static long binary(BinaryKind kind, long a, long b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case POW -> power(a, b);
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case REMAINDER -> b == 0 ? 0 : Math.floorMod(a, b);
            case FLOOR_DIV -> b == 0 ? 0 : Math.floorDiv(a, b);
            default -> throw new IllegalArgumentException(kind + " is not defined on integers");
        };
    }

    private static long power(long a, long b) {
        if (b < 0) {
            return a == 1 ? 1 : a == -1 ? (b & 1) == 0 ? 1 : -1 : 0;
        }
        long r = 1;
        long base = a;
        for (long e = b; e > 0; e >>= 1) {
            r = (e & 1) == 1 ? r * base : r;
            base *= base;
        }
        return r;
    }
}
