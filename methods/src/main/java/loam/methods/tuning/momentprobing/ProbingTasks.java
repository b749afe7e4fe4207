package loam.methods.tuning.momentprobing;

import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import loam.methods.DataUse;
import loam.methods.RunContext;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.common.AdamWTraining;
import loam.methods.common.Pretraining;
import loam.methods.data.Digits;
import loam.methods.data.FashionMnist;
import loam.methods.data.Mnist;
import loam.methods.data.NamedSplit;
import loam.nn.BatchNorm2d;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.GlobalAvgPool2d;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MaxPool2d;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.nn.VisionTransformer;
import loam.tensor.Rng;
import loam.tensor.data.LabelledDataset;

/** The data of the experiment, and the networks that are trained on one task and frozen for another. */
final class ProbingTasks {
    private final RunContext run;
    private final Settings set;

    /**
     * Features of a task, to be probed.
     *
     * @param name        of the task
     * @param probe       size of its moment probe
     * @param train       to learn from
     * @param trainLabels one each
     * @param test        to judge on
     * @param testLabels  one each
     */
    record Task(String name, MomentProbe.Config probe, TokenFeatures train, int[] trainLabels, TokenFeatures test, int[] testLabels) {
    }

    /** Images of the task that a network was trained on, and of the one it is probed on. */
    record Images(LabelledDataset source, LabelledDataset train, LabelledDataset test) {
    }

    ProbingTasks(RunContext run) {
        this.run = run;
        set = run.settings();
    }

    /** Clothing and digits 28 x 28; in the tiny tier the bundled digits 0 to 4 and 5 to 9. */
    Images images() {
        return run.tier() == Tier.TINY ? bundled() : published();
    }

    private Images bundled() {
        LabelledDataset all = Digits.load();
        LabelledDataset target = all.ofClasses(5, 6, 7, 8, 9);
        int[] shift = Arrays.stream(target.labels()).map(y -> y - 5).toArray();
        LabelledDataset digits = shuffled(LabelledDataset.of(target.x(), shift, 5), run.rng().split("data"));
        int train = set.integer("images");
        int rest = (digits.size() - train) / 2;
        int from = train + (set.flag("validation") ? rest : 0);
        LabelledDataset source = all.ofClasses(0, 1, 2, 3, 4);
        run.uses(new DataUse(Digits.NAME, "bundled", Digits.sha256(), source.size() + train, rest));
        return new Images(LabelledDataset.of(source.x(), source.labels(), 5), range(digits, 0, train), range(digits, from, from + rest));
    }

    private Images published() {
        NamedSplit clothing = FashionMnist.load(run.places());
        NamedSplit digits = Mnist.load(run.places());
        Rng rng = run.rng().split("data");
        LabelledDataset source = some(clothing.train(), 0, set.integer("sourceImages"), rng.split("source"));
        LabelledDataset train = some(digits.train(), 0, set.integer("images"), rng.split("train"));
        int tests = set.integer("testImages");
        LabelledDataset test = set.flag("validation") ? some(digits.train(), train.size(), tests, rng.split("train"))
                : some(digits.test(), 0, tests, rng.split("test"));
        run.uses(new DataUse(clothing.name(), clothing.source(), clothing.sha256(), source.size(), 0));
        run.uses(new DataUse(digits.name(), digits.source(), digits.sha256(), train.size(), test.size()));
        return new Images(source, train, test);
    }

    /** {@code count} examples of a random order, from place {@code from}. */
    private static LabelledDataset some(LabelledDataset data, int from, int count, Rng rng) {
        return data.subset(Arrays.copyOfRange(rng.permutation(data.size()), from, from + count));
    }

    private static LabelledDataset shuffled(LabelledDataset data, Rng rng) {
        return some(data, 0, data.size(), rng);
    }

    private static LabelledDataset range(LabelledDataset data, int from, int to) {
        return data.subset(IntStream.range(from, to).toArray());
    }

    /** A convolutional network trained on the source images and frozen; positions of its last map are tokens. */
    Task maps(Images images, DoubleConsumer progress) {
        boolean tiny = run.tier() == Tier.TINY;
        Rng init = run.rng().split("network");
        Sequential body = tiny ? new Sequential(block(1, 16, init), new MaxPool2d(2), block(16, 32, init))
                : new Sequential(block(1, 16, init), new MaxPool2d(2), block(16, 32, init), new MaxPool2d(2), block(32, 64, init));
        int dim = tiny ? 32 : 64;
        Layer head = new Sequential(new GlobalAvgPool2d(), new Flatten(), new Linear(dim, images.source().classes(), init));
        new Pretraining(0.05, set.integer("sourceEpochs"), 64, 5e-4).fit(body, head, images.source(), run.rng().split("network batches"), progress);
        MomentProbe.Config probe = MomentProbe.Config.of(dim, images.train().classes()).hidden(set.integer("hidden"), 4)
                .layout(MomentProbe.HeadLayout.INTERLEAVED).withNorm();
        return new Task("images", probe, TokenFeatures.ofMap(body, images.train().x()), images.train().labels(),
                TokenFeatures.ofMap(body, images.test().x()), images.test().labels());
    }

    private static Sequential block(int in, int out, Rng init) {
        return new Sequential(new Conv2d(in, out, 3, Padding.SAME, init), new BatchNorm2d(out), new Relu());
    }

    /** Token sets whose classes differ in second moments alone. */
    Task paired() {
        Rng rng = run.rng().split("paired");
        PairedTokens train = PairedTokens.draw(set.integer("samples"), rng.split("train"));
        PairedTokens test = PairedTokens.draw(set.integer("samples"), rng.split(set.flag("validation") ? "validation" : "test"));
        MomentProbe.Config probe = MomentProbe.Config.of(PairedTokens.DIM, PairedTokens.CLASSES).hidden(set.integer("hidden"), 4);
        return new Task("paired", probe, TokenFeatures.ofMean(train.tokens(), null), train.labels(), TokenFeatures.ofMean(test.tokens(), null), test.labels());
    }

    /** A Vision Transformer of 4 blocks trained on the source images. */
    VisionTransformer transformer(Images images, DoubleConsumer progress) {
        VisionTransformer vit = new VisionTransformer(new VisionTransformer.Config(1, 28, 4, 64, 4, 4, 128, 10), run.rng().split("transformer"));
        new AdamWTraining(2e-3, 0.05, 64, set.integer("transformerEpochs"), 0.1).fit(vit, images.source(), run.rng().split("transformer batches"), progress);
        return vit;
    }

    /** Its class token and the others. */
    Task tokens(Images images, VisionTransformer vit) {
        MomentProbe.Config probe = MomentProbe.Config.of(vit.config().width(), images.train().classes()).hidden(set.integer("hidden"), 4);
        return new Task("transformer", probe, TokenFeatures.of(vit, images.train().x()), images.train().labels(),
                TokenFeatures.of(vit, images.test().x()), images.test().labels());
    }
}
