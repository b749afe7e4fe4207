package loam.methods.data;

/**
 * Two parts of a data set without a common sample.
 *
 * @param train to learn from
 * @param test  to judge on
 */
public record Split(LabelledData train, LabelledData test) {
}
