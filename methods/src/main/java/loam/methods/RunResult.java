package loam.methods;

import java.util.List;
import java.util.Map;

/**
 * What came out of a run.
 *
 * @param info        the method
 * @param tier        the tier
 * @param repetitions how many seeds the claims are about
 * @param seeds       the seeds that ran
 * @param seedsFrom   the commit from which they follow, or null where they were chosen
 * @param settings    their values
 * @param data        the data used
 * @param tuning      how the settings of the arms were chosen
 * @param claims      the judged claims
 * @param diverged    what had no numbers to measure; empty for a sound run
 * @param metrics     each metric's value for each seed
 * @param curves      of each seed, in the order of the seeds
 * @param pictures    of the first seed
 * @param seconds     the time of the whole run
 * @param environment what it ran on
 */
public record RunResult(MethodInfo info, Tier tier, int repetitions, List<Long> seeds, String seedsFrom, Settings settings,
                        List<DataUse> data, List<Tuning> tuning, List<Claim.Result> claims, List<Divergence> diverged,
                        Map<String, List<Double>> metrics, List<List<RunContext.Curve>> curves, List<RunContext.Picture> pictures, double seconds, RunEnvironment environment) {
    /** Whether no gating claim failed; undecided claims do not fail. */
    public boolean passed() {
        return claims.stream().noneMatch(c -> c.claim().kind() == Claim.Kind.GATING && c.verdict() == Claim.Verdict.DOES_NOT_HOLD);
    }
}
