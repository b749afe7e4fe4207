package loam.methods;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import loam.methods.data.DataPlaces;
import loam.tensor.Failure;

/**
 * What is asked of a run.
 *
 * @param tier        how much is done
 * @param seeds       the seeds, in order
 * @param settings    the values of the settings
 * @param places      where data is looked for
 * @param checkpoints the folder in which full runs keep their state, or null for none
 */
public record RunRequest(Tier tier, List<Long> seeds, Settings settings, DataPlaces places, Path checkpoints) {
    public RunRequest {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty()) {
            throw Failure.of("run", "no seed").argument();
        }
    }

    /** The experiment's defaults for a tier: its settings, its own number of seeds from {@code firstSeed}, no checkpoints. */
    public static RunRequest of(Experiment experiment, Tier tier, long firstSeed) {
        return new RunRequest(tier, seeds(firstSeed, experiment.repetitions(tier)), Settings.of(experiment.settings(tier), Map.of()),
                DataPlaces.standard(null), null);
    }

    /** {@code count} seeds from {@code first}. */
    public static List<Long> seeds(long first, int count) {
        return LongStream.range(first, Math.addExact(first, count)).boxed().toList();
    }
}
