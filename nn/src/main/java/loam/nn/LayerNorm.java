package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Parameter;
import loam.autograd.Variable;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Normalises over the last axes. {@code [..., shape] -> [..., shape]}; weight and bias of that shape, or neither (Ba et al. 2016). */
public final class LayerNorm extends Layer {
    private final Shape shape;
    private final double eps;
    private final Parameter weight;
    private final Parameter bias;

    /** Over the last axes, of these extents. */
    public LayerNorm(int... shape) {
        this(Shape.of(shape), 1e-5, true);
    }

    public LayerNorm(Shape shape, double eps, boolean affine) {
        this.shape = shape;
        this.eps = eps;
        weight = affine ? parameter("weight", Tensor.ones(shape)) : null;
        bias = affine ? parameter("bias", Tensor.zeros(shape)) : null;
    }

    /** Of the normalised axes' shape, or null. */
    public Parameter weight() {
        return weight;
    }

    /** Of the normalised axes' shape, or null. */
    public Parameter bias() {
        return bias;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.layerNorm(x, shape.rank(), weight, bias, eps);
    }

    @Override
    protected Module fresh() {
        return new LayerNorm(shape, eps, weight != null);
    }
}
