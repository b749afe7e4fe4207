package loam.methods.continual.dsimplex;

import loam.autograd.Ops;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * The higher-order compatibility loss: each old feature shall find the new feature of its own sample among those of the batch. New features
 * {@code [N, d]}, old features {@code [N, d]} (constant), N labels -> scalar. With u and v the features at length 1 and
 * {@code S_ij = mu v_i . u_j} it is the mean over i of {@code log(sum_j exp(S_ij [y_j != y_i])) - S_ii}. As in the reference code an entry of the
 * same class is multiplied by 0, so that it counts as exp(0), the one at j = i too
 * (Biondi and others 2024, arXiv:2405.02581).
 *
 * @param mu               sharpness, above 0
 * @param excludeSameClass leaves entries of the same class out of the sum; then every batch needs two classes
 */
public record HocLoss(double mu, boolean excludeSameClass) {
    private static final String NAME = "hoc loss";

    public HocLoss {
        if (!(mu > 0) || Double.isInfinite(mu)) {
            throw Failure.of(NAME, "mu is " + mu).hint("it is a positive number").argument();
        }
    }

    /** The reference's: mu = 10, entries of the same class count as exp(0). */
    public static HocLoss standard() {
        return new HocLoss(10, false);
    }

    /** The loss; no gradient goes to the old features. A feature of only zeros is an ArgumentException. */
    public Variable forward(Operand newFeatures, Tensor oldFeatures, int[] labels) {
        if (newFeatures.shape().rank() != 2 || !newFeatures.shape().equals(oldFeatures.shape())) {
            throw Failure.of(NAME, "needs new and old features of the same samples, both [N, d]").operand("new", newFeatures.shape())
                    .operand("old", oldFeatures.shape()).shape();
        }
        if (labels.length == 0 || newFeatures.shape().dim(0) != labels.length) {
            throw Failure.of(NAME, "one label is needed for each sample").operand("new", newFeatures.shape()).fact("labels", labels.length).shape();
        }
        Variable u = unit(Variable.from(newFeatures), "new");
        Tensor v = unit(Variable.of(oldFeatures), "old").value().to(u.dtype());
        Variable s = Ops.matmul(v, u.t()).mul(mu);                              // [N, N]
        Tensor same = same(labels);
        Variable others = excludeSameClass ? s.maskedFill(same, Double.NEGATIVE_INFINITY) : s.maskedFill(same, 0);
        return others.logsumexp(false, 1).sub(s.diagonal(0, 0, 1)).mean();
    }

    private static Variable unit(Variable x, String which) {
        Variable norm = Ops.norm(x, 2, true, 1);
        if (norm.value().min().item() == 0) {
            throw Failure.of(NAME, "a feature of only zeros has no direction").operand(which + " features", x.shape())
                    .fact("row", norm.value().flatten().argmin(0).toInts()[0]).argument();
        }
        return x.div(norm);
    }

    /** BOOL [N, N]: whether two samples are of one class. */
    private Tensor same(int[] labels) {
        int n = labels.length;
        boolean[] same = new boolean[n * n];
        boolean all = true;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                same[i * n + j] = labels[i] == labels[j];
                all &= same[i * n + j];
            }
        }
        if (all && excludeSameClass) {
            throw Failure.of(NAME, "all samples are of class " + labels[0] + ", so there are no negatives").fact("samples", n)
                    .hint("use larger batches, or excludeSameClass = false").argument();
        }
        return Tensor.ofBooleans(Shape.of(n, n), same);
    }
}
