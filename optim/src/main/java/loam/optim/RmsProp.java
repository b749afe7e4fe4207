package loam.optim;

import java.util.List;
import loam.autograd.Parameter;
import loam.tensor.Context;
import loam.tensor.Tensor;

/** RMSprop (Hinton's lecture 6e), as PyTorch's: {@code s = alpha s + (1 - alpha) g^2; w -= lr g / (sqrt(s) + eps)}, plain, centered or with momentum. */
public final class RmsProp extends Optimizer {
    private double alpha = 0.99;
    private double eps = 1e-8;
    private double momentum;
    private boolean centered;

    public RmsProp(List<Parameter> parameters, double lr) {
        super(single(parameters, lr, 0));
    }

    public RmsProp(List<ParameterGroup> groups) {
        super(groups);
    }

    /** Smoothing of the squares; 0.99 at first. */
    public RmsProp alpha(double value) {
        alpha = Checks.fraction("alpha", value);
        return this;
    }

    /** Added to the root; 1e-8 at first. */
    public RmsProp eps(double value) {
        eps = Checks.atLeast("eps", value, 0);
        return this;
    }

    /** Momentum in [0, 1); 0 at first. */
    public RmsProp momentum(double value) {
        momentum = Checks.fraction("momentum", value);
        return this;
    }

    /** Divides by the estimated standard deviation instead of the root mean square. */
    public RmsProp centered() {
        centered = true;
        return this;
    }

    /** L2 penalty added to the gradient, of all groups. */
    public RmsProp weightDecay(double value) {
        groups().forEach(g -> g.weightDecay(value));
        return this;
    }

    @Override
    protected void update(Parameter p, Tensor grad, ParameterGroup group, int age) {
        p.update(w -> {
            Tensor g = grad.to(w.dtype());
            g = group.weightDecay() == 0 ? g : g.add(w.mul(group.weightDecay()));
            Tensor s = state(p, "square_avg");
            write(s.mul(alpha).add(g.square().mul(1 - alpha)), s);
            Tensor spread = s;
            if (centered) {
                Tensor mean = state(p, "grad_avg");
                write(mean.mul(alpha).add(g.mul(1 - alpha)), mean);
                spread = s.sub(mean.square());
            }
            Tensor move = g.div(spread.sqrt().add(eps));
            if (momentum > 0) {
                Tensor v = state(p, "momentum_buffer");
                write(v.mul(momentum).add(move), v);
                move = v;
            }
            write(w.sub(move.mul(group.lr())), w);
        });
    }

    private static void write(Tensor from, Tensor to) {
        Context.current().kernels().copy(from, to);
    }
}
