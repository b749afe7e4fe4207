package loam.methods.labels.nesteddropout;

import java.util.List;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.methods.common.Rows;
import loam.nn.Dropout;
import loam.nn.Layer;
import loam.nn.Linear;
import loam.nn.Mode;
import loam.nn.Module;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Tensor;

/** A feature net, dropout (may be none), {@link NestedDropout} and a classifier without bias. {@code [B, ...] -> [B, C]}. */
public final class NestedModel extends Layer {
    private static final int PREDICT_BATCH = 1000;

    private final Layer features;
    private final Dropout dropout;
    private final NestedDropout nested;
    private final Linear classifier;
    private final double rate;

    /** {@code features}: [B, ...] to [B, N]; the classifier is drawn from {@code rng}. */
    public NestedModel(Layer features, int channels, int classes, double eta, double dropout, Rng rng) {
        this(features, new Dropout(dropout, rng.split("dropout")), new NestedDropout(channels, eta, rng.split("nested")),
                new Linear(channels, classes, false, rng.split("classifier")), dropout);
    }

    private NestedModel(Layer features, Dropout dropout, NestedDropout nested, Linear classifier, double rate) {
        this.features = child("features", features);
        this.dropout = child("dropout", dropout);
        this.nested = child("nested", nested);
        this.classifier = child("classifier", classifier);
        this.rate = rate;
    }

    /** The layer that keeps a prefix. */
    public NestedDropout nested() {
        return nested;
    }

    /** W [C, N], without bias. */
    public Linear classifier() {
        return classifier;
    }

    /** K, the number of channels that validation chose; N before any choice. */
    public int bestK() {
        return nested.prefix();
    }

    /** The scores [B, C] of inputs with the first k channels; dropout as the mode says. */
    public Variable forward(Tensor x, int k) {
        return classifier.forward(nested.forward(dropout.forward(features.forward(x)), k));
    }

    @Override
    protected Variable compute(Variable x) {
        return classifier.forward(nested.forward(dropout.forward(features.forward(x))));
    }

    /** All N channels of inputs, in evaluation mode: {@code [n, ...] -> [n, N]}. */
    public Tensor channels(Tensor x) {
        return Rows.inParts(x, PREDICT_BATCH, features::predict);
    }

    /** Channels of inputs beside the classifier: what {@link Prefixes} works on. */
    public Prefixes.Part part(Tensor x) {
        return new Prefixes.Part(channels(x), classifier.weight().value());
    }

    /** The class of each input, by the first K channels. */
    public int[] classify(Tensor x) {
        return Grad.noGrad(() -> Prefixes.logits(List.of(part(x)), bestK()).argmax(1).toInts());
    }

    /** Scores [B, C] of the first k channels in evaluation mode, without history. */
    Tensor ranked(Tensor x, int k) {
        try (Mode mode = eval()) {
            return Grad.noGrad(() -> forward(x, k).value());
        }
    }

    /** A network with K channels and a classifier [C, K] of its own, equal in its answers. */
    public Layer truncated() {
        return new Truncated(features.copy(), classifier.weight().value().narrow(1, 0, bestK()).contiguous());
    }

    @Override
    protected Module fresh() {
        NestedModel other = new NestedModel(features.copy(), new Dropout(rate, Rng.seed(0)), new NestedDropout(nested.channels(), nested.eta(), Rng.seed(0)),
                new Linear(classifier.weight().dim(1), classifier.weight().dim(0), false, Rng.seed(0)), rate);
        other.nested.prefix(nested.prefix());
        return other;
    }

    @Override
    public NestedModel copy() {
        return (NestedModel) super.copy();
    }

    /** Features cut to the first K channels and a classifier [C, K]. */
    private static final class Truncated extends Layer {
        private final Layer features;
        private final Linear classifier;

        Truncated(Layer features, Tensor weight) {
            this.features = child("features", features);
            this.classifier = child("classifier", new Linear(weight.dim(1), weight.dim(0), false, Rng.seed(0)));
            classifier.weight().update(weight);
        }

        @Override
        protected Variable compute(Variable x) {
            Variable f = features.forward(x);
            if (f.dim(1) < classifier.weight().dim(1)) {
                throw Failure.of("truncated", "features of another width").operand("f", f.shape(), 1).shape();
            }
            return classifier.forward(f.narrow(1, 0, classifier.weight().dim(1)));
        }

        @Override
        protected Module fresh() {
            return new Truncated(features.copy(), classifier.weight().value());
        }
    }
}
