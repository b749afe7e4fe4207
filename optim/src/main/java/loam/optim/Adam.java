package loam.optim;

import java.util.List;
import loam.autograd.Parameter;

/** Adam (Kingma and Ba 2014, algorithm 1), as PyTorch's: weight decay, if any, is an L2 penalty in the gradient. */
public final class Adam extends AdamFamily {
    public Adam(List<Parameter> parameters, double lr) {
        super(single(parameters, lr, 0), false);
    }

    public Adam(List<ParameterGroup> groups) {
        super(groups, false);
    }

    /** Decay rates of the two moments; 0.9 and 0.999 at first. */
    public Adam betas(double first, double second) {
        setBetas(first, second);
        return this;
    }

    /** Added to the root of the second moment; 1e-8 at first. */
    public Adam eps(double value) {
        setEps(value);
        return this;
    }

    /** Weight decay of all groups. */
    public Adam weightDecay(double value) {
        groups().forEach(g -> g.weightDecay(value));
        return this;
    }
}
