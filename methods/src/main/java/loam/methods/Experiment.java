package loam.methods;

import java.util.List;
import java.util.Set;
import java.util.EnumSet;

/**
 * The proof of a method: data, arms, training, claims. It computes named metrics for one seed at a time;
 * {@link Runner} repeats it and judges the claims.
 */
public interface Experiment {
    /** The tiers it has: tiny and small where it says nothing else. */
    default Set<Tier> tiers() {
        return EnumSet.of(Tier.TINY, Tier.SMALL);
    }

    /** The tier that runs when none is named. */
    default Tier defaultTier() {
        return Tier.SMALL;
    }

    /** How many seeds its claims are about in this tier: three where it says nothing else. */
    default int repetitions(Tier tier) {
        return 3;
    }

    /** The data sets that this tier needs, by name. A tier never changes its data. */
    List<String> data(Tier tier);

    /** The settings with their defaults in this tier. */
    List<Setting> settings(Tier tier);

    /** What is claimed in this tier; the metrics named there are those that {@link #run} sets. */
    List<Claim> claims(Tier tier);

    /** The arms that are compared, in the order in which they run. */
    List<String> arms(Tier tier);

    /** How the settings of the arms were chosen for this tier; the same number of tries for each arm. Empty where nothing was chosen by trying. */
    default List<Tuning> tuning(Tier tier) {
        return List.of();
    }

    /** Data and protocol in a few words, for the line above the table. */
    String summary(Tier tier, Settings settings);

    /** Runs all arms for one seed and hands the metrics to {@code run}. */
    void run(RunContext run);
}
