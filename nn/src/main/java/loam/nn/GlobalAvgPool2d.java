package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** Mean over the image. {@code [N, C, H, W] -> [N, C]}. */
public final class GlobalAvgPool2d extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return Ops.globalAvgPool2d(x).flatten(1, -1);
    }

    @Override
    protected Module fresh() {
        return new GlobalAvgPool2d();
    }
}
