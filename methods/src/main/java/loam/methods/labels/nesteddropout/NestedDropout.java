package loam.methods.labels.nesteddropout;

import java.util.Arrays;
import loam.autograd.Variable;
import loam.nn.Layer;
import loam.nn.Module;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Keeps the first k channels and zeroes the rest, one k for the whole batch; kept channels are not rescaled. {@code [B, N] -> [B, N]}.
 * In training k is drawn from {@code p_k ~ exp(-(k / eta)^2)}; in evaluation it is {@link #prefix()}, N at first. With eta = 0 the layer
 * passes its input through. Source: Chen et al. 2022, arXiv:2206.13140.
 */
public final class NestedDropout extends Layer {
    private final int channels;
    private final double eta;
    private final Rng rng;
    private final double[] cumulative;
    private int prefix;

    /** N channels; {@code eta} sets how many of them are kept: about eta / sqrt(pi) on average. */
    public NestedDropout(int channels, double eta, Rng rng) {
        if (channels < 1) {
            throw Failure.of("nested dropout", "needs at least one channel").fact("channels", channels).argument();
        }
        if (!(eta >= 0 && Double.isFinite(eta))) {
            throw Failure.of("nested dropout", "eta is " + eta).hint("eta is at least 0; 0 switches the layer off").argument();
        }
        this.channels = channels;
        this.eta = eta;
        this.rng = rng.split("nested dropout");
        this.prefix = channels;
        this.cumulative = distribution();
        for (int k = 1; k < channels; k++) {
            cumulative[k] += cumulative[k - 1];
        }
    }

    /** N. */
    public int channels() {
        return channels;
    }

    /** The scale of the distribution of k. */
    public double eta() {
        return eta;
    }

    /** {@code p_1 .. p_N}; with eta = 0 all mass is on N. */
    public double[] distribution() {
        double[] p = new double[channels];
        if (eta == 0) {
            p[channels - 1] = 1;
            return p;
        }
        double sum = 0;
        for (int k = 1; k <= channels; k++) {
            // Relative to k = 1, so that a tiny eta does not underflow to 0 / 0.
            p[k - 1] = Math.exp((1 - (double) k * k) / (eta * eta));
            sum += p[k - 1];
        }
        for (int k = 0; k < channels; k++) {
            p[k] /= sum;
        }
        return p;
    }

    /** A number of channels from {@link #distribution}. */
    public int sampleK() {
        if (eta == 0) {
            return channels;
        }
        int at = Arrays.binarySearch(cumulative, rng.nextDouble());
        return Math.min(channels, (at < 0 ? -at - 1 : at + 1) + 1);
    }

    /** The number of channels kept in evaluation. */
    public int prefix() {
        return prefix;
    }

    /** Sets the number of channels kept in evaluation, 1 .. N. */
    public void prefix(int k) {
        check(k);
        prefix = k;
    }

    /** The first k channels of {@code f} [B, N], zeros behind them. Gradients of the others are exactly 0. */
    public Variable forward(Variable f, int k) {
        check(k);
        if (f.rank() != 2 || f.dim(1) != channels) {
            throw Failure.of("nested dropout", "features of another width").operand("f", f.shape()).fact("channels", channels).shape();
        }
        return k == channels ? f : f.mul(mask(k));
    }

    @Override
    protected Variable compute(Variable f) {
        return forward(f, isTraining() ? sampleK() : prefix);
    }

    private Tensor mask(int k) {
        float[] m = new float[channels];
        Arrays.fill(m, 0, k, 1);
        return Tensor.of(Shape.of(channels), m);
    }

    private void check(int k) {
        if (k < 1 || k > channels) {
            throw Failure.of("nested dropout", "there is no prefix of " + k + " channels").fact("channels", channels).index();
        }
    }

    @Override
    protected Module fresh() {
        NestedDropout other = new NestedDropout(channels, eta, Rng.seed(0));
        other.prefix = prefix;
        return other;
    }
}
