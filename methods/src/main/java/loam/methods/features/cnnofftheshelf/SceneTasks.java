package loam.methods.features.cnnofftheshelf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import loam.methods.DataUse;
import loam.methods.RunContext;
import loam.methods.Settings;
import loam.methods.Tier;
import loam.methods.common.FewShots;
import loam.methods.common.SceneImages;
import loam.methods.common.Scenes;
import loam.methods.data.Digits;
import loam.tensor.Rng;
import loam.tensor.data.LabelledDataset;

/** Scenes to learn features from, and scenes of other classes to use them on. */
final class SceneTasks {
    private static final int CLASSES = 10;
    /** Classes that sources never see. */
    private static final int[] LAST = IntStream.range(SceneImages.SOURCE_DIGITS, CLASSES).toArray();

    private final Settings set;
    /** Digits 8 x 8, scaled up to objects. */
    private final LabelledDataset small;
    /** MNIST and Fashion-MNIST, or null where the bundled digits are all there is. */
    private final SceneImages images;
    private final Scenes scenes;

    /**
     * A target: labelled scenes, the same number of each class and class by class, and scenes to judge on.
     *
     * @param train    labelled scenes
     * @param perClass how many of each class
     * @param test     to judge on; the data base of retrieval
     * @param queries  scenes to look for others like them; of other images again
     */
    record Target(LabelledDataset train, int perClass, LabelledDataset test, LabelledDataset queries) {
        /** The first n labelled scenes of each class. */
        LabelledDataset first(int n) {
            int classes = train.size() / perClass;
            return train.subset(IntStream.range(0, classes * n).map(i -> i / n * perClass + i % n).toArray());
        }
    }

    /** Tells the run what it uses; {@code most} is the number of labels of each class. */
    SceneTasks(RunContext run, int most, int common) {
        set = run.settings();
        LabelledDataset own = Digits.load();
        small = own.withX(Scenes.objects(own.x()));
        int tests = set.integer("tests");
        if (run.tier() == Tier.TINY) {
            images = null;
            scenes = new Scenes(known().x());
            run.uses(new DataUse(Digits.NAME, "bundled", Digits.sha256(), known().size() + LAST.length * most, tests + set.integer("queries")));
        } else {
            images = SceneImages.load(run.places());
            scenes = images.scenes();
            images.use(run, set.integer("sourceDigits") + LAST.length * most, tests + set.integer("queries"),
                    set.integer("sourceGarments") + LAST.length * common, tests);
            run.uses(new DataUse(Digits.NAME, "bundled", Digits.sha256(), CLASSES * common, Math.min(tests, small.size() - CLASSES * common)));
        }
    }

    private LabelledDataset known() {
        LabelledDataset first = small.ofClasses(IntStream.range(0, SceneImages.SOURCE_DIGITS).toArray());
        return LabelledDataset.of(first.x(), first.labels(), SceneImages.SOURCE_DIGITS);
    }

    /** Scenes of digits 0 to 4 and of the garments below {@code garmentClasses}. */
    LabelledDataset source(int garmentClasses, Rng rng) {
        return images == null ? scenes.compose(known(), rng)
                : images.source(set.integer("sourceDigits"), set.integer("sourceGarments"), IntStream.range(0, garmentClasses).toArray(), rng);
    }

    /** T1: digits 5 to 9, which no source has seen. */
    Target newDigits(int perClass, Rng rng) {
        int queries = set.integer("queries");
        return images == null ? halves(LAST, perClass, queries, rng)
                : target(FewShots.draw(images.digits().train(), LAST, perClass, rng), images.digits().test().ofClasses(LAST), perClass, queries, rng);
    }

    /** T2: all digits of another collection, scaled up from 8 x 8. */
    Target otherDigits(int perClass, Rng rng) {
        return halves(IntStream.range(0, CLASSES).toArray(), perClass, 0, rng);
    }

    /** T3: garments 5 to 9; for a source that was trained without them. */
    Target newGarments(int perClass, Rng rng) {
        return target(FewShots.draw(images.garments().train(), LAST, perClass, rng), images.garments().test().ofClasses(LAST), perClass, 0, rng);
    }

    /** The small digits divided: {@code perClass} of each class to learn from, the others to judge on. */
    private Target halves(int[] classes, int perClass, int queries, Rng rng) {
        List<Integer> train = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        for (int c : classes) {
            int[] own = small.indicesOf(c);
            int[] order = rng.split(c).permutation(own.length);
            for (int i = 0; i < own.length; i++) {
                (i < perClass ? train : rest).add(own[order[i]]);
            }
        }
        return target(small.subset(ints(train)), small.subset(ints(rest)), perClass, queries, rng);
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private Target target(LabelledDataset train, LabelledDataset rest, int perClass, int queries, Rng rng) {
        int[] order = rng.split("test images").permutation(rest.size());
        int tests = Math.min(set.integer("tests"), rest.size() - queries);
        LabelledDataset test = rest.subset(Arrays.copyOf(order, tests));
        LabelledDataset asked = rest.subset(Arrays.copyOfRange(order, tests, tests + queries));
        return new Target(scenes.compose(train, rng.split("training scenes")), perClass, scenes.compose(test, rng.split("test scenes")),
                queries == 0 ? asked : scenes.compose(asked, rng.split("query scenes")));
    }
}
