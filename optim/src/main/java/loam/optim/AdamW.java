package loam.optim;

import java.util.List;
import loam.autograd.Parameter;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), as PyTorch's: decay 0.01 unless set. */
public final class AdamW extends AdamFamily {
    public AdamW(List<Parameter> parameters, double lr) {
        super(single(parameters, lr, 0.01), true);
    }

    public AdamW(List<ParameterGroup> groups) {
        super(groups, true);
    }

    /** Decay rates of the two moments; 0.9 and 0.999 at first. */
    public AdamW betas(double first, double second) {
        setBetas(first, second);
        return this;
    }

    /** Added to the root of the second moment; 1e-8 at first. */
    public AdamW eps(double value) {
        setEps(value);
        return this;
    }

    /** Weight decay of all groups. */
    public AdamW weightDecay(double value) {
        groups().forEach(g -> g.weightDecay(value));
        return this;
    }
}
