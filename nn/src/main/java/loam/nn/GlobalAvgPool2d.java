package loam.nn;

import loam.autograd.Variable;

/** Mean over the image. {@code [N, C, H, W] -> [N, C]}. */
public final class GlobalAvgPool2d extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return x.mean(-2, -1);
    }

    @Override
    protected Module fresh() {
        return new GlobalAvgPool2d();
    }
}
