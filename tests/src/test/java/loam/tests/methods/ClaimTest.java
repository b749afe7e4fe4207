package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import loam.methods.Claim;
import loam.tensor.LoamException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch: a verdict from too few seeds, a margin on the wrong side, a wrong standard error, a NaN that passes. */
@Tag("fast")
class ClaimTest {
    private static final Map<String, List<Double>> METRICS = Map.of("a", List.of(0.7, 0.8, 0.9), "b", List.of(0.5, 0.7, 0.6), "nan", List.of(0.9, Double.NaN, 0.9));

    @Test
    void judgesValuesDifferencesAndRatios() {
        Claim.Result value = Claim.atLeast("x", "a", 0.79).judge(METRICS, 3);
        assertEquals(Claim.Verdict.HOLDS, value.verdict());
        assertEquals(0.8, value.margin(), 1e-12);
        assertEquals(0.1 / Math.sqrt(3), value.standardError(), 1e-12);
        Claim.Result gain = Claim.gain("x", "a", "b", 0.21).judge(METRICS, 3);
        assertEquals(0.2, gain.margin(), 1e-12);
        assertEquals(Claim.Verdict.DOES_NOT_HOLD, gain.verdict());
        assertEquals(List.of(0.7 - 0.5, 0.8 - 0.7, 0.9 - 0.6), gain.perSeed());
        Claim.Result ratio = Claim.ratioAtMost("x", "b", "a", 0.75).judge(METRICS, 3);
        assertEquals(0.75, ratio.margin(), 1e-12);
        assertEquals(Claim.Verdict.HOLDS, Claim.ratioAtMost("x", "b", "a", 0.7500001).judge(METRICS, 3).verdict());
        assertEquals(Claim.Verdict.DOES_NOT_HOLD, Claim.drop("x", "b", "a", -0.3).judge(METRICS, 3).verdict());
        assertEquals(Claim.Verdict.HOLDS, Claim.within("x", "b", "a", 0.2001).judge(METRICS, 3).verdict());
        assertEquals(Claim.Verdict.DOES_NOT_HOLD, Claim.within("x", "b", "a", 0.19).judge(METRICS, 3).verdict());
    }

    @Test
    void pairingMattersForTheStandardError() {
        Claim paired = Claim.gain("x", "a", "b", 0);
        assertEquals(0.1 / Math.sqrt(3), paired.judge(METRICS, 3).standardError(), 1e-12);
        assertEquals(Math.hypot(0.1, 0.1) / Math.sqrt(3), paired.unpaired().judge(METRICS, 3).standardError(), 1e-12);
    }

    @Test
    void fewerSeedsThanAskedAreUndecided() {
        assertEquals(Claim.Verdict.UNDECIDED, Claim.atLeast("x", "a", 0.1).judge(METRICS, 4).verdict());
        assertEquals(Claim.Verdict.HOLDS, Claim.atLeast("x", "a", 0.1).judge(METRICS, 2).verdict());
        assertTrue(Double.isNaN(Claim.atLeast("x", "a", 0.1).judge(Map.of("a", List.of(1.0)), 1).standardError()));
    }

    @Test
    void nanNeverHoldsAndMissingMetricsAreNamed() {
        assertEquals(Claim.Verdict.DOES_NOT_HOLD, Claim.atLeast("x", "nan", 0).judge(METRICS, 3).verdict());
        assertEquals(Claim.Verdict.DOES_NOT_HOLD, Claim.atMost("x", "nan", 10).judge(METRICS, 3).verdict());
        assertEquals(Claim.Verdict.DOES_NOT_HOLD, Claim.within("x", "nan", "a", 10).judge(METRICS, 3).verdict());
        assertEquals(Claim.Verdict.DOES_NOT_HOLD, Claim.gain("x", "a", "nan", -1).judge(METRICS, 5).verdict(), "further seeds cannot mend it");
        assertTrue(assertThrows(LoamException.class, () -> Claim.atLeast("x", "none", 0).judge(METRICS, 3)).getMessage().contains("'none'"));
    }
}
