package loam.methods.continual.common;

import loam.tensor.Failure;
import loam.tensor.Rng;

/**
 * Places of the samples of endless batches, half of them new and half from a memory: new samples stand at 0 .. fresh-1, those of the memory
 * behind them. Both are passed over again and again, in a new random order each time. Without a memory the batches are all new.
 */
public final class HalfBatches {
    private final Pass fresh;
    private final Pass memory;
    private final int half;
    private final int perEpoch;

    /** Places from {@code from} on in a random order, and in another one when all were given out. */
    private final class Pass {
        private final int from;
        private final int size;
        private final Rng rng;
        private int[] order = {};
        private int at;

        Pass(int from, int size, Rng rng) {
            this.from = from;
            this.size = size;
            this.rng = rng;
        }

        /** Half a batch. */
        void take(int[] rows, int start) {
            for (int i = 0; i < half; i++) {
                if (at == order.length) {
                    order = rng.permutation(size);
                    at = 0;
                }
                rows[start + i] = from + order[at++];
            }
        }
    }

    /** Batches of {@code batch} samples, or fewer where there are not that many new ones, out of {@code fresh} new ones and {@code remembered} old ones. */
    public HalfBatches(int fresh, int remembered, int batch, Rng rng) {
        if (fresh < 1 || remembered < 0 || batch < 2) {
            throw Failure.of("half batches", "there must be new samples, and two in a batch").fact("new", fresh).fact("remembered", remembered)
                    .fact("batch", batch).argument();
        }
        this.fresh = new Pass(0, fresh, rng.split("new"));
        this.memory = remembered == 0 ? null : new Pass(fresh, remembered, rng.split("memory"));
        this.half = Math.min(fresh, memory == null ? batch : batch / 2);
        this.perEpoch = Math.max(1, (fresh + remembered) / batch);
    }

    /** Batches in an epoch: as many full ones as there are samples for, new and old together; at least one. */
    public int perEpoch() {
        return perEpoch;
    }

    /** The places of the next batch, new ones first. */
    public int[] next() {
        int[] rows = new int[memory == null ? half : 2 * half];
        fresh.take(rows, 0);
        if (memory != null) {
            memory.take(rows, half);
        }
        return rows;
    }
}
