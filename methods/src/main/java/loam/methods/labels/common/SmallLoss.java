package loam.methods.labels.common;

import java.util.Arrays;
import loam.tensor.Failure;

/** The samples that a network finds easy: those with the smallest losses, which are mostly those with the right label. */
public final class SmallLoss {
    private SmallLoss() {
    }

    /** How many of n samples are kept at a forget rate F in [0, 1): {@code floor((1 - F) n)}; none is an error. */
    public static int count(int n, double forgetRate) {
        if (!(forgetRate >= 0 && forgetRate < 1)) {
            throw Failure.of("small loss", "the forget rate is " + forgetRate).hint("a forget rate is in [0, 1)").argument();
        }
        int kept = (int) Math.floor((1 - forgetRate) * n + 1e-9);
        if (kept < 1) {
            throw Failure.of("small loss", "no sample would be kept").fact("samples", n).fact("forget rate", forgetRate)
                    .hint("take larger batches or a lower rate").argument();
        }
        return kept;
    }

    /** The places of the {@link #count} smallest losses, ascending; of equal losses the first. */
    public static int[] select(double[] losses, double forgetRate) {
        int kept = count(losses.length, forgetRate);
        Integer[] order = new Integer[losses.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(losses[a], losses[b]));
        int[] places = new int[kept];
        Arrays.setAll(places, i -> order[i]);
        Arrays.sort(places);
        return places;
    }
}
