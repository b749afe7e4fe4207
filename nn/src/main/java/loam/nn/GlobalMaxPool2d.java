package loam.nn;

import loam.autograd.Ops;
import loam.autograd.Variable;

/** Largest of the image. {@code [N, C, H, W] -> [N, C]}. */
public final class GlobalMaxPool2d extends Layer {
    @Override
    protected Variable compute(Variable x) {
        return Ops.globalMaxPool2d(x).flatten(1, -1);
    }

    @Override
    protected Module fresh() {
        return new GlobalMaxPool2d();
    }
}
