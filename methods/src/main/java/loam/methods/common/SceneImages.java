package loam.methods.common;

import java.util.stream.IntStream;
import loam.methods.DataUse;
import loam.methods.RunContext;
import loam.methods.data.DataPlaces;
import loam.methods.data.FashionMnist;
import loam.methods.data.Mnist;
import loam.methods.data.NamedSplit;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * The digits and garments that {@link Scenes} are made of. A network learns scenes of digits 0 to 4 and of garments; what it then says of other
 * objects is the question of several methods.
 *
 * @param digits   MNIST
 * @param garments Fashion-MNIST
 * @param scenes   with clutter from the training digits
 */
public record SceneImages(NamedSplit digits, NamedSplit garments, Scenes scenes) {
    /** Digits 0 .. SOURCE_DIGITS-1 belong to the source task. */
    public static final int SOURCE_DIGITS = 5;

    /** Both sets from where this machine has them. */
    public static SceneImages load(DataPlaces places) {
        NamedSplit digits = Mnist.load(places);
        return new SceneImages(digits, FashionMnist.load(places), new Scenes(digits.train().x()));
    }

    /** Tells a run how many images of each set it uses. */
    public void use(RunContext run, int trainDigits, int testDigits, int trainGarments, int testGarments) {
        run.uses(new DataUse(digits.name(), digits.source(), digits.sha256(), trainDigits, testDigits));
        run.uses(new DataUse(garments.name(), garments.source(), garments.sha256(), trainGarments, testGarments));
    }

    /**
     * The source task: scenes of random training digits 0 to 4 with labels 0 to 4, and of random garments of some classes with the labels from 5
     * on, in the order in which the classes are given.
     */
    public LabelledDataset source(int manyDigits, int manyGarments, int[] garmentClasses, Rng rng) {
        LabelledDataset d = pick(digits.train(), manyDigits, IntStream.range(0, SOURCE_DIGITS).toArray(), rng.split("digits"));
        LabelledDataset g = pick(garments.train(), manyGarments, garmentClasses, rng.split("garments"));
        int[] label = new int[garments.train().classes()];
        for (int k = 0; k < garmentClasses.length; k++) {
            label[garmentClasses[k]] = SOURCE_DIGITS + k;
        }
        int[] labels = new int[manyDigits + manyGarments];
        System.arraycopy(d.labels(), 0, labels, 0, manyDigits);
        int[] garment = g.labels();
        for (int i = 0; i < manyGarments; i++) {
            labels[manyDigits + i] = label[garment[i]];
        }
        Tensor objects = Tensor.cat(0, d.x(), g.x());
        return LabelledDataset.of(scenes.compose(objects, Scenes.Look.PLAIN, rng.split("scenes")), labels, SOURCE_DIGITS + garmentClasses.length);
    }

    /** {@code n} random images of these classes, none twice, in random order, with their labels. */
    public static LabelledDataset pick(LabelledDataset images, int n, int[] classes, Rng rng) {
        LabelledDataset wanted = images.ofClasses(classes);
        if (n < 1 || n > wanted.size()) {
            throw Failure.of("scenes", n + " images are wanted, the classes have " + wanted.size()).argument();
        }
        return wanted.subset(rng.sample(wanted.size(), n));
    }
}
