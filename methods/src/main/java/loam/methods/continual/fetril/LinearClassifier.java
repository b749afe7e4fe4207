package loam.methods.continual.fetril;

import java.util.Arrays;
import java.util.List;
import loam.methods.common.LinearSvm;
import loam.methods.common.Pretraining;
import loam.methods.common.Rows;
import loam.nn.Identity;
import loam.nn.Linear;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.data.LabelledDataset;

/**
 * One score {@code w_c . f + b_c} for each class; the highest wins. It holds the weights alone, whatever they were fitted by.
 *
 * @param classes the labels, one a row of the weights
 * @param weight  F64 [K, d]
 * @param bias    F64 [K]
 */
public record LinearClassifier(int[] classes, Tensor weight, Tensor bias) {
    private static final String NAME = "linear classifier";

    public LinearClassifier {
        if (weight.rank() != 2 || weight.dim(0) != classes.length || !bias.shape().equals(Shape.of(classes.length))) {
            throw Failure.of(NAME, "there must be one row of weights and one bias for each class").fact("classes", classes.length)
                    .operand("weight", weight.shape()).operand("bias", bias.shape()).shape();
        }
        classes = classes.clone();
    }

    /** Linear support vector machines with the squared hinge, each class against all other rows. Rows of d doubles; they are not kept. */
    public static LinearClassifier svm(double[] rows, int d, int[] labels, double c, double tolerance) {
        LinearSvm svm = new LinearSvm(new LinearSvm.Config(c, LinearSvm.Loss.SQUARED_HINGE, tolerance, 1000, true, 0)).fit(rows, d, labels);
        return new LinearClassifier(svm.classes(), svm.weight(), svm.bias());
    }

    /** One linear layer under cross-entropy, trained from scratch as {@code training} says. */
    public static LinearClassifier softmax(double[] rows, int d, int[] labels, Pretraining training, Rng rng) {
        int[] found = Arrays.stream(labels).distinct().sorted().toArray();
        int[] places = Arrays.stream(labels).map(y -> Arrays.binarySearch(found, y)).toArray();
        Tensor x = Tensor.ofDoubles(Shape.of(labels.length, d), rows).to(DType.F32);
        Linear layer = new Linear(d, found.length, rng.split("init"));
        training.fit(new Identity(), layer, LabelledDataset.of(x, places, found.length), rng.split("batches"), done -> { });
        return new LinearClassifier(found, layer.weight().value().to(DType.F64), layer.bias().value().to(DType.F64));
    }

    /** The classes of all parts side by side, with their weights as they are. */
    public static LinearClassifier join(List<LinearClassifier> parts) {
        return new LinearClassifier(parts.stream().flatMapToInt(p -> Arrays.stream(p.classes)).toArray(),
                Tensor.cat(0, parts.stream().map(LinearClassifier::weight).toArray(Tensor[]::new)),
                Tensor.cat(0, parts.stream().map(LinearClassifier::bias).toArray(Tensor[]::new)));
    }

    @Override
    public int[] classes() {
        return classes.clone();
    }

    /** The scores of features [N, d], one column a class: F64 [N, K]. */
    public Tensor decision(Tensor features) {
        return decision(Rows.of(NAME, features, weight.dim(1)));
    }

    /** The class with the highest score for each row; the first of equals. */
    public int[] predict(Tensor features) {
        return predict(Rows.of(NAME, features, weight.dim(1)));
    }

    Tensor decision(double[] rows) {
        int d = weight.dim(1);
        return Tensor.ofDoubles(Shape.of(rows.length / d, d), rows).matmul(weight.t()).add(bias);
    }

    int[] predict(double[] rows) {
        return Arrays.stream(decision(rows).argmax(1).toInts()).map(k -> classes[k]).toArray();
    }
}
