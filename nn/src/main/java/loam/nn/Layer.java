package loam.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.autograd.Grad;
import loam.autograd.Variable;
import loam.tensor.Context;
import loam.tensor.Operand;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** A module of one input and one output. Subclasses write {@link #compute}; errors inside name the module. */
public abstract class Layer extends Module {
    private List<Hook> hooks = List.of();

    /** Sees the output of a layer, and may replace it by returning another. */
    public interface Hook {
        Variable after(Layer layer, Variable input, Variable output);
    }

    /** A handle that removes what it stands for. */
    public interface Handle extends AutoCloseable {
        @Override
        void close();
    }

    /** The function of this layer. */
    protected abstract Variable compute(Variable x);

    /** Runs this layer; records history where gradients are wanted. Takes a Variable or a Tensor. */
    public final Variable forward(Operand input) {
        Context c = Context.current();
        c.enter(label());
        try {
            Variable x = Variable.from(input);
            return observed(x, compute(x));
        } finally {
            c.leave();
        }
    }

    private Variable observed(Variable x, Variable y) {
        Variable out = y;
        for (Hook h : hooks) {
            out = h.after(this, x, out);
        }
        return out;
    }

    /** Runs a layer and the ReLU behind it in one pass, inside the layer's frame. */
    static Variable forwardRelu(Layer layer, FusesRelu fused, Variable x) {
        Context c = Context.current();
        c.enter(layer.label());
        try {
            return fused.computeRelu(x);
        } finally {
            c.leave();
        }
    }

    /** Whether someone looks at this layer's output, so that it must exist. */
    final boolean watched() {
        return !hooks.isEmpty();
    }

    /** The output for {@code input} in evaluation mode and without history; the mode is restored. */
    public final Tensor predict(Tensor input) {
        Mode mode = eval();
        try {
            return Grad.noGrad(() -> forward(input).value());
        } finally {
            mode.close();
        }
    }

    /** Registers a hook; closing the handle removes it. */
    public final Handle hook(Hook hook) {
        List<Hook> more = new ArrayList<>(hooks);
        more.add(hook);
        hooks = more;
        return () -> {
            List<Hook> fewer = new ArrayList<>(hooks);
            fewer.remove(hook);
            hooks = fewer;
        };
    }

    /** Keeps the latest output of the layer at a path below this one; closing the tap removes it. */
    public final Tap tap(String path) {
        return new Tap((Layer) module(path));
    }

    @Override
    public Layer copy() {
        return (Layer) super.copy();
    }

    /** A table of the modules with types, output shapes for an F32 input of this shape, and parameter counts. */
    public final String summary(Shape input) {
        Map<Module, Shape> shapes = new LinkedHashMap<>();
        List<Handle> handles = new ArrayList<>();
        namedModules().values().forEach(m -> {
            if (m instanceof Layer layer) {
                handles.add(layer.hook((l, x, y) -> {
                    shapes.put(l, y.shape());
                    return y;
                }));
            }
        });
        try {
            predict(Tensor.zeros(input));
        } finally {
            handles.forEach(Handle::close);
        }
        return Summary.of(this, shapes);
    }
}
