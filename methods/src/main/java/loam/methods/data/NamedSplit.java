package loam.methods.data;

import loam.tensor.data.LabelledDataset;

/**
 * A published data set with its own division, and where it was found.
 *
 * @param name   the set
 * @param train  to learn from
 * @param test   to judge on
 * @param source the folder
 * @param sha256 of the contents of its files, one after the other
 */
public record NamedSplit(String name, LabelledDataset train, LabelledDataset test, String source, String sha256) {
}
