package loam.methods.common;

import java.util.Arrays;
import loam.tensor.Rng;

/** One two-class problem of a {@link LinearSvm}, in double precision: rows x [n, p], sides y of +1 and -1. */
final class BinarySvm {
    private static final double CG_TOLERANCE = 0.1;
    private static final double SUFFICIENT = 1e-4;
    private static final int HALVINGS = 40;

    private final double[] x;
    private final double[] y;
    private final int n;
    private final int p;
    private final LinearSvm.Config config;
    /** The weights. */
    final double[] w;
    /** Dual values; of the hinge those of the solver, of the squared hinge 2C times the violation. */
    final double[] alpha;
    /** Whether the tolerance was reached. */
    boolean converged;

    BinarySvm(double[] x, double[] y, int p, LinearSvm.Config config) {
        this.x = x;
        this.y = y;
        this.n = y.length;
        this.p = p;
        this.config = config;
        this.w = new double[p];
        this.alpha = new double[n];
    }

    void solve(Rng rng) {
        switch (config.loss()) {
            case SQUARED_HINGE -> newton();
            case HINGE -> dualDescent(rng);
        }
    }

    /**
     * Newton's method on {@code 0.5 w'w + C sum max(0, 1 - y w'x)^2}. Rows beyond the margin do not count in gradient and Hessian; each
     * step is solved by conjugate gradients and shortened by halving until the objective falls.
     */
    private void newton() {
        double c = config.c();
        double[] score = new double[n];                   // w'x of each row
        double[] along = new double[n];                   // s'x of each row
        int[] active = new int[n];
        double positives = Arrays.stream(y).filter(side -> side > 0).count();
        double share = Math.max(1, Math.min(positives, n - positives)) / n;
        double first = Double.NaN;
        for (int step = 0; step < config.maxIterations(); step++) {
            int count = 0;
            double[] g = w.clone();
            for (int i = 0; i < n; i++) {
                if (y[i] * score[i] < 1) {
                    active[count++] = i;
                    Rows.addTo(2 * c * (score[i] - y[i]), x, i * p, g, 0, p);
                }
            }
            double size = Rows.norm(g, 0, p);
            first = step == 0 ? size : first;
            if (size <= config.tolerance() * share * first) {
                converged = true;
                break;
            }
            double[] s = conjugateGradient(g, size, active, count);
            for (int i = 0; i < n; i++) {
                along[i] = Rows.dot(s, 0, x, i * p, p);
            }
            double t = stepLength(g, s, score, along);
            if (t == 0) {
                converged = true;                         // no representable improvement is left
                break;
            }
            Rows.addTo(t, s, 0, w, 0, p);
            Rows.addTo(t, along, 0, score, 0, n);
        }
        for (int i = 0; i < n; i++) {
            alpha[i] = 2 * c * Math.max(0, 1 - y[i] * score[i]);
        }
    }

    /** Solves {@code (I + 2C X_I'X_I) s = -g} to a tenth of the gradient's norm. */
    private double[] conjugateGradient(double[] g, double size, int[] active, int count) {
        double[] s = new double[p];
        double[] r = new double[p];
        Rows.addTo(-1, g, 0, r, 0, p);
        double[] d = r.clone();
        double rr = size * size;
        for (int k = 0; k <= p && Math.sqrt(rr) > CG_TOLERANCE * size; k++) {
            double[] h = d.clone();
            for (int a = 0; a < count; a++) {
                int at = active[a] * p;
                Rows.addTo(2 * config.c() * Rows.dot(d, 0, x, at, p), x, at, h, 0, p);
            }
            double length = rr / Rows.dot(d, 0, h, 0, p);
            Rows.addTo(length, d, 0, s, 0, p);
            Rows.addTo(-length, h, 0, r, 0, p);
            double next = Rows.dot(r, 0, r, 0, p);
            for (int j = 0; j < p; j++) {
                d[j] = r[j] + next / rr * d[j];
            }
            rr = next;
        }
        return s;
    }

    /** The first of 1, 1/2, 1/4, ... that lowers the objective enough; 0 where rounding hides every improvement. */
    private double stepLength(double[] g, double[] s, double[] score, double[] along) {
        double slope = Rows.dot(g, 0, s, 0, p);
        double ws = Rows.dot(w, 0, s, 0, p);
        double ss = Rows.dot(s, 0, s, 0, p);
        double t = 1;
        for (int k = 0; k < HALVINGS; k++, t /= 2) {
            double change = t * ws + 0.5 * t * t * ss;
            for (int i = 0; i < n; i++) {
                double before = Math.max(0, 1 - y[i] * score[i]);
                double after = Math.max(0, 1 - y[i] * (score[i] + t * along[i]));
                change += config.c() * (after - before) * (after + before);
            }
            if (change < 0 && change <= SUFFICIENT * t * slope) {
                return t;
            }
        }
        return 0;
    }

    /** Dual coordinate descent on {@code 0.5 w'w + C sum max(0, 1 - y w'x)} (Hsieh and others 2008): one alpha at a time, in random order. */
    private void dualDescent(Rng rng) {
        double c = config.c();
        double[] q = new double[n];
        for (int i = 0; i < n; i++) {
            q[i] = Rows.dot(x, i * p, x, i * p, p);
        }
        for (int pass = 0; pass < config.maxIterations() && !converged; pass++) {
            double high = Double.NEGATIVE_INFINITY;
            double low = Double.POSITIVE_INFINITY;
            for (int i : rng.permutation(n)) {
                if (q[i] == 0) {
                    alpha[i] = c;                         // a row of zeros is always violated and moves nothing
                    continue;
                }
                double g = y[i] * Rows.dot(w, 0, x, i * p, p) - 1;
                double projected = alpha[i] == 0 ? Math.min(g, 0) : alpha[i] == c ? Math.max(g, 0) : g;
                high = Math.max(high, projected);
                low = Math.min(low, projected);
                if (projected != 0) {
                    double next = Math.min(c, Math.max(0, alpha[i] - g / q[i]));
                    Rows.addTo((next - alpha[i]) * y[i], x, i * p, w, 0, p);
                    alpha[i] = next;
                }
            }
            converged = high - low < config.tolerance();
        }
    }

    /** Primal minus dual objective, over the primal. */
    double gap() {
        double ww = Rows.dot(w, 0, w, 0, p);
        double[] v = new double[p];                       // the weights that the dual values stand for
        double loss = 0;
        double dual = 0;
        boolean squared = config.loss() == LinearSvm.Loss.SQUARED_HINGE;
        for (int i = 0; i < n; i++) {
            double violation = Math.max(0, 1 - y[i] * Rows.dot(w, 0, x, i * p, p));
            loss += squared ? violation * violation : violation;
            dual += alpha[i] - (squared ? alpha[i] * alpha[i] / (4 * config.c()) : 0);
            Rows.addTo(alpha[i] * y[i], x, i * p, v, 0, p);
        }
        double primal = 0.5 * ww + config.c() * loss;
        return (primal - dual + 0.5 * Rows.dot(v, 0, v, 0, p)) / Math.max(primal, Double.MIN_NORMAL);
    }
}
