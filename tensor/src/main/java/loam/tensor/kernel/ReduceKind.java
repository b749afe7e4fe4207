package loam.tensor.kernel;

/** Reductions over axes. Sums accumulate in double over long runs; max and min give NaN if one element is NaN. */
public enum ReduceKind {
    SUM, MEAN, SUM_SQUARES, SUM_ABS, PROD, MAX, MIN,
    /** I64 index of the first largest (smallest) element along one axis. */
    ARGMAX, ARGMIN,
    /** BOOL. */
    ANY, ALL
}
