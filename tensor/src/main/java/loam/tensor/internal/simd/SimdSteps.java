package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Optimizer steps on whole vectors; the formulas and their order are those of the scalar loops, so tails agree bit by bit. */
final class SimdSteps {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();

    private SimdSteps() { }

    /** The first elements, a multiple of the vector length; returns how many. */
    static int sgd(int n, float[] w, int wo, float[] g, int go, float[] v, int vo, double lr, double mu, double dampening, double wd,
                   boolean nesterov, boolean first) {
        float step = (float) lr;
        float decay = (float) wd;
        float keep = (float) mu;
        float take = (float) (1 - dampening);
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector x = FloatVector.fromArray(S, w, wo + i);
            FloatVector d = FloatVector.fromArray(S, g, go + i);
            if (decay != 0) {
                d = d.add(x.mul(decay));
            }
            if (v != null) {
                FloatVector u = first ? d : FloatVector.fromArray(S, v, vo + i).mul(keep).add(d.mul(take));
                u.intoArray(v, vo + i);
                d = nesterov ? d.add(u.mul(keep)) : u;
            }
            x.sub(d.mul(step)).intoArray(w, wo + i);
        }
        return i;
    }

    /** The first elements, a multiple of the vector length; returns how many. */
    static int adam(int n, float[] w, int wo, float[] g, int go, float[] m, int mo, float[] v, int vo,
                    double lr, double beta1, double beta2, double eps, double wd, boolean decoupled, double c1, double c2) {
        FloatVector shrink = FloatVector.broadcast(S, decoupled ? (float) (1 - lr * wd) : 1);
        float decay = decoupled ? 0 : (float) wd;
        FloatVector b1 = FloatVector.broadcast(S, (float) beta1);
        FloatVector t1 = FloatVector.broadcast(S, (float) (1 - beta1));
        FloatVector b2 = FloatVector.broadcast(S, (float) beta2);
        FloatVector t2 = FloatVector.broadcast(S, (float) (1 - beta2));
        FloatVector step = FloatVector.broadcast(S, (float) (lr / c1));
        FloatVector root = FloatVector.broadcast(S, (float) (1 / Math.sqrt(c2)));
        FloatVector small = FloatVector.broadcast(S, (float) eps);
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector x = FloatVector.fromArray(S, w, wo + i).mul(shrink);
            FloatVector d = FloatVector.fromArray(S, g, go + i);
            if (decay != 0) {
                d = d.add(x.mul(decay));
            }
            FloatVector mi = b1.mul(FloatVector.fromArray(S, m, mo + i)).add(t1.mul(d));
            FloatVector vi = b2.mul(FloatVector.fromArray(S, v, vo + i)).add(t2.mul(d.mul(d)));
            mi.intoArray(m, mo + i);
            vi.intoArray(v, vo + i);
            x.sub(step.mul(mi).div(vi.sqrt().mul(root).add(small))).intoArray(w, wo + i);
        }
        return i;
    }
}
