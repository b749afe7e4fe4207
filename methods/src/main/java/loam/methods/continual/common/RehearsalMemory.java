package loam.methods.continual.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * A few samples of each class seen so far, kept to be trained on again. Each sample of a class has the same chance to be kept, also when the
 * class comes in several parts (reservoir sampling, Vitter 1985).
 */
public final class RehearsalMemory {
    private static final String NAME = "rehearsal memory";

    private static final class Kept {
        private final List<Tensor> rows = new ArrayList<>();
        private int met;
    }

    private final int perClass;
    private final Map<Integer, Kept> classes = new LinkedHashMap<>();

    /** An empty memory for at most {@code perClass} samples of each class; with 0 it stays empty. */
    public RehearsalMemory(int perClass) {
        if (perClass < 0) {
            throw Failure.of(NAME, "it cannot keep " + perClass + " samples of a class").argument();
        }
        this.perClass = perClass;
    }

    /** Takes note of samples; some of them are kept, as copies. */
    public void add(LabelledDataset data, Rng draws) {
        int[] labels = data.labels();
        for (int i = 0; i < labels.length && perClass > 0; i++) {
            Kept kept = classes.computeIfAbsent(labels[i], y -> new Kept());
            int place = kept.met < perClass ? kept.met : draws.nextInt(kept.met + 1);
            kept.met++;
            if (place < perClass) {
                Tensor row = data.x().select(0, i).copy();
                if (place == kept.rows.size()) {
                    kept.rows.add(row);
                } else {
                    kept.rows.set(place, row);
                }
            }
        }
    }

    /** Whether nothing is kept. */
    public boolean isEmpty() {
        return classes.isEmpty();
    }

    /** How many samples of a class are kept. */
    public int kept(int label) {
        return classes.containsKey(label) ? classes.get(label).rows.size() : 0;
    }

    /** The samples of {@code task}, then those of the memory, class by class in the order of their arrival. */
    public LabelledDataset after(LabelledDataset task) {
        List<Tensor> x = new ArrayList<>(List.of(task.x()));
        IntStream y = Arrays.stream(task.labels());
        int count = task.classes();
        for (Map.Entry<Integer, Kept> e : classes.entrySet()) {
            List<Tensor> rows = e.getValue().rows;
            x.add(Tensor.stack(0, rows.toArray(Tensor[]::new)));
            y = IntStream.concat(y, IntStream.generate(e::getKey).limit(rows.size()));
            count = Math.max(count, e.getKey() + 1);
        }
        return LabelledDataset.of(Tensor.cat(0, x.toArray(Tensor[]::new)), y.toArray(), count);
    }
}
