package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.autograd.ops.CrossEntropyOp;
import loam.tensor.DType;
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
        checkLabels("cross_entropy", scores.shape(), labels, null);
        return CrossEntropyOp.labels(integers(labels), labels.length).apply(scores);
    }

    /**
     * The same with label smoothing, class weights, an ignored label or another reduction. Scores {@code [N, K]} -> scalar or {@code [N]};
     * the mean divides by the sum of the weights of the labels that count.
     */
    public static Variable crossEntropy(Operand scores, int[] labels, CrossEntropyOptions options) {
        checkLabels("cross_entropy", scores.shape(), labels, options.ignoredLabel());
        int k = scores.shape().dim(1);
        double[] weights = options.classWeights();
        if (weights != null && weights.length != k) {
            throw Failure.of("cross_entropy", "there are " + k + " classes and " + weights.length + " weights").operand("scores", scores.shape(), 1).shape();
        }
        double share = options.labelSmoothing();
        double[] mass = new double[labels.length];
        double[] counts = new double[labels.length];
        int[] at = new int[labels.length];
        double total = 0;
        for (int i = 0; i < labels.length; i++) {
            boolean counted = labels[i] != options.ignoredLabel();
            at[i] = counted ? labels[i] : 0;
            double w = !counted ? 0 : weights == null ? 1 : weights[labels[i]];
            mass[i] = (1 - share) * w;
            counts[i] = counted ? 1 : 0;
            total += w;
        }
        Tensor spread = null;
        if (share > 0) {
            double[] s = new double[k];
            for (int j = 0; j < k; j++) {
                s[j] = share / k * (weights == null ? 1 : weights[j]);
            }
            spread = vector(s, scores.dtype());
        }
        double divisor = switch (options.reduction()) {
            case MEAN -> total;
            case SUM -> 1;
            case NONE -> 0;
        };
        if (options.reduction() == Reduction.MEAN && !(total > 0)) {
            throw Failure.of("cross_entropy", "no row counts, so there is no mean").fact("ignored label", options.ignoredLabel())
                    .fact("rows", labels.length).hint("leave such batches out").argument();
        }
        return CrossEntropyOp.labels(integers(at), vector(mass, scores.dtype()), spread, vector(counts, scores.dtype()), divisor).apply(scores);
    }

    /** Mean over rows of {@code -sum_k target_k log softmax(scores)_k}. Scores and targets (constant) {@code [N, K]} -> scalar. */
    public static Variable crossEntropy(Operand scores, Tensor target) {
        if (scores.shape().rank() != 2 || !scores.shape().equals(target.shape())) {
            throw Failure.of("cross_entropy", "needs scores and targets of one shape [n, classes]").operand("scores", scores.shape())
                    .operand("target", target.shape()).shape();
        }
        return Ops.crossEntropy(scores, target.to(scores.dtype()), scores.shape().dim(0));
    }

    /**
     * Squared hinge, one against the rest: mean over all N K entries of {@code max(0, 1 - t s)^2}, t = +1 for the label and -1 for the
     * others (the L2-SVM of Tang 2013 up to its scale). Scores {@code [N, K]}, labels {@code [N]} -> scalar.
     */
    public static Variable squaredHinge(Operand scores, int[] labels) {
        checkLabels("squared_hinge", scores.shape(), labels, null);
        Tensor target = integers(labels).oneHot(scores.shape().dim(1)).mul(2).sub(1).to(scores.dtype());
        return Ops.squaredHinge(scores, target, target.numel());
    }

    /** Binary cross-entropy of logits; targets (constant) in [0, 1], of one shape. */
    public static Variable bceWithLogits(Operand logits, Tensor target) {
        return bceWithLogits(logits, target, null, Reduction.MEAN);
    }

    /** The same with a weight on the positive targets (broadcast; null: 1). */
    public static Variable bceWithLogits(Operand logits, Tensor target, Tensor positiveWeight, Reduction reduction) {
        checkSame("bce_with_logits", logits, target);
        DType t = logits.dtype();
        return reduce(Ops.bceWithLogits(logits, target.to(t), positiveWeight == null ? null : positiveWeight.to(t)), reduction);
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

    /** {@code d^2 / 2} up to |d| = delta, {@code delta (|d| - delta / 2)} beyond (Huber 1964). Both of one shape. */
    public static Variable huber(Operand prediction, Operand target, double delta) {
        return huber(prediction, target, delta, Reduction.MEAN);
    }

    public static Variable huber(Operand prediction, Operand target, double delta, Reduction reduction) {
        if (!(delta > 0)) {
            throw Failure.of("huber", "delta must be positive").fact("delta", delta).argument();
        }
        Variable d = difference("huber", prediction, target).abs();
        // clamping first keeps both branches in one expression: c (d - c / 2) with c = min(d, delta)
        Variable c = d.minimum(delta);
        return reduce(c.mul(d.sub(c.mul(0.5))), reduction);
    }

    /** {@link #huber} divided by {@code beta}: slope 1 far out. Both of one shape. */
    public static Variable smoothL1(Operand prediction, Operand target, double beta) {
        return smoothL1(prediction, target, beta, Reduction.MEAN);
    }

    public static Variable smoothL1(Operand prediction, Operand target, double beta, Reduction reduction) {
        return huber(prediction, target, beta, reduction).div(beta);
    }

    private static Variable difference(String name, Operand prediction, Operand target) {
        checkSame(name, prediction, target);
        return Ops.sub(prediction, target);
    }

    private static void checkSame(String name, Operand prediction, Operand target) {
        if (!prediction.shape().equals(target.shape())) {
            throw Failure.of(name, "prediction and target differ in shape").operand("prediction", prediction.shape()).operand("target", target.shape())
                    .hint("reshape one of them; broadcasting here would be a silent mistake").shape();
        }
    }

    private static Variable reduce(Variable x, Reduction reduction) {
        return switch (reduction) {
            case MEAN -> x.mean();
            case SUM -> x.sum();
            case NONE -> x;
        };
    }

    private static Tensor integers(int[] labels) {
        return Tensor.ofInts(Shape.of(labels.length), labels).to(DType.I64);
    }

    private static Tensor vector(double[] v, DType dtype) {
        return Tensor.ofDoubles(Shape.of(v.length), v).to(dtype);
    }

    /** {@code ignored} is the label of rows that do not count, or null. */
    private static void checkLabels(String name, Shape scores, int[] labels, Integer ignored) {
        if (scores.rank() != 2 || scores.dim(0) != labels.length) {
            throw Failure.of(name, "needs scores [n, classes] and n labels").operand("scores", scores).fact("labels", labels.length).shape();
        }
        if (labels.length == 0) {
            throw Failure.of(name, "the batch is empty").operand("scores", scores).argument();
        }
        for (int i = 0; i < labels.length; i++) {
            if ((labels[i] < 0 || labels[i] >= scores.dim(1)) && (ignored == null || labels[i] != ignored)) {
                throw Failure.of(name, "label " + labels[i] + " at position " + i + " is not one of " + scores.dim(1) + " classes")
                        .operand("scores", scores, 1).hint("labels count from 0 to " + (scores.dim(1) - 1)).index();
            }
        }
    }
}
