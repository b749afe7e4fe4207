package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Divides by the root mean square of the last axis. {@code [..., width] -> [..., width]}; weight [width] (Zhang and Sennrich 2019). */
public final class RmsNorm extends Layer {
    private final double eps;
    private final Parameter weight;

    public RmsNorm(int width) {
        this(width, 1e-6);
    }

    public RmsNorm(int width, double eps) {
        this.eps = eps;
        weight = parameter("weight", Tensor.ones(Shape.of(width)));
    }

    /** [width]. */
    public Parameter weight() {
        return weight;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.rmsNorm(x, weight, eps);
    }

    @Override
    protected Module fresh() {
        return new RmsNorm(weight.dim(0), eps);
    }
}
