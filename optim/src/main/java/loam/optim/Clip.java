package loam.optim;

import java.util.List;
import loam.autograd.Parameter;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/** Clipping of gradients, after backward and before the step. */
public final class Clip {
    private Clip() {
    }

    /** Scales all gradients by one factor so that their common 2-norm is at most {@code max}; returns the norm before. */
    public static double norm(List<Parameter> parameters, double max) {
        return norm(parameters, max, 2);
    }

    /** The same for the p-norm (infinity: the largest entry). As PyTorch, the factor is {@code max / (norm + 1e-6)}, at most 1. */
    public static double norm(List<Parameter> parameters, double max, double p) {
        double total = 0;
        boolean largest = p == Double.POSITIVE_INFINITY;
        for (Parameter q : parameters) {
            Tensor g = q.grad();
            if (g != null) {
                double n = g.norm(p, false).item();
                total = largest ? Math.max(total, n) : total + Math.pow(n, p);
            }
        }
        double norm = largest ? total : Math.pow(total, 1 / p);
        if (!Double.isFinite(norm)) {
            throw Failure.of("clip", "the norm of the gradients is " + norm).hint("look for the first loss or layer that is not finite").numeric();
        }
        double factor = max / (norm + 1e-6);
        if (factor < 1) {
            for (Parameter q : parameters) {
                if (q.grad() != null) {
                    q.setGrad(q.grad().mul(factor));
                }
            }
        }
        return norm;
    }

    /** Cuts every entry of every gradient to [-limit, limit]. */
    public static void value(List<Parameter> parameters, double limit) {
        Checks.atLeast("limit", limit, 0);
        for (Parameter q : parameters) {
            if (q.grad() != null) {
                q.setGrad(q.grad().clamp(-limit, limit));
            }
        }
    }
}
