package loam.methods.features.cnnsvm;

import loam.autograd.Variable;
import loam.nn.Losses;

/** What the output layer is trained with. */
public enum HeadLoss {
    /** Cross-entropy of the softmax of the scores; no penalty. */
    SOFTMAX {
        @Override
        public Variable loss(Variable s, int[] y, Variable w, double c) {
            return Losses.crossEntropy(s, y);
        }
    },
    /** One-vs-rest squared hinge with a penalty on the readout weight: a linear L2-SVM (Tang 2013) in means instead of sums. */
    L2_SVM {
        @Override
        public Variable loss(Variable s, int[] y, Variable w, double c) {
            return w.square().mean().add(Losses.squaredHinge(s, y).mul(c));
        }
    };

    /**
     * The loss to minimise, a scalar.
     *
     * @param s scores [B, K]
     * @param y labels, B of 0 .. K-1
     * @param w readout weight [K, d], the only one that is penalised
     * @param c weight of the hinge term
     */
    public abstract Variable loss(Variable s, int[] y, Variable w, double c);
}
