package loam.autograd;

import loam.tensor.Context;
import loam.tensor.Failure;
import loam.tensor.Operand;
import loam.tensor.Tensor;
import loam.tensor.profile.Phase;
import loam.tensor.profile.Profiler;

/**
 * A differentiable operation: forward on tensors, backward on variables (so that derivatives of any order come for free). An object
 * stands for one call and holds its attributes. Most extend {@link UnaryOp} or {@link BinaryOp}.
 */
public abstract class Op {
    /** The operation's name as in PyTorch: "conv2d". */
    public abstract String name();

    /** Computes the outputs from the numbers of the inputs; may {@link Saved#keep} others. Never writes its inputs. */
    protected abstract Tensor[] forward(Saved saved, Tensor[] in);

    /**
     * The gradients of the inputs, given those of the outputs (null where none came). A null entry means no gradient. A gradient of
     * the shape that the input was broadcast to is summed back by the engine when {@link #broadcasts}.
     */
    protected abstract Variable[] backward(Saved saved, Variable[] dy);

    /** A faster rule on numbers alone, used when no graph of the gradient is wanted; null when there is none. Must equal {@link #backward}. */
    protected Tensor[] fastBackward(Saved saved, Tensor[] dy) {
        return null;
    }

    /** Whether backward reads input i. */
    protected boolean keepsInput(int i) {
        return true;
    }

    /** Whether backward reads the outputs. */
    protected boolean keepsOutput() {
        return false;
    }

    /** Whether inputs are broadcast against each other. */
    protected boolean broadcasts() {
        return false;
    }

    /** Applies the operation and returns its only (or first) output. */
    public final Variable apply(Operand... in) {
        return applyAll(in)[0];
    }

    /** Applies the operation; records it when a gradient is wanted and the mode allows. */
    public final Variable[] applyAll(Operand... in) {
        Variable[] v = new Variable[in.length];
        Tensor[] t = new Tensor[in.length];
        boolean[] needs = new boolean[in.length];
        boolean record = false;
        for (int i = 0; i < in.length; i++) {
            v[i] = Variable.from(in[i]);
            t[i] = v[i].peek();
            needs[i] = v[i].needsGrad();
            record |= needs[i];
        }
        Saved saved = new Saved(this, v, needs);
        Tensor[] out = measured(saved, t);
        Node node = null;
        if (record && Context.current().gradEnabled()) {
            node = new Node(this, saved, v, out);
            saved.seal(node, out);
        }
        Variable[] y = new Variable[out.length];
        for (int i = 0; i < y.length; i++) {
            boolean history = node != null && out[i].dtype().isFloating();
            y[i] = new Variable(out[i], history ? node : null, i, false);
        }
        return y;
    }

    private Tensor[] measured(Saved saved, Tensor[] in) {
        Context context = Context.current();
        Profiler profiler = context.attached(Profiler.class);
        if (profiler == null) {
            return forward(saved, in);
        }
        profiler.enter(name(), Phase.FORWARD, context.frame());
        try {
            return forward(saved, in);
        } finally {
            profiler.leave();
        }
    }

    /** For operations whose gradient is not defined. */
    protected final RuntimeException notDifferentiable(String why) {
        return Failure.of(name(), "has no gradient here: " + why).hint("detach the input").state();
    }
}
