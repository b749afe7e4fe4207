package loam.optim;

import java.util.List;
import loam.autograd.Parameter;
import loam.tensor.Context;
import loam.tensor.Tensor;
import loam.tensor.kernel.Step;

/** What Adam and AdamW share: two moments and their bias corrections, one fused kernel a parameter. */
abstract class AdamFamily extends Optimizer {
    private final boolean decoupled;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double eps = 1e-8;

    AdamFamily(List<ParameterGroup> groups, boolean decoupled) {
        super(groups);
        this.decoupled = decoupled;
    }

    final void setBetas(double first, double second) {
        beta1 = Checks.fraction("beta1", first);
        beta2 = Checks.fraction("beta2", second);
    }

    final void setEps(double value) {
        eps = Checks.atLeast("eps", value, 0);
    }

    @Override
    protected void update(Parameter p, Tensor grad, ParameterGroup group, int age) {
        Tensor m = state(p, "exp_avg");
        Tensor v = state(p, "exp_avg_sq");
        Step.Adam step = new Step.Adam(group.lr(), beta1, beta2, eps, group.weightDecay(), decoupled, 1 - Math.pow(beta1, age), 1 - Math.pow(beta2, age));
        p.update(w -> Context.current().kernels().adam(w, grad.to(w.dtype()), m, v, step));
    }
}
