package loam.methods;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import loam.methods.data.Checksum;
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
 * @param seedsFrom   the commit from which the seeds follow, see {@link #seedsFrom(String, int)}, or null where they were chosen
 */
public record RunRequest(Tier tier, List<Long> seeds, Settings settings, DataPlaces places, Path checkpoints, String seedsFrom) {
    public RunRequest {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty()) {
            throw Failure.of("run", "no seed").argument();
        }
        if (seedsFrom != null && !seeds.equals(seedsFrom(seedsFrom, seeds.size()))) {
            throw Failure.of("run", "the seeds do not follow from the commit").fact("commit", seedsFrom).fact("seeds", seeds).argument();
        }
    }

    /** The same on chosen seeds. */
    public RunRequest(Tier tier, List<Long> seeds, Settings settings, DataPlaces places, Path checkpoints) {
        this(tier, seeds, settings, places, checkpoints, null);
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

    /**
     * {@code count} different seeds that follow from a commit and from nothing else: the first 28 bits of SHA-256 of {@code <commit>:<i>},
     * i = 0, 1, ..., raised by 2^28. Whoever froze the thresholds in that commit could not know them. {@code commit} is its whole name, 40
     * hexadecimal digits.
     */
    public static List<Long> seedsFrom(String commit, int count) {
        if (!commit.matches("[0-9a-f]{40}")) {
            throw Failure.of("seeds", "'" + commit + "' is no whole name of a commit").hint("give all 40 digits: git rev-parse COMMIT").argument();
        }
        Set<Long> seeds = new LinkedHashSet<>();
        for (int i = 0; seeds.size() < count; i++) {
            seeds.add(1L << 28 | Long.parseLong(Checksum.of((commit + ":" + i).getBytes(StandardCharsets.UTF_8)).substring(0, 7), 16));
        }
        return List.copyOf(seeds);
    }
}
