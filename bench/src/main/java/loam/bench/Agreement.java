package loam.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes a comparison count: both sides compute the same, the peer holds on to no native array, and it runs as fast here as
 * by itself.
 *
 * @param loam          what {@link Work#results} gives on Loam's side
 * @param peer          the same on the peer's
 * @param handlesBefore native arrays alive before the rounds
 * @param handlesAfter  and after them
 * @param ownGflops     rate of the probe product in a loop inside the peer, measured alone
 * @param hereGflops    rate of the probe product between the rounds
 */
public record Agreement(double[] loam, double[] peer, long handlesBefore, long handlesAfter, double ownGflops, double hereGflops) {
    /** How far results may lie apart. */
    public static final double TOLERANCE = 1e-3;
    /** The least share of its own rate that the peer must reach beside the rounds. */
    public static final double LEAST_SHARE = 0.9;

    /** The largest distance between the two sides' results; infinite when one is not a number or the counts differ. */
    public double difference() {
        if (loam.length != peer.length || loam.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double max = 0;
        for (int i = 0; i < loam.length; i++) {
            double d = Math.abs(loam[i] - peer[i]);
            max = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(max, d);
        }
        return max;
    }

    /** Why the comparison does not count; empty when it does. */
    public List<String> objections() {
        List<String> reasons = new ArrayList<>();
        if (!(difference() <= TOLERANCE)) {
            reasons.add("the sides disagree: results differ by " + difference());
        }
        if (handlesAfter > handlesBefore) {
            reasons.add("the peer's native arrays grew from " + handlesBefore + " to " + handlesAfter);
        }
        if (!(hereGflops >= LEAST_SHARE * ownGflops)) {
            reasons.add("the peer's own product ran below " + LEAST_SHARE + " of its stand-alone rate");
        }
        return reasons;
    }

    Map<String, Object> json(boolean losses) {
        Map<String, Object> m = new LinkedHashMap<>();
        if (losses) {
            m.put("lossesLoam", list(loam));
            m.put("lossesPeer", list(peer));
        } else {
            m.put("comparedEntries", loam.length);
        }
        m.put("largestDifference", difference());
        m.put("handlesBefore", handlesBefore);
        m.put("handlesAfter", handlesAfter);
        m.put("peerProductStandAloneGflops", ownGflops);
        m.put("peerProductHereGflops", hereGflops);
        m.put("objections", objections());
        return m;
    }

    private static List<Double> list(double[] values) {
        List<Double> l = new ArrayList<>();
        for (double v : values) {
            l.add(v);
        }
        return l;
    }
}
