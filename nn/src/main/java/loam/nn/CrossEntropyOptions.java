package loam.nn;

import loam.tensor.Failure;

/**
 * The choices of {@link Losses#crossEntropy(loam.tensor.Operand, int[], CrossEntropyOptions)}.
 *
 * @param labelSmoothing share of the target that is spread over all classes
 * @param classWeights one weight for each class, or null; the mean then divides by the sum of the weights used
 * @param ignoredLabel label of rows that do not count
 * @param reduction what becomes of the losses of the rows
 */
public record CrossEntropyOptions(double labelSmoothing, double[] classWeights, int ignoredLabel, Reduction reduction) {
    /** Checks the share. */
    public CrossEntropyOptions {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw Failure.of("cross_entropy", "label smoothing is a share from 0 to 1").fact("smoothing", labelSmoothing).argument();
        }
        classWeights = classWeights == null ? null : classWeights.clone();
    }

    /** No smoothing, no weights, label -100 ignored, mean. */
    public static CrossEntropyOptions defaults() {
        return new CrossEntropyOptions(0, null, -100, Reduction.MEAN);
    }

    public CrossEntropyOptions smoothing(double share) {
        return new CrossEntropyOptions(share, classWeights, ignoredLabel, reduction);
    }

    public CrossEntropyOptions weights(double... weights) {
        return new CrossEntropyOptions(labelSmoothing, weights, ignoredLabel, reduction);
    }

    public CrossEntropyOptions ignoring(int label) {
        return new CrossEntropyOptions(labelSmoothing, classWeights, label, reduction);
    }

    public CrossEntropyOptions reducing(Reduction r) {
        return new CrossEntropyOptions(labelSmoothing, classWeights, ignoredLabel, r);
    }
}
