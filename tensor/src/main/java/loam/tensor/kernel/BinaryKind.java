package loam.tensor.kernel;

/** Elementwise functions of two arguments; the {@code *_GRAD} kinds take (incoming gradient, saved value). */
public enum BinaryKind {
    ADD, SUB, MUL, DIV, POW, ATAN2,
    /** NaN if either is NaN. */
    MAXIMUM, MINIMUM,
    /** {@code a - b * floor(a / b)}, the sign of the divisor. */
    REMAINDER,
    /** {@code floor(a / b)}. */
    FLOOR_DIV,
    /** {@code a} where {@code b > 0}, else 0 (b: input or output of relu). */
    RELU_GRAD,
    /** {@code a * (1 - b * b)}, b: output of tanh. */
    TANH_GRAD,
    /** {@code a * b * (1 - b)}, b: output of sigmoid. */
    SIGMOID_GRAD,
    /** derivative of gelu (erf form) at b, times a. */
    GELU_GRAD,
    /** derivative of gelu (tanh form) at b, times a. */
    GELU_TANH_GRAD,
    /** derivative of silu at b, times a. */
    SILU_GRAD
}
