package loam.methods.continual.fetril;

import loam.methods.common.Rows;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Makes features for a class whose samples are gone, from its mean and the features of another class: {@code f - mu(donor) + mu(target)}
 * (Petit and others 2023, the feature translation). The cloud keeps the donor's shape and lies around the target's mean.
 */
public final class PseudoFeatureGenerator {
    private static final String NAME = "pseudo-features";

    private PseudoFeatureGenerator() {
    }

    /** The donor's features [N, d] moved from its mean [d] to the target's mean [d]: F64 [N, d], one for each donor feature. */
    public static Tensor translate(Tensor donorFeatures, Tensor donorMean, Tensor targetMean) {
        double[] rows = Rows.of(NAME, donorFeatures, -1);
        int d = donorFeatures.dim(1);
        for (Tensor mean : new Tensor[] {donorMean, targetMean}) {
            if (!mean.shape().equals(Shape.of(d))) {
                throw Failure.of(NAME, "a mean has not the length of a feature").operand("features", donorFeatures.shape(), 1)
                        .operand("mean", mean.shape()).shape();
            }
        }
        translate(rows, donorMean.toDoubles(), targetMean.toDoubles());
        return Tensor.ofDoubles(donorFeatures.shape(), rows);
    }

    /** The same for rows of doubles, in place. */
    static void translate(double[] rows, double[] from, double[] to) {
        int d = from.length;
        for (int i = 0; i < rows.length; i += d) {
            Rows.addTo(-1, from, 0, rows, i, d);
            Rows.addTo(1, to, 0, rows, i, d);
        }
    }

    /** As many rows around the target's mean, but drawn from a normal distribution with one variance, the mean of the donor's d variances. */
    static double[] gaussian(double[] rows, double[] from, double[] to, Rng rng) {
        int d = from.length;
        double squares = 0;
        for (int i = 0; i < rows.length; i++) {
            double off = rows[i] - from[i % d];
            squares += off * off;
        }
        double deviation = Math.sqrt(squares / rows.length);
        double[] drawn = new double[rows.length];
        rng.normal(drawn, 0, drawn.length);
        double[] out = new double[rows.length];
        for (int i = 0; i < rows.length; i += d) {
            Rows.addTo(1, to, 0, out, i, d);
            Rows.addTo(deviation, drawn, i, out, i, d);
        }
        return out;
    }
}
