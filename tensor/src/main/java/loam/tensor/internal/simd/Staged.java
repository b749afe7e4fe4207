package loam.tensor.internal.simd;

import loam.tensor.internal.parallel.Scratch;

/**
 * Functions in several steps over a block that stays in the first-level cache. The steps are called through an interface with many
 * implementations: so the compiler does not draw them all into one method, where it would run out of its limits for inlining and
 * leave vectors in memory.
 */
final class Staged {
    private static final int BLOCK = 1024;
    /** Second and third block of the work array. */
    private static final int T1 = BLOCK;
    private static final int T2 = 2 * BLOCK;
    private static final float SQRT_HALF = 0.70710678f;

    /** One loop: a is the incoming gradient, x the argument, t the work array, p the parameter. */
    private interface Step {
        void run(int n, float[] a, int ao, float[] x, int xo, float[] t, float[] y, int yo, float p);
    }

    private static final Step EXP = (n, a, ao, x, xo, t, y, yo, p) -> ExpLoops.exp(n, t, 0, t, 0);
    private static final Step LOG_T1 = (n, a, ao, x, xo, t, y, yo, p) -> LogLoops.log(n, t, T1, t, T1);
    private static final Step NEG_ABS = (n, a, ao, x, xo, t, y, yo, p) -> Logistics.negAbs(n, x, xo, t, 0);
    private static final Step PLUS_ONE = (n, a, ao, x, xo, t, y, yo, p) -> Logistics.plusOne(n, t, 0, t, T1);
    private static final Step MEND_LOG = (n, a, ao, x, xo, t, y, yo, p) -> Logistics.log1p(n, t, 0, t, T1, t, T1);
    private static final Step GELU_CUBIC = (n, a, ao, x, xo, t, y, yo, p) -> Logistics.geluCubic(n, x, xo, t, 0);
    private static final Step TIMES_SIGMOID = (n, a, ao, x, xo, t, y, yo, p) -> Logistics.timesSigmoid(n, x, xo, t, 0, y, yo);
    private static final Step HALF_SQUARE = (n, a, ao, x, xo, t, y, yo, p) -> Logistics.halfSquare(n, x, xo, t, 0);
    private static final Step SCALED_HALF = (n, a, ao, x, xo, t, y, yo, p) -> ErfLoops.scaled(n, x, xo, t, T1, SQRT_HALF);
    private static final Step CDF = (n, a, ao, x, xo, t, y, yo, p) -> ErfLoops.cdf(n, x, xo, t, 0, t, T1, t, T1);

    static final Step[] TANH = {
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.twiceAbs(n, x, xo, t, 0),
        (n, a, ao, x, xo, t, y, yo, p) -> ExpLoops.expm1(n, t, 0, t, 0),
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.tanh(n, x, xo, t, 0, y, yo)};
    static final Step[] SIGMOID = {NEG_ABS, EXP, (n, a, ao, x, xo, t, y, yo, p) -> Logistics.sigmoid(n, x, xo, t, 0, y, yo)};
    static final Step[] SILU = {NEG_ABS, EXP, TIMES_SIGMOID};
    static final Step[] GELU_TANH = {GELU_CUBIC, EXP, TIMES_SIGMOID};
    static final Step[] SOFTPLUS = {NEG_ABS, EXP, PLUS_ONE, LOG_T1, MEND_LOG,
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.softplus(n, x, xo, t, T1, y, yo)};
    static final Step[] LOG_SIGMOID = {NEG_ABS, EXP, PLUS_ONE, LOG_T1, MEND_LOG,
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.logSigmoid(n, x, xo, t, T1, y, yo)};
    static final Step[] LOG1P = {
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.plusOne(n, x, xo, t, T1), LOG_T1,
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.log1p(n, x, xo, t, T1, y, yo)};
    static final Step[] ELU = {
        (n, a, ao, x, xo, t, y, yo, p) -> ExpLoops.expm1(n, x, xo, t, 0),
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.elu(n, x, xo, t, 0, y, yo, p)};
    /** Three steps and not two: the compiler draws both of two receivers into the caller. */
    static final Step[] GELU = {
        (n, a, ao, x, xo, t, y, yo, p) -> NormalLoops.exponent(n, x, xo, t, 0, T2),
        (n, a, ao, x, xo, t, y, yo, p) -> NormalLoops.gelu(n, x, xo, t, 0, y, yo),
        (n, a, ao, x, xo, t, y, yo, p) -> NormalLoops.geluFar(n, t[T2], x, xo, y, yo)};
    static final Step[] ERF = {
        (n, a, ao, x, xo, t, y, yo, p) -> Logistics.square(n, x, xo, t, 0), EXP,
        (n, a, ao, x, xo, t, y, yo, p) -> ErfLoops.scaled(n, x, xo, t, T1, 1f),
        (n, a, ao, x, xo, t, y, yo, p) -> ErfLoops.small(n, x, xo, t, T2),
        (n, a, ao, x, xo, t, y, yo, p) -> ErfLoops.erf(n, x, xo, t, 0, t, T1, t, T2, y, yo)};
    static final Step[] GELU_GRAD = {HALF_SQUARE, EXP, SCALED_HALF, CDF,
        (n, a, ao, x, xo, t, y, yo, p) -> ErfLoops.geluGrad(n, a, ao, x, xo, t, 0, t, T1, y, yo)};
    static final Step[] GELU_TANH_GRAD = {GELU_CUBIC, EXP, (n, a, ao, x, xo, t, y, yo, p) -> Logistics.geluTanhGrad(n, a, ao, x, xo, t, 0, y, yo)};
    static final Step[] SILU_GRAD = {NEG_ABS, EXP, (n, a, ao, x, xo, t, y, yo, p) -> Logistics.siluGrad(n, a, ao, x, xo, t, 0, y, yo)};

    private Staged() { }

    /** n is a multiple of the vector length. */
    static void run(Step[] steps, int n, float[] a, int ao, float[] x, int xo, float[] y, int yo, float p) {
        float[] t = Scratch.get().floats(Scratch.STAGE, 3 * BLOCK);
        for (int i = 0; i < n; i += BLOCK) {
            int m = Math.min(BLOCK, n - i);
            for (Step step : steps) {
                step.run(m, a, ao + i, x, xo + i, t, y, yo + i, p);
            }
        }
    }
}
