package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** Largest of each window. {@code [N, C, H, W] -> [N, C, H', W']}; a window that does not fit is left out, as in PyTorch. */
public final class MaxPool2d extends Layer {
    private final int kernel;
    private final int stride;
    private final int padding;

    /** Windows side by side. */
    public MaxPool2d(int kernel) {
        this(kernel, kernel, 0);
    }

    public MaxPool2d(int kernel, int stride) {
        this(kernel, stride, 0);
    }

    /** Padding never wins. */
    public MaxPool2d(int kernel, int stride, int padding) {
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
    }

    @Override
    protected Variable compute(Variable x) {
        return Ops.maxPool2d(x, kernel, stride, padding);
    }

    @Override
    protected Module fresh() {
        return new MaxPool2d(kernel, stride, padding);
    }
}
