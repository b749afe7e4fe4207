package loam.bench;

import java.util.Arrays;

/** Order statistics of measured times. */
public final class Stats {
    private Stats() { }

    /** The middle value; the mean of the two middle ones for an even count. */
    public static double median(double... values) {
        return quantile(0.5, values);
    }

    /** The distance from the first to the third quartile. */
    public static double iqr(double... values) {
        return quantile(0.75, values) - quantile(0.25, values);
    }

    /** The smallest value. */
    public static double best(double... values) {
        return quantile(0, values);
    }

    /** The value below which a share {@code q} of the values lies, linear between neighbours. */
    public static double quantile(double q, double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("a quantile lies between 0 and 1, not at " + q);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = q * (sorted.length - 1);
        int low = (int) Math.floor(at);
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
