package loam.tensor.internal.scalar;

import loam.tensor.kernel.BinaryKind;
import loam.tensor.kernel.CompareKind;
import loam.tensor.kernel.UnaryKind;

/** Elementwise loops, one a kind: a switch or a function object inside the loop would keep the compiler from vectorising it. */
final class ScalarElementwise {
    private static final double INV_LOG_2 = 1.4426950408889634;

    private ScalarElementwise() { }

    // a method above 60 lines: one entry a kind
    static void unary(UnaryKind kind, int n, float[] x, int xo, float[] y, int yo, double p, double q) {
        float slope = (float) p;
        float lo = (float) p;
        float hi = (float) q;
        switch (kind) {
            case NEG -> { for (int i = 0; i < n; i++) { y[yo + i] = -x[xo + i]; } }
            case ABS -> { for (int i = 0; i < n; i++) { y[yo + i] = Math.abs(x[xo + i]); } }
            case SIGN -> { for (int i = 0; i < n; i++) { y[yo + i] = Math.signum(x[xo + i]); } }
            case SQUARE -> { for (int i = 0; i < n; i++) { y[yo + i] = x[xo + i] * x[xo + i]; } }
            case SQRT -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.sqrt(x[xo + i]); } }
            case RSQRT -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) (1 / Math.sqrt(x[xo + i])); } }
            case RECIPROCAL -> { for (int i = 0; i < n; i++) { y[yo + i] = 1 / x[xo + i]; } }
            case EXP -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.exp(x[xo + i]); } }
            case EXPM1 -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.expm1(x[xo + i]); } }
            case LOG -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.log(x[xo + i]); } }
            case LOG1P -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.log1p(x[xo + i]); } }
            case LOG2 -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) (Math.log(x[xo + i]) * INV_LOG_2); } }
            case LOG10 -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.log10(x[xo + i]); } }
            case SIN -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.sin(x[xo + i]); } }
            case COS -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.cos(x[xo + i]); } }
            case TAN -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.tan(x[xo + i]); } }
            case ASIN -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.asin(x[xo + i]); } }
            case ACOS -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.acos(x[xo + i]); } }
            case ATAN -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.atan(x[xo + i]); } }
            case SINH -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.sinh(x[xo + i]); } }
            case COSH -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.cosh(x[xo + i]); } }
            case TANH -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.tanh(x[xo + i]); } }
            case ERF -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.erf(x[xo + i]); } }
            case LGAMMA -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.lgamma(x[xo + i]); } }
            case DIGAMMA -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.digamma(x[xo + i]); } }
            case POLYGAMMA -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.polygamma((int) p, x[xo + i]); } }
            case FLOOR -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.floor(x[xo + i]); } }
            case CEIL -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.ceil(x[xo + i]); } }
            case ROUND -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.rint(x[xo + i]); } }
            case TRUNC -> { for (int i = 0; i < n; i++) { y[yo + i] = x[xo + i] < 0 ? (float) Math.ceil(x[xo + i]) : (float) Math.floor(x[xo + i]); } }
            case RELU -> { for (int i = 0; i < n; i++) { y[yo + i] = Math.max(x[xo + i], 0f); } }
            case SIGMOID -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.sigmoid(x[xo + i]); } }
            case LOG_SIGMOID -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.logSigmoid(x[xo + i]); } }
            case SOFTPLUS -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.softplus(x[xo + i]); } }
            case GELU -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.gelu(x[xo + i]); } }
            case GELU_TANH -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.geluTanh(x[xo + i]); } }
            case SILU -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.silu(x[xo + i]); } }
            case LEAKY_RELU -> { for (int i = 0; i < n; i++) { y[yo + i] = leakyRelu(x[xo + i], slope); } }
            case ELU -> { for (int i = 0; i < n; i++) { y[yo + i] = elu(x[xo + i], p); } }
            case CLAMP -> { for (int i = 0; i < n; i++) { y[yo + i] = Math.min(Math.max(x[xo + i], lo), hi); } }
            default -> throw new IllegalArgumentException("unary: no scalar loop for " + kind);
        }
    }

    // a method above 60 lines: one entry a kind
    static void binary(BinaryKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        switch (kind) {
            case ADD -> { for (int i = 0; i < n; i++) { y[yo + i] = a[ao + i * as] + b[bo + i * bs]; } }
            case SUB -> { for (int i = 0; i < n; i++) { y[yo + i] = a[ao + i * as] - b[bo + i * bs]; } }
            case MUL -> { for (int i = 0; i < n; i++) { y[yo + i] = a[ao + i * as] * b[bo + i * bs]; } }
            case DIV -> { for (int i = 0; i < n; i++) { y[yo + i] = a[ao + i * as] / b[bo + i * bs]; } }
            case POW -> { for (int i = 0; i < n; i++) { y[yo + i] = pow(a[ao + i * as], b[bo + i * bs]); } }
            case ATAN2 -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) Math.atan2(a[ao + i * as], b[bo + i * bs]); } }
            case MAXIMUM -> { for (int i = 0; i < n; i++) { y[yo + i] = Math.max(a[ao + i * as], b[bo + i * bs]); } }
            case MINIMUM -> { for (int i = 0; i < n; i++) { y[yo + i] = Math.min(a[ao + i * as], b[bo + i * bs]); } }
            case REMAINDER -> { for (int i = 0; i < n; i++) { y[yo + i] = ScalarMath.remainder(a[ao + i * as], b[bo + i * bs]); } }
            case FLOOR_DIV -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) ScalarMath.floorDiv(a[ao + i * as], b[bo + i * bs]); } }
            case RELU_GRAD -> { for (int i = 0; i < n; i++) { y[yo + i] = b[bo + i * bs] > 0 ? a[ao + i * as] : 0f; } }
            case TANH_GRAD -> { for (int i = 0; i < n; i++) { y[yo + i] = tanhGrad(a[ao + i * as], b[bo + i * bs]); } }
            case SIGMOID_GRAD -> { for (int i = 0; i < n; i++) { y[yo + i] = sigmoidGrad(a[ao + i * as], b[bo + i * bs]); } }
            case GELU_GRAD -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) (a[ao + i * as] * ScalarMath.geluGrad(b[bo + i * bs])); } }
            case GELU_TANH_GRAD -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) (a[ao + i * as] * ScalarMath.geluTanhGrad(b[bo + i * bs])); } }
            case SILU_GRAD -> { for (int i = 0; i < n; i++) { y[yo + i] = (float) (a[ao + i * as] * ScalarMath.siluGrad(b[bo + i * bs])); } }
            default -> throw new IllegalArgumentException("binary: no scalar loop for " + kind);
        }
    }

    static void compare(CompareKind kind, int n, float[] a, int ao, int as, float[] b, int bo, int bs, byte[] y, int yo) {
        switch (kind) {
            case EQ -> { for (int i = 0; i < n; i++) { y[yo + i] = (byte) (a[ao + i * as] == b[bo + i * bs] ? 1 : 0); } }
            case NE -> { for (int i = 0; i < n; i++) { y[yo + i] = (byte) (a[ao + i * as] != b[bo + i * bs] ? 1 : 0); } }
            case LT -> { for (int i = 0; i < n; i++) { y[yo + i] = (byte) (a[ao + i * as] < b[bo + i * bs] ? 1 : 0); } }
            case LE -> { for (int i = 0; i < n; i++) { y[yo + i] = (byte) (a[ao + i * as] <= b[bo + i * bs] ? 1 : 0); } }
            case GT -> { for (int i = 0; i < n; i++) { y[yo + i] = (byte) (a[ao + i * as] > b[bo + i * bs] ? 1 : 0); } }
            case GE -> { for (int i = 0; i < n; i++) { y[yo + i] = (byte) (a[ao + i * as] >= b[bo + i * bs] ? 1 : 0); } }
            default -> throw new IllegalArgumentException("compare: no scalar loop for " + kind);
        }
    }

    static void select(int n, byte[] c, int co, int cs, float[] a, int ao, int as, float[] b, int bo, int bs, float[] y, int yo) {
        for (int i = 0; i < n; i++) {
            // no branch: conditions are rarely predictable
            int take = -(((c[co + i * cs] & 0xff) + 0xff) >> 8);
            y[yo + i] = Float.intBitsToFloat(Float.floatToRawIntBits(a[ao + i * as]) & take | Float.floatToRawIntBits(b[bo + i * bs]) & ~take);
        }
    }

    static float leakyRelu(float x, float slope) {
        return x > 0 ? x : slope * x;
    }

    static float elu(float x, double alpha) {
        return x > 0 ? x : (float) (alpha * Math.expm1(x));
    }

    static float tanhGrad(float dy, float y) {
        return dy * (1 - y * y);
    }

    static float sigmoidGrad(float dy, float y) {
        return dy * y * (1 - y);
    }

    static float pow(float a, float b) {
        if (b == 2) {
            return a * a;
        }
        if (a == 1 || a == -1 && Float.isInfinite(b)) {    // C's pow, where Java's gives NaN
            return 1;
        }
        return b == 3 ? (float) ((double) a * a * a) : (float) Math.pow(a, b);
    }
}
