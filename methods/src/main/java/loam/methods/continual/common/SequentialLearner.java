package loam.methods.continual.common;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loam.autograd.Variable;
import loam.methods.EndlessBatches;
import loam.nn.Layer;
import loam.nn.Losses;
import loam.nn.Mode;
import loam.optim.Sgd;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.Workspace;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;

/**
 * The usual baseline: a network that is trained on each task by cross-entropy as if there were no other, under a head that grows with the
 * classes. With a memory it rehearses: it keeps a few random samples of each class, and every sample of a batch is drawn from a random class,
 * old ones from the memory, new ones from the task.
 */
public final class SequentialLearner implements ContinualLearner {
    private static final String NAME = "sequential training";

    /**
     * How it trains: SGD with momentum 0.9 at a constant rate, anew in each task.
     *
     * @param rate   learning rate
     * @param epochs passes over the data of a task
     * @param batch  samples in a step
     * @param memory samples kept of each class; 0 for none
     */
    public record Config(double rate, int epochs, int batch, int memory) {
        public Config {
            if (!(rate > 0) || epochs < 1 || batch < 1 || memory < 0) {
                throw Failure.of(NAME, "rate, epochs and batch must be positive").fact("rate", rate).fact("epochs", epochs).fact("batch", batch)
                        .fact("memory", memory).argument();
            }
        }
    }

    private final Layer network;
    private final Config config;
    private final Rng rng;
    private final List<Integer> classes = new ArrayList<>();
    private final RehearsalMemory memory;
    private final Workspace steps = new Workspace();                            // takes back what a step leaves behind
    private int task;

    /** Trains {@code network}, [N, ...] to [N, at least as many scores as classes will come]; scores of classes to come are left out. */
    public SequentialLearner(Layer network, Config config, Rng rng) {
        this.network = network;
        this.config = config;
        this.rng = rng;
        this.memory = new RehearsalMemory(config.memory());
    }

    @Override
    public void learn(LabelledDataset data) {
        for (int y : data.labels()) {
            if (!classes.contains(y)) {
                classes.add(y);
            }
        }
        Rng own = rng.split(task++);
        LabelledDataset numbered = withMemory(data);
        Sgd sgd = new Sgd(network.parameters(), config.rate()).momentum(0.9);
        DataLoader loader = DataLoader.of(data, config.batch()).shuffle(own.split("order"));
        int count = config.epochs() * loader.batches();
        int[][] groups = groups(numbered, data.size());
        Rng draws = own.split("replay");
        try (EndlessBatches batches = new EndlessBatches(loader, 0); Mode mode = network.train()) {
            for (int step = 0; step < count; step++) {
                int[] rows = memory.isEmpty() ? batches.next().indices() : drawn(groups, draws);
                steps.run(() -> {
                    Batch b = numbered.batch(rows);
                    sgd.step(Losses.crossEntropy(scores(network.forward(b.x())), b.y()));
                });
            }
        }
        memory.add(data, own.split("memory"));
    }

    private Variable scores(Variable all) {
        return all.narrow(1, 0, classes.size());
    }

    /** The task's samples, then those of the memory; labels are places in the order of arrival. */
    private LabelledDataset withMemory(LabelledDataset data) {
        LabelledDataset all = memory.after(data);
        return LabelledDataset.of(all.x(), Arrays.stream(all.labels()).map(classes::indexOf).toArray(), classes.size());
    }

    /** The rows of each class of the task, and of each class of the memory. */
    private int[][] groups(LabelledDataset all, int own) {
        List<int[]> groups = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            int[] rows = all.indicesOf(k);
            groups.add(Arrays.stream(rows).filter(i -> i < own).toArray());
            groups.add(Arrays.stream(rows).filter(i -> i >= own).toArray());
        }
        groups.removeIf(g -> g.length == 0);
        return groups.toArray(int[][]::new);
    }

    private int[] drawn(int[][] groups, Rng draws) {
        int[] rows = new int[config.batch()];
        for (int i = 0; i < rows.length; i++) {
            int[] group = groups[draws.nextInt(groups.length)];
            rows[i] = group[draws.nextInt(group.length)];
        }
        return rows;
    }

    @Override
    public int[] predict(Tensor x) {
        if (classes.isEmpty()) {
            throw Failure.of(NAME, "there is no class yet").hint("call learn first").state();
        }
        int rows = 1000;
        int[] out = new int[x.dim(0)];
        for (int from = 0; from < out.length; from += rows) {
            int n = Math.min(rows, out.length - from);
            int[] best = network.predict(x.narrow(0, from, n)).narrow(1, 0, classes.size()).argmax(1).toInts();
            for (int i = 0; i < n; i++) {
                out[from + i] = classes.get(best[i]);
            }
        }
        return out;
    }

    /** How many samples of a class the memory holds. */
    public int kept(int label) {
        return memory.kept(label);
    }
}
