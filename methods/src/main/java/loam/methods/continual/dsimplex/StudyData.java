package loam.methods.continual.dsimplex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import loam.methods.DataUse;
import loam.methods.RunContext;
import loam.methods.Settings;
import loam.methods.common.FewShots;
import loam.methods.continual.common.IncrementalScenario;
import loam.methods.continual.common.Letters;
import loam.methods.continual.common.RehearsedTraining;
import loam.methods.continual.dsimplex.ReplacementStudy.Delivery;
import loam.methods.continual.dsimplex.ReplacementStudy.Gallery;
import loam.methods.continual.dsimplex.ReplacementStudy.Plan;
import loam.methods.data.FashionMnist;
import loam.methods.data.Mnist;
import loam.methods.data.NamedSplit;
import loam.nn.AvgPool2d;
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

/** The two sets of data of the proof, as plans of deliveries, local tasks and galleries. */
final class StudyData {
    static final int BATCH = 128;
    static final double DECAY = 5e-4;

    private static final int WAYS = 2;
    private static final int LOCAL_ROWS = 200;
    private static final int HIDDEN = 256;
    private static final int INPUTS = 16;
    /** Classes, rows of each and passes of the provider's trainings. */
    private static final int[][] LETTERS = {{12, 60, 60}, {14, 150, 30}, {16, 600, 15}};
    private static final int[][] IMAGES = {{10, 60, 30}, {12, 300, 10}};
    /** The first images of each of the two sets. */
    private static final int IMAGE_TRAIN = 5_000;
    private static final int IMAGE_TEST = 1_000;
    private static final int[] CHANNELS = {16, 32};

    private StudyData() {
    }

    /** Sixteen provider letters, five tasks of two letters. */
    static Plan letters(RunContext run) {
        IncrementalScenario scenario = IncrementalScenario.of(Letters.CLASSES, 16, WAYS, run.rng().split("classes"));
        Letters letters = Letters.load(run, Integer.MAX_VALUE, IntStream.range(0, Letters.CLASSES).toArray());
        int dim = run.settings().integer("slots") - 1;
        return plan(run, scenario, letters.train(), letters.test(), LETTERS, run.settings().integer("deliveryEpochs"),
                rng -> new Sequential(new Linear(INPUTS, HIDDEN, rng), new Relu(), new Linear(HIDDEN, dim, false, rng)));
    }

    /** Digits and articles of clothing at 14 x 14, twenty classes: twelve of the provider, four tasks of two. */
    static Plan images(RunContext run) {
        IncrementalScenario scenario = IncrementalScenario.of(20, 12, WAYS, run.rng().split("image classes"));
        NamedSplit digits = Mnist.load(run.places());
        NamedSplit clothes = FashionMnist.load(run.places());
        LabelledDataset train = both(digits.train(), clothes.train(), IMAGE_TRAIN);
        LabelledDataset test = both(digits.test(), clothes.test(), IMAGE_TEST);
        for (NamedSplit set : List.of(digits, clothes)) {
            run.uses(new DataUse(set.name(), set.source(), set.sha256(), IMAGE_TRAIN, IMAGE_TEST));
        }
        double mean = train.x().mean().item();
        double deviation = train.x().std(0, false).item();
        int dim = run.settings().integer("slots") - 1;
        return plan(run, scenario, train.withX(train.x().sub(mean).div(deviation)), test.withX(test.x().sub(mean).div(deviation)), IMAGES,
                run.settings().integer("imageDeliveryEpochs"), rng -> network(dim, rng));
    }

    private static Layer network(int dim, Rng rng) {
        return new Sequential(
                new Conv2d(1, CHANNELS[0], 3, Padding.SAME, rng), new Relu(), new MaxPool2d(2),      // [N, 16, 7, 7]
                new Conv2d(CHANNELS[0], CHANNELS[1], 3, Padding.SAME, rng), new Relu(), new MaxPool2d(2), // [N, 32, 3, 3]
                new Flatten(), new Linear(CHANNELS[1] * 9, dim, false, rng));
    }

    /** The first rows of two sets of ten classes, at half the width and height; the second set's labels are 10 to 19. */
    private static LabelledDataset both(LabelledDataset one, LabelledDataset two, int rows) {
        Tensor x = new AvgPool2d(2).predict(Tensor.cat(0, one.x().narrow(0, 0, rows), two.x().narrow(0, 0, rows)));
        IntStream labels = IntStream.concat(Arrays.stream(one.labels(), 0, rows), Arrays.stream(two.labels(), 0, rows).map(y -> y + 10));
        return LabelledDataset.of(x, labels.toArray(), 20);
    }

    private static Plan plan(RunContext run, IncrementalScenario scenario, LabelledDataset train, LabelledDataset test, int[][] deliveries, int percent,
            Function<Rng, Layer> network) {
        Settings set = run.settings();
        int[] provider = scenario.first();
        int[] local = scenario.later();
        List<Delivery> models = new ArrayList<>();
        for (int[] d : deliveries) {
            int[] classes = Arrays.copyOf(provider, d[0]);
            int epochs = Math.max(1, d[2] * percent / 100);
            models.add(new Delivery(Letters.renumbered(firstRows(train, classes, d[1]), classes),
                    new RehearsedTraining(set.real("deliveryRate"), 0, epochs, BATCH, DECAY)));
        }
        List<LabelledDataset> tasks = new ArrayList<>();
        for (int t = 1; t < scenario.states(); t++) {
            tasks.add(Letters.renumbered(FewShots.draw(train, scenario.arriving(t), LOCAL_ROWS, run.rng().split("local rows")), local));
        }
        SimplexClassifier classifier = new SimplexClassifier(set.integer("slots"), provider.length, local.length);
        List<Gallery> galleries = List.of(Gallery.of("P", test.ofClasses(Arrays.copyOf(provider, deliveries[0][0]))), Gallery.of("L", test.ofClasses(local)));
        return new Plan(classifier, network, models, tasks, set.integer("memory"), galleries);
    }

    /** The first rows of each class, class by class. */
    private static LabelledDataset firstRows(LabelledDataset data, int[] classes, int rows) {
        return data.subset(IntStream.of(classes).flatMap(c -> Arrays.stream(data.indicesOf(c)).limit(rows)).toArray());
    }
}
