package loam.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A limit on a row.
 *
 * @param ratio     Loam's time over the peer's, at most; null for no such limit
 * @param peakShare share of the processor's peak, at least; null for no such limit
 */
public record Target(Double ratio, Double peakShare) {
    static Target ratio(double ratio) {
        return new Target(ratio, null);
    }

    static Target share(double peakShare) {
        return new Target(null, peakShare);
    }

    static Target of(double ratio, double peakShare) {
        return new Target(ratio, peakShare);
    }

    Map<String, Object> json() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("ratio", ratio);
        m.put("peakShare", peakShare);
        return m;
    }
}
