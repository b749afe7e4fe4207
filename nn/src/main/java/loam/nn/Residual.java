package loam.nn;

import loam.autograd.Variable;
import loam.tensor.Failure;

/** {@code shortcut(x) + body(x)}; the shortcut is the identity unless given. Shapes of both must agree. */
public final class Residual extends Layer {
    private final Layer body;
    private final Layer shortcut;

    public Residual(Layer body) {
        this(body, null);
    }

    /** With a projection on the shortcut. */
    public Residual(Layer body, Layer shortcut) {
        this.body = child("body", body);
        this.shortcut = shortcut == null ? null : child("shortcut", shortcut);
    }

    @Override
    protected Variable compute(Variable x) {
        Variable y = body.forward(x);
        Variable s = shortcut == null ? x : shortcut.forward(x);
        if (!y.shape().equals(s.shape())) {
            throw Failure.of("residual", "the body changes the shape").operand("shortcut", s.shape()).operand("body", y.shape())
                    .hint("give a shortcut that makes the same change: new Residual(body, new Conv2d(...))").shape();
        }
        return s.add(y);
    }

    @Override
    protected Module fresh() {
        return new Residual((Layer) body.fresh(), shortcut == null ? null : (Layer) shortcut.fresh());
    }
}
