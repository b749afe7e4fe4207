package loam.methods;

/**
 * A data set as a run used it.
 *
 * @param name   the set
 * @param source the folder or address it came from, or "bundled"
 * @param sha256 of its content
 * @param train  training samples used
 * @param test   test samples used
 */
public record DataUse(String name, String source, String sha256, int train, int test) {
}
