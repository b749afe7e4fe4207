package loam.tensor.data;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;

/**
 * Goes through a dataset in batches: {@code for (Batch b : DataLoader.of(data, 64).shuffle(rng))}. Each loop over the same loader is
 * the next epoch, with a new order. Orders and augmentations follow from the generator, the epoch and the place of the batch alone:
 * prefetching and stopping early change nothing. Settings return a new loader.
 */
public final class DataLoader implements Iterable<Batch> {
    private final Dataset data;
    private final int batchSize;
    private final Settings settings;
    private int epoch;

    private record Settings(Rng order, boolean dropLast, int prefetch, UnaryOperator<Batch> transform, Rng noise,
            BiFunction<Batch, Rng, Batch> augment) {
    }

    private DataLoader(Dataset data, int batchSize, Settings settings) {
        this.data = data;
        this.batchSize = batchSize;
        this.settings = settings;
    }

    /** Batches of this size in the order of the dataset; the last may be smaller. */
    public static DataLoader of(Dataset data, int batchSize) {
        if (batchSize < 1) {
            throw Failure.of("data loader", "the batch size is " + batchSize).hint("a batch has one example or more").argument();
        }
        return new DataLoader(data, batchSize, new Settings(null, false, 0, b -> b, null, null));
    }

    /** A new random order in each epoch. Takes one number from the generator, so that two loaders of one generator differ. */
    public DataLoader shuffle(Rng rng) {
        Settings s = settings;
        return with(new Settings(Rng.seed(rng.nextLong()), s.dropLast, s.prefetch, s.transform, s.noise, s.augment));
    }

    /** Whether a last, smaller batch is left out. */
    public DataLoader dropLast(boolean drop) {
        Settings s = settings;
        return with(new Settings(s.order, drop, s.prefetch, s.transform, s.noise, s.augment));
    }

    /** How many batches a background thread makes ahead; 0: none, and no thread. */
    public DataLoader prefetch(int batches) {
        if (batches < 0) {
            throw Failure.of("data loader", "cannot prefetch " + batches + " batches").argument();
        }
        Settings s = settings;
        return with(new Settings(s.order, s.dropLast, batches, s.transform, s.noise, s.augment));
    }

    /** Changes the inputs of each batch, [B, ...] to [B, ...], on the prefetching thread if there is one. */
    public DataLoader transform(UnaryOperator<Tensor> change) {
        Settings s = settings;
        UnaryOperator<Batch> before = s.transform;
        UnaryOperator<Batch> both = b -> {
            Batch first = before.apply(b);
            return first.withX(change.apply(first.x()));
        };
        return with(new Settings(s.order, s.dropLast, s.prefetch, both, s.noise, s.augment));
    }

    /** Changes each batch at random, after all transforms; the generator it is given belongs to this epoch and batch alone. */
    public DataLoader augment(Rng rng, BiFunction<Batch, Rng, Batch> change) {
        Settings s = settings;
        return with(new Settings(s.order, s.dropLast, s.prefetch, s.transform, Rng.seed(rng.nextLong()), change));
    }

    /** The same loader about to begin this epoch, counted from 0: how a resumed training goes on. */
    public DataLoader startAt(int nextEpoch) {
        if (nextEpoch < 0) {
            throw Failure.of("data loader", "epoch " + nextEpoch).hint("epochs count from 0").argument();
        }
        DataLoader other = with(settings);
        other.epoch = nextEpoch;
        return other;
    }

    private DataLoader with(Settings other) {
        DataLoader loader = new DataLoader(data, batchSize, other);
        loader.epoch = epoch;
        return loader;
    }

    /** The epoch that the next loop will go through, counted from 0. */
    public int epoch() {
        return epoch;
    }

    /** Number of batches in an epoch. */
    public int batches() {
        int full = data.size() / batchSize;
        return settings.dropLast || data.size() % batchSize == 0 ? full : full + 1;
    }

    /** Begins the next epoch. With prefetching, the iterator may be closed to stop its thread at once. */
    @Override
    public BatchIterator iterator() {
        Settings s = settings;
        Dataset examples = data;
        int size = batchSize;
        int now = epoch++;
        int[] order = s.order == null ? null : s.order.split(now).permutation(examples.size());
        return new BatchIterator(batches(), i -> make(s, examples, order, size, now, i), s.prefetch);
    }

    private static Batch make(Settings s, Dataset examples, int[] order, int size, int epoch, int i) {
        int first = i * size;
        int[] places = new int[Math.min(size, examples.size() - first)];
        for (int j = 0; j < places.length; j++) {
            places[j] = order == null ? first + j : order[first + j];
        }
        Batch batch = s.transform.apply(examples.batch(places));
        return s.augment == null ? batch : s.augment.apply(batch, s.noise.split(epoch).split(i));
    }
}
