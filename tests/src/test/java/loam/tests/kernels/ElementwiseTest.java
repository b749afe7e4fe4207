package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import loam.tensor.internal.Loops;
import loam.tensor.internal.Scalars;
import loam.tensor.internal.scalar.ScalarMath;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.UnaryKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches an inaccurate polynomial, a wrong special value, a tail that is computed in another way than the body, a wrong stride of 0. */
@Tag("fast")
class ElementwiseTest {
    private static final float[] SPECIAL = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE,
        Float.MIN_NORMAL, -Float.MIN_NORMAL, 1e-30f, -1e-30f, Float.MAX_VALUE, -Float.MAX_VALUE, 1f, -1f, 88.7f, 88.8f, -87.4f, -95f, -103.9f, -104.5f,
        1e10f, -1e10f, 0.5f, -0.5f, 1e-4f, -1e-4f, 9f, -9f, 15f, -15f, 0.99999994f, 1.0000001f, 2f, 3f, 1e5f, 0x1p28f, -1e20f, 8388607.5f, -4194303.5f};

    static Stream<Loops> sets() {
        return LoopSets.sets();
    }

    /** The function in double. */
    private static double exact(UnaryKind kind, double x, double p, double q) {
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
            case LOG2 -> Math.log(x) / Math.log(2);
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
            case RELU -> Math.max(x, 0);
            case SIGMOID -> ScalarMath.sigmoid(x);
            case LOG_SIGMOID -> ScalarMath.logSigmoid(x);
            case SOFTPLUS -> ScalarMath.softplus(x);
            case GELU -> ScalarMath.gelu(x);
            case GELU_TANH -> ScalarMath.geluTanh(x);
            case SILU -> ScalarMath.silu(x);
            case LEAKY_RELU -> x > 0 ? x : p * x;
            case ELU -> x > 0 ? x : p * Math.expm1(x);
            case CLAMP -> Math.min(Math.max(x, p), q);
        };
    }

    private static double exact(BinaryKind kind, double a, double b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
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

    private static float[] inputs() {
        Random r = new Random(7);
        float[] x = new float[20_000];
        System.arraycopy(SPECIAL, 0, x, 0, SPECIAL.length);
        for (int i = SPECIAL.length; i < x.length; i++) {
            double wide = Math.exp(r.nextDouble() * 12 - 7);
            x[i] = (float) switch (i % 4) {
                case 0 -> r.nextGaussian();
                case 1 -> r.nextDouble() * 40 - 20;
                case 2 -> wide;
                default -> -wide;
            };
        }
        return x;
    }

    /** Error in units of the last place of the exact value as a float; gradients near their zeros count in relation to 1. */
    private static double ulps(float got, double want, double floor) {
        if (Double.isNaN(want) || Double.isNaN(got)) {
            return Double.isNaN(want) && Double.isNaN(got) ? 0 : Double.POSITIVE_INFINITY;
        }
        if (Float.isInfinite((float) want) || Float.isInfinite(got)) {
            boolean close = (float) want == got || Math.abs(want) > 3.4028e38 && Math.abs(got) > 3.4028e38f && want > 0 == got > 0;
            return close ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(got - want) / Math.ulp((float) Math.max(Math.abs(want), floor));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void unaryFunctionsAreAccurate(Loops loops) {
        float[] x = inputs();
        float[] y = new float[x.length];
        StringBuilder wrong = new StringBuilder();
        for (UnaryKind kind : UnaryKind.values()) {
            double p = kind == UnaryKind.CLAMP ? -1.5 : kind == UnaryKind.POLYGAMMA ? 2 : 0.25;
            loops.unary(kind, x.length, x, 0, y, 0, p, 2.5);
            // far out on the left the tanh form of GELU is tiny and passes through a rounded cubic
            double limit = kind == UnaryKind.GELU_TANH ? 40 : 4;
            for (int i = 0; i < x.length; i++) {
                double floor = kind == UnaryKind.LGAMMA || kind == UnaryKind.DIGAMMA ? 1e-3 : kind == UnaryKind.GELU_TANH ? 1e-2
                        : kind == UnaryKind.EXP ? 0 : 1e-36;
                double ulps = ulps(y[i], exact(kind, x[i], p, 2.5), floor);
                if (ulps > limit) {
                    wrong.append(String.format(Locale.ROOT, "%s %s(%s) = %s, expected %s: %.1f ulp%n", loops.name(), kind, x[i], y[i], exact(kind, x[i], p, 2.5), ulps));
                    break;
                }
            }
        }
        assertEquals("", wrong.toString());
    }

    @ParameterizedTest
    @MethodSource("sets")
    void binaryFunctionsAreAccurate(Loops loops) {
        float[] x = inputs();
        float[] a = new float[x.length];
        float[] y = new float[x.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = x[(i * 31 + 7) % x.length];
        }
        for (int i = 0; i < SPECIAL.length * SPECIAL.length; i++) {
            a[i] = SPECIAL[i / SPECIAL.length];
            x[i] = SPECIAL[i % SPECIAL.length];
        }
        StringBuilder wrong = new StringBuilder();
        for (BinaryKind kind : BinaryKind.values()) {
            loops.binary(kind, x.length, a, 0, 1, x, 0, 1, y, 0);
            boolean gradient = kind.name().endsWith("_GRAD");
            for (int i = 0; i < x.length; i++) {
                double want = exact(kind, a[i], x[i]);
                if (kind == BinaryKind.FLOOR_DIV && Math.abs(want) > 1e7 || gradient && !Float.isFinite(a[i])
                        || (kind == BinaryKind.TANH_GRAD || kind == BinaryKind.SIGMOID_GRAD) && !(Math.abs(x[i]) <= 1)) {
                    continue;
                }
                double ulps = ulps(y[i], want, gradient ? Math.abs(a[i]) : 0);
                if (ulps > (gradient ? 6 : 1.01)) {
                    wrong.append(String.format(Locale.ROOT, "%s %s(%s, %s) = %s, expected %s: %.1f ulp%n", loops.name(), kind, a[i], x[i], y[i], want, ulps));
                    break;
                }
            }
        }
        assertEquals("", wrong.toString());
    }

    /** An element has the same bits wherever it stands and however long the block is. */
    @ParameterizedTest
    @MethodSource("sets")
    void valuesDoNotDependOnPosition(Loops loops) {
        float[] x = inputs();
        int n = 300;
        float[] all = new float[n];
        for (UnaryKind kind : UnaryKind.values()) {
            loops.unary(kind, n, x, 0, all, 0, 0.3, 0.7);
            for (int start = 0; start < n; start += 13) {
                for (int length = 0; length <= 35 && start + length <= n; length += 1 + length / 5) {
                    float[] y = LoopSets.poison(length + 3);
                    loops.unary(kind, length, x, start, y, 2, 0.3, 0.7);
                    same(kind.name(), all, start, y, 2, length);
                    assertTrue(Float.isNaN(y[1]) && Float.isNaN(y[length + 2]), kind + " wrote outside");
                }
            }
        }
        float[] b = LoopSets.random(9, n, -3, 3);
        for (BinaryKind kind : BinaryKind.values()) {
            loops.binary(kind, n, x, 0, 1, b, 0, 1, all, 0);
            for (int start = 0; start < n; start += 17) {
                int length = Math.min(n - start, start % 41);
                float[] y = LoopSets.poison(length + 3);
                loops.binary(kind, length, x, start, 1, b, start, 1, y, 2);
                same(kind.name(), all, start, y, 2, length);
            }
        }
    }

    private static void same(String what, float[] want, int wo, float[] got, int go, int n) {
        for (int i = 0; i < n; i++) {
            assertEquals(Float.floatToIntBits(want[wo + i]), Float.floatToIntBits(got[go + i]), what + ": " + want[wo + i] + " and " + got[go + i]);
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void aStrideOfZeroRepeatsTheValue(Loops loops) {
        int n = 2500;
        float[] a = LoopSets.random(1, n, -2, 2);
        float[] b = LoopSets.random(2, n, -2, 2);
        float[] a0 = new float[n];
        float[] b0 = new float[n];
        java.util.Arrays.fill(a0, a[5]);
        java.util.Arrays.fill(b0, b[9]);
        for (BinaryKind kind : BinaryKind.values()) {
            for (int strides = 0; strides < 4; strides++) {
                int as = strides & 1;
                int bs = strides >> 1;
                float[] want = new float[n];
                float[] got = new float[n];
                loops.binary(kind, n, as == 1 ? a : a0, 0, 1, bs == 1 ? b : b0, 0, 1, want, 0);
                loops.binary(kind, n, a, as == 1 ? 0 : 5, as, b, bs == 1 ? 0 : 9, bs, got, 0);
                same(kind + " strides " + as + " " + bs, want, 0, got, 0, n);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void comparisonsAndSelection(Loops loops) {
        int n = SPECIAL.length * SPECIAL.length;
        float[] a = new float[n];
        float[] b = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = SPECIAL[i / SPECIAL.length];
            b[i] = SPECIAL[i % SPECIAL.length];
        }
        byte[] y = new byte[n];
        for (CompareKind kind : CompareKind.values()) {
            loops.compare(kind, n, a, 0, 1, b, 0, 1, y, 0);
            for (int i = 0; i < n; i++) {
                boolean want = switch (kind) {
                    case EQ -> a[i] == b[i];
                    case NE -> a[i] != b[i];
                    case LT -> a[i] < b[i];
                    case LE -> a[i] <= b[i];
                    case GT -> a[i] > b[i];
                    case GE -> a[i] >= b[i];
                };
                assertEquals(want ? 1 : 0, y[i], kind + " " + a[i] + " " + b[i]);
            }
        }
        float[] z = new float[n];
        loops.select(n, y, 0, 1, a, 0, 1, b, 3, 0, z, 0);
        for (int i = 0; i < n; i++) {
            assertEquals(y[i] != 0 ? a[i] : b[3], z[i]);
        }
    }

    /** Any length and place, strides of 0, conditions that are any byte: against the definition. Would catch a tail or a neighbour that is overwritten. */
    @ParameterizedTest
    @MethodSource("sets")
    void comparisonAndSelectionAtAnyPlace(Loops loops) {
        float[] a = inputs();
        float[] b = a.clone();
        for (int i = 0; i < 400; i += 3) {
            b[i] = a[399 - i];
        }
        byte[] condition = new byte[400];
        new Random(5).nextBytes(condition);
        for (int i = 0; i < 400; i += 2) {
            condition[i] = 0;
        }
        for (int start = 0; start < 300; start += 29) {
            for (int n = 0; n < 70; n += 1 + n / 9) {
                for (int strides = 0; strides < 8; strides++) {
                    int as = strides & 1;
                    int bs = strides >> 1 & 1;
                    int cs = strides >> 2;
                    byte[] y = new byte[n + 3];
                    loops.compare(CompareKind.values()[start % 6], n, a, start, as, b, start + 1, bs, y, 2);
                    float[] z = LoopSets.poison(n + 3);
                    loops.select(n, condition, start + 1, cs, a, start, as, b, start + 2, bs, z, 2);
                    for (int i = 0; i < n; i++) {
                        float left = a[start + i * as];
                        boolean holds = Scalars.compare(CompareKind.values()[start % 6], left, b[start + 1 + i * bs]);
                        assertEquals(holds ? 1 : 0, y[2 + i]);
                        float chosen = condition[start + 1 + i * cs] != 0 ? left : b[start + 2 + i * bs];
                        assertEquals(Float.floatToRawIntBits(chosen), Float.floatToRawIntBits(z[2 + i]));
                    }
                    assertTrue(y[1] == 0 && y[n + 2] == 0 && Float.isNaN(z[1]) && Float.isNaN(z[n + 2]), "wrote outside");
                }
            }
        }
    }
}
