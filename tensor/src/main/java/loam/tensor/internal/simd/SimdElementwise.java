package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.UnaryKind;

/**
 * Chooses the vector loop of a kind and feeds it whole vectors: the last elements of a block go through a padded copy, so that they
 * see the same instructions as all others.
 */
final class SimdElementwise {
    private static final int L = FloatVector.SPECIES_PREFERRED.length();
    /** Elements of a block that a function in several steps, or a repeated value, works on. */
    private static final int BLOCK = 1024;
    private static final float SQRT_HALF = 0.70710678f;

    private SimdElementwise() { }

    /** False when the kind has no vector loop. */
    static boolean unary(UnaryKind kind, int n, float[] x, int xo, float[] y, int yo, double p, double q) {
        int whole = n - n % L;
        if (!unaryWhole(kind, whole, x, xo, y, yo, (float) p, (float) q)) {
            return false;
        }
        if (whole < n) {
            float[] t = Scratch.get().floats(Scratch.TAIL, 3 * L);
            Arrays.fill(t, n - whole, L, 0f);
            System.arraycopy(x, xo + whole, t, 0, n - whole);
            unaryWhole(kind, L, t, 0, t, L, (float) p, (float) q);
            System.arraycopy(t, L, y, yo + whole, n - whole);
        }
        return true;
    }

    private static boolean unaryWhole(UnaryKind kind, int n, float[] x, int xo, float[] y, int yo, float p, float q) {
        switch (kind) {
            case NEG -> BasicLoops.neg(n, x, xo, y, yo);
            case ABS -> BasicLoops.abs(n, x, xo, y, yo);
            case SQUARE -> BasicLoops.square(n, x, xo, y, yo);
            case SQRT -> BasicLoops.sqrt(n, x, xo, y, yo);
            case RSQRT -> BasicLoops.rsqrt(n, x, xo, y, yo);
            case RECIPROCAL -> BasicLoops.reciprocal(n, x, xo, y, yo);
            case RELU -> BasicLoops.relu(n, x, xo, y, yo);
            case LEAKY_RELU -> BasicLoops.leakyRelu(n, x, xo, y, yo, p);
            case CLAMP -> BasicLoops.clamp(n, x, xo, y, yo, p, q);
            case EXP -> ExpLoops.exp(n, x, xo, y, yo);
            case EXPM1 -> ExpLoops.expm1(n, x, xo, y, yo);
            case LOG -> LogLoops.log(n, x, xo, y, yo);
            case TANH, SIGMOID, LOG_SIGMOID, SOFTPLUS, SILU, ELU, GELU_TANH, GELU, ERF, LOG1P -> {
                float[] t = Scratch.get().floats(Scratch.STAGE, 3 * BLOCK);
                for (int i = 0; i < n; i += BLOCK) {
                    staged(kind, Math.min(BLOCK, n - i), x, xo + i, t, y, yo + i, p);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Functions in several steps over a block; t has room for three blocks. */
    private static void staged(UnaryKind kind, int n, float[] x, int xo, float[] t, float[] y, int yo, float p) {
        switch (kind) {
            case TANH -> {
                Logistics.twiceAbs(n, x, xo, t, 0);
                ExpLoops.expm1(n, t, 0, t, 0);
                Logistics.tanh(n, x, xo, t, 0, y, yo);
            }
            case SIGMOID -> {
                expNegAbs(n, x, xo, t);
                Logistics.sigmoid(n, x, xo, t, 0, y, yo);
            }
            case SILU -> {
                expNegAbs(n, x, xo, t);
                Logistics.timesSigmoid(n, x, xo, t, 0, y, yo);
            }
            case SOFTPLUS -> {
                expNegAbs(n, x, xo, t);
                log1p(n, t, 0, t, BLOCK);
                Logistics.softplus(n, x, xo, t, BLOCK, y, yo);
            }
            case LOG_SIGMOID -> {
                expNegAbs(n, x, xo, t);
                log1p(n, t, 0, t, BLOCK);
                Logistics.logSigmoid(n, x, xo, t, BLOCK, y, yo);
            }
            case LOG1P -> {
                log1p(n, x, xo, t, 0);
                System.arraycopy(t, 0, y, yo, n);
            }
            case ELU -> {
                ExpLoops.expm1(n, x, xo, t, 0);
                Logistics.elu(n, x, xo, t, 0, y, yo, p);
            }
            case GELU_TANH -> {
                Logistics.geluCubic(n, x, xo, t, 0);
                ExpLoops.exp(n, t, 0, t, 0);
                Logistics.timesSigmoid(n, x, xo, t, 0, y, yo);
            }
            case GELU -> {
                normal(n, x, xo, t);
                ErfLoops.gelu(n, x, xo, t, BLOCK, y, yo);
            }
            default -> {
                Logistics.square(n, x, xo, t, 0);
                ExpLoops.exp(n, t, 0, t, 0);
                ErfLoops.scaled(n, x, xo, t, BLOCK, 1f);
                ErfLoops.small(n, x, xo, t, 2 * BLOCK);
                ErfLoops.erf(n, x, xo, t, 0, t, BLOCK, t, 2 * BLOCK, y, yo);
            }
        }
    }

    private static void expNegAbs(int n, float[] x, int xo, float[] t) {
        Logistics.negAbs(n, x, xo, t, 0);
        ExpLoops.exp(n, t, 0, t, 0);
    }

    /** {@code y = log(1 + x)}; x and y must be apart. */
    private static void log1p(int n, float[] x, int xo, float[] y, int yo) {
        Logistics.plusOne(n, x, xo, y, yo);
        LogLoops.log(n, y, yo, y, yo);
        Logistics.log1p(n, x, xo, y, yo, y, yo);
    }

    /** {@code exp(-x^2 / 2)} to t, the normal distribution function behind it. */
    private static void normal(int n, float[] x, int xo, float[] t) {
        Logistics.halfSquare(n, x, xo, t, 0);
        ExpLoops.exp(n, t, 0, t, 0);
        ErfLoops.scaled(n, x, xo, t, BLOCK, SQRT_HALF);
        ErfLoops.cdf(n, x, xo, t, 0, t, BLOCK, t, BLOCK);
    }

    /** False when the kind has no vector loop. */
    static boolean binary(BinaryKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        if (!binaryWhole(kind, 0, a, ao, b, bo, y, yo)) {
            return false;
        }
        if (as != 0 && bs != 0) {
            binaryDense(kind, n, a, ao, b, bo, y, yo);
            return true;
        }
        float[] t = Scratch.get().floats(Scratch.ROW, 2 * BLOCK);
        int m = Math.min(n, BLOCK);
        if (as == 0 && n > 0) {
            Arrays.fill(t, 0, m, a[ao]);
        }
        if (bs == 0 && n > 0) {
            Arrays.fill(t, BLOCK, BLOCK + m, b[bo]);
        }
        for (int i = 0; i < n; i += BLOCK) {
            binaryDense(kind, Math.min(BLOCK, n - i), as == 0 ? t : a, as == 0 ? 0 : ao + i, bs == 0 ? t : b, bs == 0 ? BLOCK : bo + i, y, yo + i);
        }
        return true;
    }

    private static void binaryDense(BinaryKind kind, int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        int whole = n - n % L;
        binaryWhole(kind, whole, a, ao, b, bo, y, yo);
        if (whole < n) {
            float[] t = Scratch.get().floats(Scratch.TAIL, 3 * L);
            Arrays.fill(t, n - whole, L, 0f);
            Arrays.fill(t, L + n - whole, 2 * L, 0f);
            System.arraycopy(a, ao + whole, t, 0, n - whole);
            System.arraycopy(b, bo + whole, t, L, n - whole);
            binaryWhole(kind, L, t, 0, t, L, t, 2 * L);
            System.arraycopy(t, 2 * L, y, yo + whole, n - whole);
        }
    }

    private static boolean binaryWhole(BinaryKind kind, int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        switch (kind) {
            case ADD -> BasicLoops.add(n, a, ao, b, bo, y, yo);
            case SUB -> BasicLoops.sub(n, a, ao, b, bo, y, yo);
            case MUL -> BasicLoops.mul(n, a, ao, b, bo, y, yo);
            case DIV -> BasicLoops.div(n, a, ao, b, bo, y, yo);
            case MAXIMUM -> BasicLoops.maximum(n, a, ao, b, bo, y, yo);
            case MINIMUM -> BasicLoops.minimum(n, a, ao, b, bo, y, yo);
            case RELU_GRAD -> BasicLoops.reluGrad(n, a, ao, b, bo, y, yo);
            case TANH_GRAD -> BasicLoops.tanhGrad(n, a, ao, b, bo, y, yo);
            case SIGMOID_GRAD -> BasicLoops.sigmoidGrad(n, a, ao, b, bo, y, yo);
            case GELU_GRAD, GELU_TANH_GRAD, SILU_GRAD -> {
                float[] t = Scratch.get().floats(Scratch.STAGE, 3 * BLOCK);
                for (int i = 0; i < n; i += BLOCK) {
                    stagedGrad(kind, Math.min(BLOCK, n - i), a, ao + i, b, bo + i, t, y, yo + i);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void stagedGrad(BinaryKind kind, int n, float[] a, int ao, float[] x, int xo, float[] t, float[] y, int yo) {
        if (kind == BinaryKind.GELU_GRAD) {
            normal(n, x, xo, t);
            ErfLoops.geluGrad(n, a, ao, x, xo, t, 0, t, BLOCK, y, yo);
        } else if (kind == BinaryKind.SILU_GRAD) {
            expNegAbs(n, x, xo, t);
            Logistics.siluGrad(n, a, ao, x, xo, t, 0, y, yo);
        } else {
            Logistics.geluCubic(n, x, xo, t, 0);
            ExpLoops.exp(n, t, 0, t, 0);
            Logistics.geluTanhGrad(n, a, ao, x, xo, t, 0, y, yo);
        }
    }
}
