package loam.methods.features.cnnsvm;

import static loam.nn.Padding.SAME;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import loam.autograd.Variable;
import loam.methods.EndlessBatches;
import loam.methods.common.Rows;
import loam.nn.Conv2d;
import loam.nn.Dropout;
import loam.nn.Flatten;
import loam.nn.Init;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MaxPool2d;
import loam.nn.Mode;
import loam.nn.Module;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.nn.metrics.Accuracy;
import loam.optim.Adam;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.Batch;
import loam.tensor.data.DataLoader;
import loam.tensor.data.LabelledDataset;

/**
 * A convolutional network whose output layer is trained by softmax cross-entropy or as a linear L2-SVM (Agarap 2017, arXiv:1712.03541).
 * Body: two blocks of 5x5 convolution, ReLU and 2x2 max-pooling, a dense layer with ReLU, dropout; then a linear readout.
 */
public final class CnnSvm {
    private static final double INIT_STD = 0.1;
    private static final double INIT_BIAS = 0.1;
    private static final int LOG_EVERY = 100;
    private static final int PREDICT_BATCH = 256;

    /**
     * Sizes and training.
     *
     * @param channels     of an image
     * @param height       of an image, a multiple of 4
     * @param width        of an image, a multiple of 4
     * @param classes      K
     * @param conv1        filters of the first convolution
     * @param conv2        filters of the second
     * @param hidden       units of the dense layer
     * @param keep         the probability that dropout keeps a unit, in (0, 1]
     * @param learningRate of Adam
     * @param batchSize    images in a step
     * @param steps        steps of training, not epochs
     * @param c            weight of the hinge against the penalty, above 0
     * @param head         the loss
     */
    public record Config(int channels, int height, int width, int classes, int conv1, int conv2, int hidden, double keep, double learningRate,
                         int batchSize, int steps, double c, HeadLoss head) {
        public Config {
            require(channels > 0 && height > 0 && width > 0, "an image has no pixel", channels + " x " + height + " x " + width);
            require(height % 4 == 0 && width % 4 == 0, "height and width must be multiples of 4, for two halvings", height + " x " + width);
            require(classes >= 2, "there must be two classes or more", classes);
            require(conv1 > 0 && conv2 > 0 && hidden > 0, "a layer is empty", conv1 + ", " + conv2 + ", " + hidden);
            require(keep > 0 && keep <= 1, "the probability to keep must be in (0, 1]", keep);
            require(learningRate > 0 && Double.isFinite(learningRate), "the learning rate must be positive", learningRate);
            require(batchSize > 0 && steps > 0, "batch size and steps must be positive", batchSize + ", " + steps);
            require(c > 0 && Double.isFinite(c), "c must be positive", c);
        }

        /** The paper's sizes and training for images [channels, height, width]. */
        public static Config of(int channels, int height, int width, int classes, HeadLoss head) {
            return new Config(channels, height, width, classes, 32, 64, 1024, 0.5, 1e-3, 128, 10_000, 1, head);
        }

        /** The same with other layer sizes. */
        public Config sizes(int filters1, int filters2, int units) {
            return new Config(channels, height, width, classes, filters1, filters2, units, keep, learningRate, batchSize, steps, c, head);
        }

        /** The same with another training. */
        public Config training(double rate, int batch, int count) {
            return new Config(channels, height, width, classes, conv1, conv2, hidden, keep, rate, batch, count, c, head);
        }

        private static void require(boolean holds, String reason, Object value) {
            if (!holds) {
                throw Failure.of("cnn-svm", reason).fact("given", value).argument();
            }
        }
    }

    /**
     * How a training went.
     *
     * @param steps    at which the values were taken
     * @param loss     the loss of the batch
     * @param accuracy the share of the batch's labels that were predicted, with dropout
     */
    public record TrainingLog(List<Integer> steps, List<Double> loss, List<Double> accuracy) {
    }

    private final Config config;
    private final Linear readout;
    private final Sequential network;
    private final Rng batches;
    private boolean trained;

    /** A network with fresh weights. The same {@code rng} gives the same weights, dropout masks and batches, whatever the head. */
    public CnnSvm(Config config, Rng rng) {
        this.config = config;
        Rng init = rng.split("init");
        int features = config.conv2() * (config.height() / 4) * (config.width() / 4);
        this.readout = new Linear(config.hidden(), config.classes(), init);
        this.network = new Sequential(
                new Conv2d(config.channels(), config.conv1(), 5, SAME, init), new Relu(), new MaxPool2d(2),      // [B, C, H, W] -> [B, c1, H/2, W/2]
                new Conv2d(config.conv1(), config.conv2(), 5, SAME, init), new Relu(), new MaxPool2d(2),         // -> [B, c2, H/4, W/4]
                new Flatten(), new Linear(features, config.hidden(), init), new Relu(),                          // -> [B, d]
                new Dropout(1 - config.keep(), rng.split("dropout")),
                readout);                                                                                        // -> [B, K]
        initialise(network, rng.split("weights"));
        this.batches = rng.split("batches");
    }

    /** Weights from a normal of deviation 0.1, redrawn outside two deviations; biases 0.1. */
    static void initialise(Module module, Rng rng) {
        module.namedParameters().forEach((name, p) -> p.update(name.endsWith("bias")
                ? Init.constant(p.shape(), INIT_BIAS) : Init.truncatedNormal(p.shape(), 0, INIT_STD, rng.split(name))));
    }

    /** Sizes and training. */
    public Config config() {
        return config;
    }

    /** The whole network: images [B, C, H, W] to scores [B, K]. */
    public Sequential network() {
        return network;
    }

    /** The output layer, the only one that the L2-SVM penalises. */
    public Linear readout() {
        return readout;
    }

    /** The loss of a batch of images [B, C, H, W] with labels, a scalar; dropout as the network's mode says. */
    public Variable loss(Tensor x, int[] y) {
        return config.head().loss(network.forward(x), y, readout.weight(), config.c());
    }

    /** Trains body and readout together on images [N, C, H, W] with labels 0 .. K-1. */
    public TrainingLog fit(Tensor x, int[] y) {
        check(x);
        if (!x.isFinite().all().toBooleans()[0]) {
            throw Failure.of("cnn-svm", "an image has a pixel that is no finite number").operand("x", x.shape()).argument();
        }
        if (config.batchSize() > y.length) {
            throw Failure.of("cnn-svm", "a batch is larger than the data").fact("batch", config.batchSize()).fact("images", y.length).argument();
        }
        DataLoader loader = DataLoader.of(LabelledDataset.of(x, y, config.classes()), config.batchSize()).shuffle(batches);
        TrainingLog log = new TrainingLog(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Adam adam = new Adam(network.parameters(), config.learningRate());
        try (EndlessBatches endless = new EndlessBatches(loader, 0); Mode mode = network.train()) {
            for (int step = 1; step <= config.steps(); step++) {
                Batch batch = endless.next();
                Variable s = network.forward(batch.x());
                Variable loss = config.head().loss(s, batch.y(), readout.weight(), config.c());
                adam.step(loss);
                if (step % LOG_EVERY == 0 || step == config.steps()) {
                    log.steps().add(step);
                    log.loss().add(loss.item());
                    log.accuracy().add(Accuracy.of(argmax(s.value()), batch.y()));
                }
            }
        }
        trained = true;
        return log;
    }

    /** Scores [N, K] of images [N, C, H, W], without dropout. */
    public Tensor scores(Tensor x) {
        if (!trained) {
            throw Failure.of("cnn-svm", "the network is not trained").hint("call fit or load first").state();
        }
        check(x);
        return scores(network, x);
    }

    /** The class with the highest score for each image. */
    public int[] predict(Tensor x) {
        return argmax(scores(x));
    }

    /** The class that the reference code predicts: the first with the highest sign of its score. Never better informed than {@link #predict}. */
    public int[] predictBySign(Tensor x) {
        return bySign(scores(x));
    }

    /** Writes weights and generators as a safetensors file. */
    public void save(Path file) {
        network.save(file);
    }

    /** Takes over what {@link #save} wrote; the sizes must agree. */
    public void load(Path file) {
        network.load(file);
        trained = true;
    }

    private void check(Tensor x) {
        if (x.rank() != 4 || x.dim(1) != config.channels() || x.dim(2) != config.height() || x.dim(3) != config.width()) {
            throw Failure.of("cnn-svm", "images of another shape").operand("x", x.shape())
                    .fact("expected", "[N, " + config.channels() + ", " + config.height() + ", " + config.width() + "]").shape();
        }
        if (x.dim(0) == 0) {
            throw Failure.of("cnn-svm", "there is no image").operand("x", x.shape(), 0).argument();
        }
    }

    /** Scores of any classifier, a few images at a time: bounded memory whatever N is. */
    static Tensor scores(Layer network, Tensor x) {
        return Rows.inParts(x, PREDICT_BATCH, network::predict);
    }

    static int[] argmax(Tensor s) {
        return s.argmax(1).toInts();
    }

    /** {@code argmax_k sign(s_k)}, the first of equals: class 0 where no score is positive. */
    static int[] bySign(Tensor s) {
        return s.sign().argmax(1).toInts();
    }
}
