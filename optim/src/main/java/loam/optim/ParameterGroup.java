package loam.optim;

import java.util.List;
import loam.autograd.Parameter;

/** Parameters that share a learning rate and a weight decay. */
public final class ParameterGroup {
    private final List<Parameter> parameters;
    private double lr;
    private double weightDecay;

    public ParameterGroup(List<Parameter> parameters, double lr, double weightDecay) {
        this.parameters = List.copyOf(parameters);
        this.lr = Checks.atLeast("lr", lr, 0);
        this.weightDecay = Checks.atLeast("weightDecay", weightDecay, 0);
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    public double lr() {
        return lr;
    }

    /** Sets the learning rate. */
    public void lr(double value) {
        lr = Checks.atLeast("lr", value, 0);
    }

    public double weightDecay() {
        return weightDecay;
    }

    /** Sets the weight decay. */
    public void weightDecay(double value) {
        weightDecay = Checks.atLeast("weightDecay", value, 0);
    }
}
