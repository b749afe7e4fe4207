package loam.methods.continual.fetril;

/** Which of the new classes lends its features to a past class. */
public enum Donor {
    /** The new class whose mean is at the smallest Euclidean distance from the past class's mean: the reference code's choice. */
    NEAREST_EUCLIDEAN,
    /** The new class whose mean is at the smallest angle. */
    NEAREST_COSINE,
    /** One new class drawn at random: the comparison that tells what nearness is worth. */
    RANDOM_CLASS,
    /** Every pseudo-feature comes from a new class of its own, drawn at random. */
    RANDOM_MIX
}
