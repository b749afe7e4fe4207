package loam.methods;

import java.util.List;
import loam.tensor.Failure;

/**
 * How one setting of one arm was chosen, before the thresholds were frozen. The arms of a comparison get the same number of tries.
 *
 * @param arm     the arm, one of {@link Experiment#arms}
 * @param setting the setting that was varied, as {@code --set} names it, or several joined by a comma
 * @param tried   the values that were tried, in words
 * @param chosen  the one that was taken, one of {@code tried}
 * @param seeds   the seeds on which they were compared, all of 1000 and above: never those that judge
 */
public record Tuning(String arm, String setting, List<String> tried, String chosen, List<Long> seeds) {
    /** The least seed that may be used for choices. */
    public static final long FIRST_SEED = 1000;

    public Tuning {
        tried = List.copyOf(tried);
        seeds = List.copyOf(seeds);
        if (!tried.contains(chosen)) {
            throw Failure.of("tuning", "'" + chosen + "' was not tried").fact("arm", arm).fact("setting", setting).fact("tried", tried).argument();
        }
        if (seeds.isEmpty() || seeds.stream().anyMatch(s -> s < FIRST_SEED)) {
            throw Failure.of("tuning", "choices are made on seeds of " + FIRST_SEED + " and above").fact("arm", arm).fact("seeds", seeds).argument();
        }
    }

    /** The setting itself: a number from {@code low} to {@code high} with the chosen value as its default. */
    public Setting asSetting(double low, double high, String about) {
        return Setting.real(setting, Double.parseDouble(chosen), low, high, about);
    }
}
