package loam.tensor.internal.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.UnaryKind;

/**
 * Chooses the vector loop of a kind and feeds it whole vectors: the last elements of a block go through a padded copy, so that they
 * see the same instructions as all others.
 */
final class SimdElementwise {
    private static final int L = FloatVector.SPECIES_PREFERRED.length();
    /** Elements of a value repeated for a stride of 0. */
    private static final int BLOCK = 1024;
    private static final double LOG10_OF_2 = 0.30102999566398119521;

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
            case LOG2 -> logarithm(1, n, x, xo, y, yo);
            case LOG10 -> logarithm(LOG10_OF_2, n, x, xo, y, yo);
            case SIN -> {
                TrigLoops.sin(n, x, xo, y, yo);
                TrigLoops.sinLarge(n, x, xo, y, yo);
            }
            case COS -> {
                TrigLoops.cos(n, x, xo, y, yo);
                TrigLoops.cosLarge(n, x, xo, y, yo);
            }
            case TAN -> {
                TrigLoops.tan(n, x, xo, y, yo);
                TrigLoops.tanLarge(n, x, xo, y, yo);
            }
            case SIGN -> BasicLoops.sign(n, x, xo, y, yo);
            case FLOOR -> BasicLoops.floor(n, x, xo, y, yo);
            case CEIL -> BasicLoops.ceil(n, x, xo, y, yo);
            case ROUND -> BasicLoops.round(n, x, xo, y, yo);
            case TRUNC -> BasicLoops.trunc(n, x, xo, y, yo);
            case TANH -> Staged.run(Staged.TANH, n, x, xo, x, xo, y, yo, p);
            case SIGMOID -> Staged.run(Staged.SIGMOID, n, x, xo, x, xo, y, yo, p);
            case LOG_SIGMOID -> Staged.run(Staged.LOG_SIGMOID, n, x, xo, x, xo, y, yo, p);
            case SOFTPLUS -> Staged.run(Staged.SOFTPLUS, n, x, xo, x, xo, y, yo, p);
            case SILU -> Staged.run(Staged.SILU, n, x, xo, x, xo, y, yo, p);
            case ELU -> Staged.run(Staged.ELU, n, x, xo, x, xo, y, yo, p);
            case GELU_TANH -> Staged.run(Staged.GELU_TANH, n, x, xo, x, xo, y, yo, p);
            case GELU -> Staged.run(Staged.GELU, n, x, xo, x, xo, y, yo, p);
            case ERF -> Staged.run(Staged.ERF, n, x, xo, x, xo, y, yo, p);
            case LOG1P -> Staged.run(Staged.LOG1P, n, x, xo, x, xo, y, yo, p);
            default -> {
                return false;
            }
        }
        return true;
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
        float[] t = repeated(n, a, ao, as, b, bo, bs);
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
            case POW -> power(n, a, ao, b, bo, y, yo);
            case MAXIMUM -> BasicLoops.maximum(n, a, ao, b, bo, y, yo);
            case MINIMUM -> BasicLoops.minimum(n, a, ao, b, bo, y, yo);
            case RELU_GRAD -> BasicLoops.reluGrad(n, a, ao, b, bo, y, yo);
            case TANH_GRAD -> BasicLoops.tanhGrad(n, a, ao, b, bo, y, yo);
            case SIGMOID_GRAD -> BasicLoops.sigmoidGrad(n, a, ao, b, bo, y, yo);
            case GELU_GRAD -> Staged.run(Staged.GELU_GRAD, n, a, ao, b, bo, y, yo, 0);
            case GELU_TANH_GRAD -> Staged.run(Staged.GELU_TANH_GRAD, n, a, ao, b, bo, y, yo, 0);
            case SILU_GRAD -> Staged.run(Staged.SILU_GRAD, n, a, ao, b, bo, y, yo, 0);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void logarithm(double factor, int n, float[] x, int xo, float[] y, int yo) {
        double[] t = Scratch.get().doubles(Scratch.WIDE, BLOCK);
        for (int i = 0; i < n; i += BLOCK) {
            int m = Math.min(BLOCK, n - i);
            WideLoops.log2(m, x, xo + i, t, 0);
            WideLoops.narrow(m, t, 0, factor, y, yo + i);
            WideLoops.mendLog(m, x, xo + i, y, yo + i);
        }
    }

    private static void power(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        double[] t = Scratch.get().doubles(Scratch.WIDE, BLOCK);
        for (int i = 0; i < n; i += BLOCK) {
            int m = Math.min(BLOCK, n - i);
            WideLoops.log2(m, a, ao + i, t, 0);
            WideLoops.power(m, t, 0, b, bo + i, y, yo + i);
            WideLoops.mendPower(m, a, ao + i, b, bo + i, y, yo + i);
        }
    }

    /** Comparisons; "greater" is "less" with the operands exchanged. */
    static void compare(CompareKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, byte[] y, int yo) {
        if (kind == CompareKind.GT || kind == CompareKind.GE) {
            compare(kind == CompareKind.GT ? CompareKind.LT : CompareKind.LE, n, b, bo, bs, a, ao, as, y, yo);
            return;
        }
        float[] t = repeated(n, a, ao, as, b, bo, bs);
        int step = as == 0 || bs == 0 ? BLOCK : Math.max(n, 1);
        for (int i = 0; i < n; i += step) {
            compareDense(kind, Math.min(step, n - i), as == 0 ? t : a, as == 0 ? 0 : ao + i, bs == 0 ? t : b, bs == 0 ? BLOCK : bo + i, y, yo + i);
        }
    }

    /** n is a multiple of the vector length. */
    private static void compareDense(CompareKind kind, int n, float[] a, int ao, float[] b, int bo, byte[] y, int yo) {
        switch (kind) {
            case EQ -> MaskLoops.equal(n, a, ao, b, bo, y, yo);
            case NE -> MaskLoops.unequal(n, a, ao, b, bo, y, yo);
            case LT -> MaskLoops.less(n, a, ao, b, bo, y, yo);
            default -> MaskLoops.atMost(n, a, ao, b, bo, y, yo);
        }
    }

    /** {@code y = c != 0 ? a : b}; n is a multiple of the vector length. */
    static void select(int n, byte[] c, int co, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        float[] t = repeated(n, a, ao, as, b, bo, bs);
        int step = as == 0 || bs == 0 ? BLOCK : Math.max(n, 1);
        for (int i = 0; i < n; i += step) {
            MaskLoops.select(Math.min(step, n - i), c, co + i, as == 0 ? t : a, as == 0 ? 0 : ao + i, bs == 0 ? t : b, bs == 0 ? BLOCK : bo + i, y, yo + i);
        }
    }

    /** A block with the first and another with the second operand's one value, where their stride is 0. */
    private static float[] repeated(int n, float[] a, int ao, int as, float[] b, int bo, int bs) {
        float[] t = Scratch.get().floats(Scratch.ROW, 2 * BLOCK);
        int m = Math.min(n, BLOCK);
        if (as == 0 && n > 0) {
            Arrays.fill(t, 0, m, a[ao]);
        }
        if (bs == 0 && n > 0) {
            Arrays.fill(t, BLOCK, BLOCK + m, b[bo]);
        }
        return t;
    }
}
