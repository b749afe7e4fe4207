package loam.methods.continual.common;

import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import loam.methods.DataUse;
import loam.methods.RunContext;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.FewShots;
import loam.methods.common.Pretraining;
import loam.methods.data.FashionMnist;
import loam.methods.data.Mnist;
import loam.methods.data.NamedSplit;
import loam.nn.Conv2d;
import loam.nn.Flatten;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.MaxPool2d;
import loam.nn.Padding;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * MNIST and Fashion-MNIST as one problem of twenty classes: digits are 0 to 9, clothes 10 to 19. Images [N, 1, 28, 28] in [0, 1].
 *
 * @param train equally many training images of each class
 * @param test  equally many test images of each class
 */
public record PictureClasses(LabelledDataset train, LabelledDataset test) {
    /** Number of classes. */
    public static final int CLASSES = 20;
    private static final int OF_ONE_SET = 10;
    private static final int DIM = 128;

    /** The given numbers of images of each class, drawn from each set's training and test part. */
    public static PictureClasses load(RunContext run, int trainImages, int testImages) {
        NamedSplit digits = Mnist.load(run.places());
        NamedSplit clothes = FashionMnist.load(run.places());
        for (NamedSplit s : new NamedSplit[] {digits, clothes}) {
            run.uses(new DataUse(s.name(), s.source(), s.sha256(), OF_ONE_SET * trainImages, OF_ONE_SET * testImages));
        }
        Rng rng = run.rng().split("images");
        return new PictureClasses(both(digits.train(), clothes.train(), trainImages, rng.split("train")),
                both(digits.test(), clothes.test(), testImages, rng.split("test")));
    }

    private static LabelledDataset both(LabelledDataset digits, LabelledDataset clothes, int images, Rng rng) {
        int[] classes = IntStream.range(0, OF_ONE_SET).toArray();
        LabelledDataset a = FewShots.draw(digits, classes, images, rng.split("digits"));
        LabelledDataset b = FewShots.draw(clothes, classes, images, rng.split("clothes"));
        int[] labels = IntStream.concat(Arrays.stream(a.labels()), Arrays.stream(b.labels()).map(y -> OF_ONE_SET + y)).toArray();
        return LabelledDataset.of(Tensor.cat(0, a.x(), b.x()), labels, CLASSES);
    }

    /** A network of two convolutions and one dense layer, trained on the images of the first classes alone, then frozen: [N, 1, 28, 28] to [N, 128]. */
    public FeatureExtractor backbone(int[] first, Pretraining training, Rng rng, DoubleConsumer progress) {
        Rng init = rng.split("init");
        Layer body = new Sequential(
                new Conv2d(1, 16, 3, Padding.SAME, init), new Relu(), new MaxPool2d(2),              // [N, 16, 14, 14]
                new Conv2d(16, 32, 3, Padding.SAME, init), new Relu(), new MaxPool2d(2),             // [N, 32, 7, 7]
                new Flatten(), new Linear(32 * 7 * 7, DIM, init), new Relu());                       // [N, 128]
        return backbone(first, DIM, body, new Linear(DIM, first.length, init), training, rng.split("batches"), progress);
    }

    /** The features [N, dim] of any body, trained under a head on the images of the first classes alone, then frozen. */
    public FeatureExtractor backbone(int[] first, int dim, Layer body, Layer head, Pretraining training, Rng batches, DoubleConsumer progress) {
        training.fit(body, head, Letters.renumbered(train.ofClasses(first), first), batches, progress);
        return FeatureExtractor.frozen(body, dim);
    }
}
