package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Losses as functions; the mean over elements unless a {@link Reduction} is given, as in PyTorch. */
public final class Losses {
    private Losses() {
    }

    // ---- classification

    /** Mean of {@code -log softmax(scores)[label]}. Scores {@code [N, K]}, labels {@code [N]} in 0..K-1 -> scalar. */
    public static Variable crossEntropy(Operand scores, int[] labels) {
        Variable s = Variable.from(scores);
        checkLabels("cross_entropy", s.shape(), labels);
        return Ops.crossEntropy(s, Tensor.ofInts(Shape.of(labels.length), labels).oneHot(s.dim(-1)).to(s.dtype()), labels.length);
    }

    /**
     * Squared hinge, one against the rest: mean over all N K entries of {@code max(0, 1 - t s)^2}, t = +1 for the label and -1 for the
     * others (the L2-SVM of Tang 2013 up to its scale). Scores {@code [N, K]}, labels {@code [N]} -> scalar.
     */
    public static Variable squaredHinge(Operand scores, int[] labels) {
        Variable s = Variable.from(scores);
        checkLabels("squared_hinge", s.shape(), labels);
        Tensor t = Tensor.ofInts(Shape.of(labels.length), labels).oneHot(s.dim(-1)).to(s.dtype()).mul(2).sub(1);
        return s.mul(t).neg().add(1).relu().square().mean();
    }

    // ---- regression

    /** Squared differences. Both of one shape. */
    public static Variable mse(Operand prediction, Operand target) {
        return mse(prediction, target, Reduction.MEAN);
    }

    public static Variable mse(Operand prediction, Operand target, Reduction reduction) {
        return reduce(difference("mse", prediction, target).square(), reduction);
    }

    /** Absolute differences. Both of one shape. */
    public static Variable l1(Operand prediction, Operand target) {
        return l1(prediction, target, Reduction.MEAN);
    }

    public static Variable l1(Operand prediction, Operand target, Reduction reduction) {
        return reduce(difference("l1", prediction, target).abs(), reduction);
    }

    private static Variable difference(String name, Operand prediction, Operand target) {
        if (!prediction.shape().equals(target.shape())) {
            throw Failure.of(name, "prediction and target differ in shape").operand("prediction", prediction.shape()).operand("target", target.shape())
                    .hint("reshape one of them; broadcasting here would be a silent mistake").shape();
        }
        return Ops.sub(prediction, target);
    }

    static Variable reduce(Variable x, Reduction reduction) {
        return switch (reduction) {
            case MEAN -> x.mean();
            case SUM -> x.sum();
            case NONE -> x;
        };
    }

    private static void checkLabels(String name, Shape scores, int[] labels) {
        if (scores.rank() != 2 || scores.dim(0) != labels.length) {
            throw Failure.of(name, "needs scores [n, classes] and n labels").operand("scores", scores).fact("labels", labels.length).shape();
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= scores.dim(1)) {
                throw Failure.of(name, "label " + labels[i] + " at position " + i + " is not one of " + scores.dim(1) + " classes")
                        .operand("scores", scores, 1).hint("labels count from 0 to " + (scores.dim(1) - 1)).index();
            }
        }
    }
}
