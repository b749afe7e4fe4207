package loam.tensor.kernel;

/** Elementwise comparisons; every comparison with NaN is false but {@code NE}. */
public enum CompareKind { EQ, NE, LT, LE, GT, GE }
