package loam.methods.continual.common;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;
import loam.methods.DataUse;
import loam.methods.RunContext;
import loam.methods.Tier;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.Pretraining;
import loam.methods.data.FashionMnist;
import loam.methods.data.LetterRecognition;
import loam.methods.data.Mnist;
import loam.nn.CosineClassifier;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Relu;
import loam.nn.Sequential;
import loam.tensor.Rng;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * LetterRecognition as a stream of classes: the last 4,000 rows test, features are standardised with what is known in state 0, and a small
 * network trained on the first classes gives the features of all others.
 *
 * @param train training rows with labels 0 to 25
 * @param test  test rows
 */
public record Letters(LabelledDataset train, LabelledDataset test) {
    /** Number of classes. */
    public static final int CLASSES = 26;
    private static final int TRAIN = 16_000;
    private static final int INPUTS = 16;
    private static final int HIDDEN = 256;

    /** How the network ends while it is trained. */
    public enum Head {
        /** Features without a final ReLU, under cosine scores of temperature 16. */
        COSINE,
        /** Features behind a ReLU, under a linear layer. */
        LINEAR
    }

    /** The sets of an experiment that has letters alone in the tiny tier, and digits and clothes beside them in the others. */
    public static List<String> sets(Tier tier) {
        return tier == Tier.TINY ? List.of(LetterRecognition.NAME) : List.of(LetterRecognition.NAME, Mnist.FILES.slug(), FashionMnist.FILES.slug());
    }

    /** The first {@code rows} training rows (at most 16,000), scaled by mean and deviation of those of the {@code first} classes. */
    public static Letters load(RunContext run, int rows, int... first) {
        LabelledDataset all = LetterRecognition.load();
        LabelledDataset train = range(all, 0, Math.min(rows, TRAIN));
        LabelledDataset test = range(all, TRAIN, all.size());
        run.uses(new DataUse(LetterRecognition.NAME, "bundled", LetterRecognition.sha256(), train.size(), test.size()));
        Tensor known = train.ofClasses(first).x();
        Tensor mean = known.mean(true, 0);
        Tensor deviation = known.std(0, true, 0);
        return new Letters(train.withX(train.x().sub(mean).div(deviation)), test.withX(test.x().sub(mean).div(deviation)));
    }

    private static LabelledDataset range(LabelledDataset data, int from, int to) {
        return LabelledDataset.of(data.x().narrow(0, from, to - from), Arrays.copyOfRange(data.labels(), from, to), CLASSES);
    }

    /** A network 16-256-dim trained on the training rows of the first classes alone, then frozen. [N, 16] to [N, dim]. */
    public FeatureExtractor backbone(int[] first, int dim, Head head, Pretraining training, Rng rng, DoubleConsumer progress) {
        return FeatureExtractor.frozen(trained(first, dim, head, training, rng, progress), dim);
    }

    /** The same, not frozen. Its first weights are those of {@link #untrained} for {@code rng.split("init")}. */
    public Layer trained(int[] first, int dim, Head head, Pretraining training, Rng rng, DoubleConsumer progress) {
        Rng init = rng.split("init");
        Layer body = untrained(dim, head, init);
        Layer scores = head == Head.COSINE ? new CosineClassifier(dim, first.length, 16, init) : new Linear(dim, first.length, init);
        training.fit(body, scores, renumbered(train.ofClasses(first), first), rng.split("batches"), progress);
        return body;
    }

    /** The same network before its training. */
    public static Layer untrained(int dim, Head head, Rng init) {
        Layer one = new Linear(INPUTS, HIDDEN, init);
        Layer two = new Linear(HIDDEN, dim, init);
        return head == Head.COSINE ? new Sequential(one, new Relu(), two) : new Sequential(one, new Relu(), two, new Relu());
    }

    /** The same rows with class {@code classes[k]} called k. */
    public static LabelledDataset renumbered(LabelledDataset data, int... classes) {
        int[] place = new int[data.classes()];
        Arrays.fill(place, -1);
        for (int k = 0; k < classes.length; k++) {
            place[classes[k]] = k;
        }
        return LabelledDataset.of(data.x(), Arrays.stream(data.labels()).map(y -> place[y]).toArray(), classes.length);
    }

    /** The same rows as features. */
    public static LabelledDataset features(FeatureExtractor extractor, LabelledDataset data) {
        return data.withX(extractor.features(data.x()));
    }
}
