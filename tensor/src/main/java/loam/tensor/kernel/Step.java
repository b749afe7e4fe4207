package loam.tensor.kernel;

/** The scalars of one optimizer step, as PyTorch defines them. */
public interface Step {
    /** {@code g += weightDecay w; v = momentum v + (1 - dampening) g} (first step: v = g); {@code w -= lr (nesterov ? g + momentum v : v)}. */
    record Sgd(double lr, double momentum, double dampening, double weightDecay, boolean nesterov, boolean first) implements Step {
    }

    /** {@code correction1 = 1 - beta1^t}, {@code correction2 = 1 - beta2^t}; decay acts on w directly when decoupled, else on g. */
    record Adam(double lr, double beta1, double beta2, double eps, double weightDecay, boolean decoupled, double correction1,
                double correction2) implements Step {
    }
}
