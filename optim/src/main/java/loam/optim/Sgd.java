package loam.optim;

import java.util.List;
import loam.autograd.Parameter;
import loam.tensor.Context;
import loam.tensor.Failure;
import loam.tensor.Tensor;
import loam.tensor.kernel.Step;

/**
 * Stochastic gradient descent, as PyTorch's: {@code g += decay w; v = momentum v + (1 - dampening) g} (first step: v = g);
 * {@code w -= lr (nesterov ? g + momentum v : v)}.
 */
public final class Sgd extends Optimizer {
    private double momentum;
    private double dampening;
    private boolean nesterov;

    public Sgd(List<Parameter> parameters, double lr) {
        super(single(parameters, lr, 0));
    }

    public Sgd(List<ParameterGroup> groups) {
        super(groups);
    }

    /** Momentum in [0, 1); 0 at first. */
    public Sgd momentum(double value) {
        momentum = Checks.fraction("momentum", value);
        return this;
    }

    /** Dampening of the momentum; 0 at first. */
    public Sgd dampening(double value) {
        dampening = Checks.fraction("dampening", value);
        return this;
    }

    /** Nesterov's form; needs a momentum and no dampening. */
    public Sgd nesterov() {
        if (momentum == 0 || dampening != 0) {
            throw Failure.of("sgd", "nesterov needs a momentum and no dampening").fact("momentum", momentum).fact("dampening", dampening).argument();
        }
        nesterov = true;
        return this;
    }

    /** L2 penalty added to the gradient, of all groups. */
    public Sgd weightDecay(double value) {
        groups().forEach(g -> g.weightDecay(value));
        return this;
    }

    @Override
    protected void update(Parameter p, Tensor grad, ParameterGroup group, int age) {
        Tensor v = momentum == 0 ? null : state(p, "momentum_buffer");
        Step.Sgd step = new Step.Sgd(group.lr(), momentum, dampening, group.weightDecay(), nesterov, age == 1);
        p.update(w -> Context.current().kernels().sgd(w, grad.to(w.dtype()), v, step));
    }
}
