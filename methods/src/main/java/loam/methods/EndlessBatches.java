package loam.methods;

import loam.tensor.data.Batch;
import loam.tensor.data.BatchIterator;
import loam.tensor.data.DataLoader;

/** The batches of epoch after epoch, for loops that count steps. Close it when the loop is done. */
public final class EndlessBatches implements AutoCloseable {
    private final DataLoader loader;
    private BatchIterator epoch;

    /** Batches of {@code loader} from the one that step {@code firstStep} (from 0) of an unbroken loop would see. */
    public EndlessBatches(DataLoader loader, int firstStep) {
        this.loader = loader.startAt(firstStep / loader.batches());
        this.epoch = this.loader.iterator();
        for (int i = 0; i < firstStep % loader.batches(); i++) {
            epoch.next();
        }
    }

    /** The next batch; a new epoch begins where one ends. */
    public Batch next() {
        if (!epoch.hasNext()) {
            epoch = loader.iterator();
        }
        return epoch.next();
    }

    @Override
    public void close() {
        epoch.close();
    }
}
