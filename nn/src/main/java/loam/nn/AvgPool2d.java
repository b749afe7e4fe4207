package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** Mean of each window. {@code [N, C, H, W] -> [N, C, H', W']}; padding counts as zeros, as in PyTorch. */
public final class AvgPool2d extends Layer {
    private final int kernel;
    private final int stride;
    private final int padding;

    /** Windows side by side. */
    public AvgPool2d(int kernel) {
        this(kernel, kernel, 0);
    }

    public AvgPool2d(int kernel, int stride, int padding) {
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.avgPool2d(x, kernel, stride, padding);
    }

    @Override
    protected Module fresh() {
        return new AvgPool2d(kernel, stride, padding);
    }
}
