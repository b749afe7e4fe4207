package loam.methods.newfamily.newmethod;

import java.util.function.ObjDoubleConsumer;
import loam.autograd.Variable;
import loam.methods.EndlessBatches;
import loam.nn.Linear;
import loam.nn.Losses;
import loam.nn.Mode;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.optim.Adam;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;

/**
 * What the method is, in one sentence (Author 2017, arXiv:0000.00000). Then the shapes: rows [N, d] with labels 0 .. K-1 to scores [N, K].
 * This one stands in for the idea of a paper: a classifier with one hidden layer of rectified units.
 */
public final class NewMethod {
    /**
     * The paper's symbols, with what they mean and where they may lie.
     *
     * @param features     d, numbers in a row
     * @param hidden       h, units of the hidden layer; 0: no such layer, the baseline
     * @param classes      K, 2 or more
     * @param learningRate of Adam, above 0
     * @param batchSize    rows in a step
     * @param steps        steps of training
     */
    public record Config(int features, int hidden, int classes, double learningRate, int batchSize, int steps) {
        public Config {
            require(features > 0 && hidden >= 0, "a layer is empty", features + ", " + hidden);
            require(classes >= 2, "there must be two classes or more", classes);
            require(learningRate > 0 && Double.isFinite(learningRate), "the learning rate must be positive", learningRate);
            require(batchSize > 0 && steps > 0, "batch size and steps must be positive", batchSize + ", " + steps);
        }

        private static void require(boolean holds, String reason, Object value) {
            if (!holds) {
                throw Failure.of("new-method", reason).fact("given", value).argument();
            }
        }
    }

    private final Config config;
    private final Sequential network;
    private final Rng batches;

    /** A network with fresh weights; {@code rng} decides them and the order of the batches. */
    public NewMethod(Config config, Rng rng) {
        this.config = config;
        this.batches = rng.split("batches");
        Rng init = rng.split("init");
        this.network = config.hidden() == 0
                ? new Sequential(new Linear(config.features(), config.classes(), init))                             // [B, d] -> [B, K]
                : new Sequential(
                        new Linear(config.features(), config.hidden(), init), new Relu(),                           // [B, d] -> [B, h]
                        new Linear(config.hidden(), config.classes(), init));                                       // -> [B, K]
    }

    /** The network: rows [B, d] to scores [B, K]. */
    public Sequential network() {
        return network;
    }

    /** The loss of rows [B, d] with their labels, a scalar (equation 1 of the paper). */
    public Variable loss(Tensor x, int[] y) {
        check(x);
        return Losses.crossEntropy(network.forward(x), y);
    }

    /** Trains on rows [N, d] with labels; {@code heard} gets the number of each step, from 1, and its loss. */
    public void fit(LabelledDataset data, ObjDoubleConsumer<Integer> heard) {
        check(data.x());
        if (config.batchSize() > data.size()) {
            throw Failure.of("new-method", "a batch is larger than the data").fact("batch", config.batchSize()).fact("rows", data.size())
                    .hint("give a smaller batch size").argument();
        }
        Adam adam = new Adam(network.parameters(), config.learningRate());
        DataLoader loader = DataLoader.of(data, config.batchSize()).shuffle(batches);
        try (EndlessBatches endless = new EndlessBatches(loader, 0); Mode mode = network.train()) {
            for (int step = 1; step <= config.steps(); step++) {
                Batch batch = endless.next();
                Variable loss = loss(batch.x(), batch.y());
                adam.step(loss);
                heard.accept(step, loss.item());
            }
        }
    }

    /** The class with the highest score for each row of [N, d]. */
    public int[] predict(Tensor x) {
        check(x);
        return network.predict(x).argmax(1).toInts();
    }

    private void check(Tensor x) {
        if (x.rank() != 2 || x.dim(1) != config.features()) {
            throw Failure.of("new-method", "rows of another length").operand("x", x.shape()).fact("expected", "[N, " + config.features() + "]")
                    .hint("flatten images first: x.reshape(n, d)").shape();
        }
    }
}
