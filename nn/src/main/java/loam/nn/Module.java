package loam.nn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import loam.autograd.Buffer;
import loam.autograd.Parameter;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Tensor;

/**
 * A part of a model: named children, parameters and buffers, each registered by its constructor. Names are PyTorch's:
 * {@code features.0.weight}. Modules of one input and one output extend {@link Layer}; others open their frame with {@link #enter}.
 */
public abstract class Module {
    private final Map<String, Module> children = new LinkedHashMap<>();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Buffer> buffers = new LinkedHashMap<>();
    private String name = "";
    private String label;
    private boolean training = true;

    // ---- registering

    /** Registers a child and returns it. */
    protected final <M extends Module> M child(String childName, M module) {
        checkName(childName);
        children.put(childName, module);
        ((Module) module).name = childName;
        ((Module) module).label = null;
        label = null;
        return module;
    }

    /** Registers a parameter that starts as a copy of {@code initial}. */
    protected final Parameter parameter(String parameterName, Tensor initial) {
        return parameter(parameterName, new Parameter(initial));
    }

    /** Registers a parameter that another module may hold too: tied weights. */
    protected final Parameter parameter(String parameterName, Parameter shared) {
        checkName(parameterName);
        parameters.put(parameterName, shared);
        return shared;
    }

    /** Registers a buffer that starts as a copy of {@code initial}. */
    protected final Buffer buffer(String bufferName, Tensor initial) {
        return buffer(bufferName, new Buffer(initial));
    }

    /** Registers an existing buffer. */
    protected final Buffer buffer(String bufferName, Buffer buffer) {
        checkName(bufferName);
        buffers.put(bufferName, buffer);
        return buffer;
    }

    private void checkName(String n) {
        if (n.isEmpty() || n.indexOf('.') >= 0) {
            throw Failure.of("module", "a name may not be empty nor hold a dot").fact("name", "\"" + n + "\"").argument();
        }
        if (children.containsKey(n) || parameters.containsKey(n) || buffers.containsKey(n)) {
            throw Failure.of("module", "the name is taken").fact("name", n).fact("module", type()).argument();
        }
    }

    // ---- looking around

    /** The class name shown in summaries and errors. */
    public String type() {
        return getClass().getSimpleName();
    }

    /** The children by name, in the order of registration. */
    public final Map<String, Module> children() {
        return new LinkedHashMap<>(children);
    }

    /** This module (under the empty name) and all below, each once, parents first. */
    public final Map<String, Module> namedModules() {
        Map<String, Module> out = new LinkedHashMap<>();
        IdentityHashMap<Module, String> seen = new IdentityHashMap<>();
        walk("", (path, m) -> {
            if (seen.put(m, path) == null) {
                out.put(path, m);
            }
        });
        return out;
    }

    /** The module at a path such as {@code features.0}; the empty path is this one. */
    public final Module module(String path) {
        Module m = this;
        for (String part : path.isEmpty() ? new String[0] : path.split("\\.")) {
            m = m.children.get(part);
            if (m == null) {
                throw Failure.of("module", "no module of this name").fact("name", path).hint("there are " + namedModules().keySet()).argument();
            }
        }
        return m;
    }

    /** All parameters, each once. */
    public final List<Parameter> parameters() {
        return new ArrayList<>(namedParameters().values());
    }

    /** The parameters that are not frozen. */
    public final List<Parameter> trainableParameters() {
        List<Parameter> out = parameters();
        out.removeIf(p -> !p.needsGrad());
        return out;
    }

    /** All parameters by name, each once, under its first name. */
    public final Map<String, Parameter> namedParameters() {
        Map<String, Parameter> out = new LinkedHashMap<>();
        IdentityHashMap<Parameter, String> seen = new IdentityHashMap<>();
        walk("", (path, m) -> m.parameters.forEach((n, p) -> {
            if (seen.put(p, n) == null) {
                out.put(join(path, n), p);
            }
        }));
        return out;
    }

    /** All buffers by name. */
    public final Map<String, Buffer> namedBuffers() {
        Map<String, Buffer> out = new LinkedHashMap<>();
        walk("", (path, m) -> m.buffers.forEach((n, b) -> out.put(join(path, n), b)));
        return out;
    }

    /** Number of trained values. */
    public final long parameterCount() {
        return parameters().stream().mapToLong(Parameter::numel).sum();
    }

    final Map<String, Parameter> ownParameters() {
        return parameters;
    }

    final Map<String, Buffer> ownBuffers() {
        return buffers;
    }

    final Iterable<Module> ownChildren() {
        return children.values();
    }

    final void walk(String path, BiConsumer<String, Module> visit) {
        visit.accept(path, this);
        children.forEach((n, m) -> m.walk(join(path, n), visit));
    }

    static String join(String path, String n) {
        return path.isEmpty() ? n : path + "." + n;
    }

    // ---- mode

    /** Whether this module behaves as in training. */
    public final boolean isTraining() {
        return training;
    }

    /** Switches this module and all below to training; the handle restores what was. */
    public final Mode train() {
        return new Mode(this, true);
    }

    /** Switches this module and all below to evaluation; the handle restores what was. */
    public final Mode eval() {
        return new Mode(this, false);
    }

    final boolean setTraining(boolean on) {
        boolean before = training;
        training = on;
        return before;
    }

    // ---- state

    /** The values of all parameters and buffers under PyTorch's names; snapshots that later updates leave alone. */
    public final Map<String, Tensor> stateDict() {
        return StateDict.of(this);
    }

    /**
     * Takes over the values of a state dict.
     *
     * @throws loam.tensor.StateException naming what is missing, unexpected or of another shape; then nothing has changed
     */
    public final void load(Map<String, Tensor> state) {
        StateDict.load(this, state, "");
    }

    /** Writes the state dict as a safetensors file. */
    public final void save(Path file) {
        StateDict.save(this, file);
    }

    /** Takes over the values of a safetensors file; errors as {@link #load(Map)}. */
    public final void load(Path file) {
        StateDict.load(this, file);
    }

    /** Names of buffers that a state dict may lack. */
    protected List<String> optionalBuffers() {
        return List.of();
    }

    /**
     * Stops the training of the parameters whose full name matches a glob ({@code *} any characters, {@code ?} one), and the statistics
     * of the batch norms that match. Returns this module.
     */
    public final Module freeze(String pattern) {
        Freezing.apply(this, pattern, true);
        return this;
    }

    /** Undoes {@link #freeze}. Returns this module. */
    public final Module unfreeze(String pattern) {
        Freezing.apply(this, pattern, false);
        return this;
    }

    /** Whether {@link #freeze} took hold of this module's statistics. */
    boolean statisticsFrozen() {
        return false;
    }

    /** Overridden by modules with statistics. */
    void freezeStatistics(boolean on) {
    }

    /** Converts all floating parameters and buffers to a type. Returns this module. */
    public final Module to(DType dtype) {
        walk("", (path, m) -> {
            m.parameters.values().forEach(p -> p.convert(dtype));
            m.buffers.values().forEach(b -> {
                if (b.value().dtype().isFloating()) {
                    b.convert(dtype);
                }
            });
        });
        return this;
    }

    /** A module of the same make with values of its own; they need not be meaningful. What {@link #copy} starts from. */
    protected Module fresh() {
        throw Failure.of("copy", type() + " does not say how to make another of its kind").hint("override fresh() to call its constructor").state();
    }

    /** A deep copy: same values, modes and frozen parts, nothing shared. */
    public Module copy() {
        return StateDict.copy(this);
    }

    /** A table of the modules with their types and parameter counts. */
    public final String summary() {
        return Summary.of(this, Map.of());
    }

    // ---- running

    /** Opens this module's frame, so that errors inside name it; to be closed by try-with-resources. */
    protected final Frame enter() {
        Context.current().enter(label());
        return Frame.INSTANCE;
    }

    /** The name in error messages: "0 (Conv2d)"; only the innermost module shows its type. */
    final String label() {
        if (label == null) {
            label = children.isEmpty() ? name.isEmpty() ? type() : name + " (" + type() + ")" : name;
        }
        return label;
    }

    /** The open frame of a module. */
    public static final class Frame implements AutoCloseable {
        private static final Frame INSTANCE = new Frame();

        private Frame() {
        }

        @Override
        public void close() {
            Context.current().leave();
        }
    }

    @Override
    public String toString() {
        return summary();
    }
}
