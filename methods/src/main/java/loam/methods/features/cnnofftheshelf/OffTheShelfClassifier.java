package loam.methods.features.cnnofftheshelf;

import java.util.Arrays;
import loam.methods.common.FeatureExtractor;
import loam.methods.common.LinearSvm;
import loam.methods.common.Rows;
import loam.methods.common.SvmCost;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Classifies images by the activations of a layer that was trained for something else: frozen features, a {@link FeaturePipeline}, a linear
 * SVM (CNN-SVM of Razavian and others 2014). With an {@link Augmenter} every version of a training image is a training sample, and the
 * responses to the versions of a test image are pooled (CNNaug-SVM).
 */
public final class OffTheShelfClassifier {
    private static final String NAME = "off-the-shelf classifier";

    private final FeatureExtractor extractor;
    private final FeaturePipeline pipeline;
    private final Augmenter augmenter;
    private final Pooling pooling;
    private LinearSvm.Config config;
    private LinearSvm svm;

    /** The plain classifier: features divided by their 2-norm, a squared hinge with C = 1, no versions. */
    public OffTheShelfClassifier(FeatureExtractor extractor) {
        this(extractor, new FeaturePipeline().l2(), LinearSvm.Config.squaredHinge(1), Augmenter.none(), Pooling.SUM);
    }

    public OffTheShelfClassifier(FeatureExtractor extractor, FeaturePipeline pipeline, LinearSvm.Config config, Augmenter augmenter, Pooling pooling) {
        this.extractor = extractor;
        this.pipeline = pipeline;
        this.config = config;
        this.augmenter = augmenter;
        this.pooling = pooling;
    }

    /** Fits pipeline and SVM on images [N, C, H, W] of two classes or more. Returns this. */
    public OffTheShelfClassifier fit(Tensor images, int[] labels) {
        return fit(images, labels, new double[] {config.c()}, 2, Rng.seed(0));
    }

    /**
     * The same with the C of {@code costs} that k-fold cross-validation on the training images finds best. All versions of an image are in
     * the same fold. The pipeline is fitted once, on all training images: steps that learn, such as a PCA, have seen the held-out fold too,
     * though not its labels.
     */
    public OffTheShelfClassifier fit(Tensor images, int[] labels, double[] costs, int folds, Rng rng) {
        Rows.labels(NAME, images, labels);
        if (Arrays.stream(labels).distinct().count() < 2) {
            throw Failure.of(NAME, "there must be two classes or more").fact("classes", Arrays.toString(Arrays.stream(labels).distinct().toArray()))
                    .argument();
        }
        int v = augmenter.versions();
        Tensor x = pipeline.fitTransform(extractor.features(augmenter.apply(images)));                  // [v N, d]
        double[] rows = Rows.of(NAME, x, -1);
        int[] y = repeated(labels, v);
        if (costs.length != 1) {
            config = config.withC(SvmCost.choose(config, costs, rows, x.dim(1), y, repeated(SvmCost.folds(labels, folds, rng), v)));
        } else {
            config = config.withC(costs[0]);
        }
        svm = new LinearSvm(config).fit(rows, x.dim(1), y);
        return this;
    }

    private static int[] repeated(int[] values, int times) {
        int[] out = new int[values.length * times];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i % values.length];
        }
        return out;
    }

    /** The same fitted classifier with another pooling. Both share the pipeline, so none of them must be fitted again. */
    public OffTheShelfClassifier pooledBy(Pooling other) {
        OffTheShelfClassifier same = new OffTheShelfClassifier(extractor, pipeline, config, augmenter, other);
        same.svm = svm;
        return same;
    }

    /** Pooled responses to images [N, C, H, W], F64 [N, K], a column for each of {@link #classes}. */
    public Tensor decision(Tensor images) {
        fitted();
        int n = images.dim(0);
        int k = svm.classes().length;
        double[] all = svm.decision(pipeline.transform(extractor.features(augmenter.apply(images))).toDoubles());
        double[] pooled = Arrays.copyOf(all, n * k);
        for (int i = n * k; i < all.length; i++) {
            pooled[i % (n * k)] = pooling.join(pooled[i % (n * k)], all[i]);
        }
        return Tensor.ofDoubles(Shape.of(n, k), pooled);
    }

    /** The class with the highest response for each image. */
    public int[] predict(Tensor images) {
        return svm().classesOf(decision(images).toDoubles());
    }

    /** The labels seen by fit, ascending. */
    public int[] classes() {
        return svm().classes();
    }

    /** The SVM on the features, for its weights, its C and its duality gap. */
    public LinearSvm svm() {
        fitted();
        return svm;
    }

    /** The C that the SVM was fitted with. */
    public double c() {
        fitted();
        return config.c();
    }

    private void fitted() {
        if (svm == null) {
            throw Failure.of(NAME, "nothing is fitted").hint("call fit first").state();
        }
    }
}
