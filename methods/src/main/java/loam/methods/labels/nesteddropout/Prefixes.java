package loam.methods.labels.nesteddropout;

import java.util.List;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/** Scores and accuracies of every prefix of the channels in one pass: {@code L_k = L_{k-1} + f_k W_k}. */
public final class Prefixes {
    private static final double PENALTY = 1e-5;

    /**
     * What one network knows of some samples.
     *
     * @param features   f [n, N]
     * @param classifier W [C, N]
     */
    public record Part(Tensor features, Tensor classifier) {
        public Part {
            if (features.rank() != 2 || classifier.rank() != 2 || features.dim(1) != classifier.dim(1)) {
                throw Failure.of("prefixes", "features and classifier differ in channels").operand("features", features.shape(), 1)
                        .operand("classifier", classifier.shape(), 1).shape();
            }
        }
    }

    private interface Visitor {
        void visit(int k, double[] logits);
    }

    private Prefixes() {
    }

    /** The accuracy of each prefix 1 .. N on samples with labels y; the scores of several networks are added. */
    public static double[] accuracies(List<Part> parts, int[] y) {
        int classes = parts.get(0).classifier().dim(0);
        int n = parts.get(0).features().dim(0);
        if (n == 0 || n != y.length) {
            throw Failure.of("prefixes", "there are " + n + " samples and " + y.length + " labels").argument();
        }
        double[] right = new double[parts.get(0).features().dim(1)];
        pass(parts, (k, logits) -> {
            int count = 0;
            for (int i = 0; i < n; i++) {
                int best = i * classes;
                for (int c = best + 1; c < (i + 1) * classes; c++) {
                    best = logits[c] > logits[best] ? c : best;
                }
                count += best - i * classes == y[i] ? 1 : 0;
            }
            right[k - 1] = count / (double) n;
        });
        return right;
    }

    /** The scores [n, C] of a prefix: those of {@code parts} added. */
    public static Tensor logits(List<Part> parts, int k) {
        Tensor sum = null;
        for (Part p : parts) {
            Tensor own = p.features().narrow(1, 0, k).matmul(p.classifier().narrow(1, 0, k).t());
            sum = sum == null ? own : sum.add(own);
        }
        return sum;
    }

    private static void pass(List<Part> parts, Visitor visitor) {
        int n = parts.get(0).features().dim(0);
        int channels = parts.get(0).features().dim(1);
        int classes = parts.get(0).classifier().dim(0);
        double[] logits = new double[n * classes];
        // Channel by channel: transposed, so that a channel is contiguous.
        List<double[][]> rows = parts.stream().map(p -> new double[][] {p.features().to(DType.F64).t().contiguous().toDoubles(),
                p.classifier().to(DType.F64).t().contiguous().toDoubles()}).toList();
        for (int k = 0; k < channels; k++) {
            for (double[][] r : rows) {
                for (int i = 0; i < n; i++) {
                    double f = r[0][k * n + i];
                    if (f != 0) {
                        for (int c = 0; c < classes; c++) {
                            logits[i * classes + c] += f * r[1][k * classes + c];
                        }
                    }
                }
            }
            visitor.visit(k + 1, logits);
        }
    }

    /** {@code argmax_k (accuracy_k - 1e-5 (k - 1))}: of prefixes that are as good, the shortest. */
    public static int best(double[] accuracy) {
        if (accuracy.length == 0) {
            throw Failure.of("prefixes", "there is no accuracy to choose by").argument();
        }
        int k = 1;
        for (int j = 2; j <= accuracy.length; j++) {
            k = penalised(accuracy, j) > penalised(accuracy, k) ? j : k;
        }
        return k;
    }

    /** The accuracy of prefix k less the penalty on its length. */
    static double penalised(double[] accuracy, int k) {
        return accuracy[k - 1] - PENALTY * (k - 1);
    }
}
