package loam.tensor.data;

import loam.tensor.Rng;

/** Examples with places 0 .. size-1. Implementations must allow {@link #batch} from several threads. */
public interface Dataset {
    /** Number of examples. */
    int size();

    /** The examples at these places, in this order: inputs [B, ...]. A place outside is a {@link loam.tensor.IndexException}. */
    Batch batch(int... indices);

    /** The examples at these places as a dataset of their own; a view. Its batches give places in this view. */
    default Dataset subset(int... indices) {
        int[] places = indices.clone();
        for (int i : places) {
            Rows.check(i, size());
        }
        Dataset whole = this;
        return new Dataset() {
            @Override
            public int size() {
                return places.length;
            }

            @Override
            public Batch batch(int... at) {
                return whole.batch(Rows.take(places, at)).at(at);
            }
        };
    }

    /** A random share (0..1) of the examples as the first part, the rest as the second; both in their old order. */
    default Split<? extends Dataset> splitRandomly(double share, Rng rng) {
        int[][] parts = Split.random(size(), share, rng);
        return new Split<>(subset(parts[0]), subset(parts[1]));
    }
}
