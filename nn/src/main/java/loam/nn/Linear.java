package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.tensor.Failure;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.kernel.Activation;

/** An affine map, {@code x wT + b}. {@code [..., in] -> [..., out]}. Weight [out, in], bias [out]; initial values as PyTorch's. */
public final class Linear extends Layer implements FusesRelu {
    private final Parameter weight;
    private final Parameter bias;

    public Linear(int in, int out, Rng rng) {
        this(in, out, true, rng);
    }

    /** With or without a bias. */
    public Linear(int in, int out, boolean bias, Rng rng) {
        if (in < 1 || out < 1) {
            throw Failure.of("linear", "needs at least one input and one output").fact("in", in).fact("out", out).argument();
        }
        Rng own = Init.next(rng);
        weight = parameter("weight", Init.standard(Shape.of(out, in), in, own.split("weight")));
        this.bias = bias ? parameter("bias", Init.standard(Shape.of(out), in, own.split("bias"))) : null;
    }

    /** [out, in]. */
    public Parameter weight() {
        return weight;
    }

    /** [out], or null. */
    public Parameter bias() {
        return bias;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.linear(x, weight, bias, Activation.NONE);
    }

    @Override
    public Variable computeRelu(Variable x) {
        return Ops.linear(x, weight, bias, Activation.RELU);
    }

    @Override
    protected Module fresh() {
        return new Linear(weight.dim(1), weight.dim(0), bias != null, Rng.seed(0));
    }
}
