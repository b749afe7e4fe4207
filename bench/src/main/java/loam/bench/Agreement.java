package loam.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes a comparison count: both sides compute the same, the peer holds on to no native array, and it runs as fast here as
 * by itself.
 *
 * @param difference    how far the two sides' results lie apart, see {@link #difference(float[][], float[][], boolean)}
 * @param handlesBefore native arrays alive before the rounds
 * @param handlesAfter  and after them
 * @param ownGflops     rate of the probe product in a loop inside the peer, measured alone
 * @param hereGflops    rate of the probe product between the rounds
 */
public record Agreement(double difference, long handlesBefore, long handlesAfter, double ownGflops, double hereGflops) {
    /** How far results may lie apart. */
    public static final double TOLERANCE = 1e-3;
    /** The least share of its own rate that the peer must reach beside the rounds. */
    public static final double LEAST_SHARE = 0.9;

    /**
     * The largest distance between the two sides' results; infinite when one is not finite or the counts differ. Losses are compared as they
     * are; the entries of any other array in units of the largest entry that the peer has in it.
     */
    public static double difference(float[][] loam, float[][] peer, boolean losses) {
        if (loam.length != peer.length || loam.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double max = 0;
        for (int i = 0; i < loam.length; i++) {
            max = Math.max(max, difference(loam[i], peer[i], losses));
        }
        return max;
    }

    private static double difference(float[] loam, float[] peer, boolean losses) {
        if (loam.length != peer.length || loam.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double unit = losses ? 1 : Double.MIN_NORMAL;
        double max = 0;
        for (int i = 0; i < loam.length; i++) {
            double d = Math.abs((double) loam[i] - peer[i]);
            if (!Double.isFinite(d)) {
                return Double.POSITIVE_INFINITY;
            }
            max = Math.max(max, d);
            if (!losses) {
                unit = Math.max(unit, Math.abs(peer[i]));
            }
        }
        return max / unit;
    }

    /** Why the comparison does not count; empty when it does. */
    public List<String> objections() {
        List<String> reasons = new ArrayList<>();
        if (!(difference <= TOLERANCE)) {
            reasons.add("the sides disagree: results differ by " + difference);
        }
        if (handlesAfter > handlesBefore) {
            reasons.add("the peer's native arrays grew from " + handlesBefore + " to " + handlesAfter);
        }
        if (!(hereGflops >= LEAST_SHARE * ownGflops)) {
            reasons.add("the peer's own product ran below " + LEAST_SHARE + " of its stand-alone rate");
        }
        return reasons;
    }

    Map<String, Object> json() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("largestDifference", difference);
        m.put("handlesBefore", handlesBefore);
        m.put("handlesAfter", handlesAfter);
        m.put("peerProductStandAloneGflops", ownGflops);
        m.put("peerProductHereGflops", hereGflops);
        m.put("objections", objections());
        return m;
    }
}
