package loam.tensor.kernel;

/** Elementwise functions of one argument; {@code p} and {@code q} are the parameters of the kinds that have some. */
public enum UnaryKind {
    NEG, ABS, SIGN, SQUARE, SQRT, RSQRT, RECIPROCAL,
    EXP, EXPM1, LOG, LOG1P, LOG2, LOG10,
    SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH,
    ERF, LGAMMA, DIGAMMA,
    /** The p-th derivative of digamma, p at least 1. */
    POLYGAMMA,
    FLOOR, CEIL, ROUND, TRUNC,
    RELU, SIGMOID, LOG_SIGMOID, SOFTPLUS, GELU, GELU_TANH, SILU,
    /** {@code x > 0 ? x : p * x}. */
    LEAKY_RELU,
    /** {@code x > 0 ? x : p * (exp(x) - 1)}. */
    ELU,
    /** {@code min(max(x, p), q)}; NaN stays NaN. */
    CLAMP
}
