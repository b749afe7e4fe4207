package loam.nn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loam.autograd.Buffer;
import loam.autograd.Parameter;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.io.Safetensors;

/** State dicts: collecting, checking, taking over, copying. */
final class StateDict {
    private static final int SHOWN = 12;

    private StateDict() {
    }

    static Map<String, Tensor> of(Module root) {
        Map<String, Tensor> out = new LinkedHashMap<>();
        root.walk("", (path, m) -> {
            m.ownParameters().forEach((n, p) -> out.put(Module.join(path, n), p.value()));
            m.ownBuffers().forEach((n, b) -> out.put(Module.join(path, n), b.value()));
        });
        return out;
    }

    /** Checks everything, then changes. */
    static void load(Module root, Map<String, Tensor> state, String source) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        Map<String, Buffer> buffers = new LinkedHashMap<>();
        Set<String> optional = new HashSet<>();
        root.walk("", (path, m) -> {
            m.ownParameters().forEach((n, p) -> parameters.put(Module.join(path, n), p));
            m.ownBuffers().forEach((n, b) -> buffers.put(Module.join(path, n), b));
            m.optionalBuffers().forEach(n -> optional.add(Module.join(path, n)));
        });
        List<String> missing = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        parameters.forEach((n, p) -> compare(n, p.shape(), state, false, missing, differing));
        buffers.forEach((n, b) -> compare(n, b.value().shape(), state, optional.contains(n), missing, differing));
        List<String> unexpected = new ArrayList<>(state.keySet());
        unexpected.removeIf(n -> parameters.containsKey(n) || buffers.containsKey(n));
        if (!missing.isEmpty() || !unexpected.isEmpty() || !differing.isEmpty()) {
            throw mismatch(root, source, missing, unexpected, differing);
        }
        parameters.forEach((n, p) -> p.update(state.get(n)));
        buffers.forEach((n, b) -> {
            if (state.containsKey(n)) {
                b.update(state.get(n));
            }
        });
    }

    private static void compare(String n, Shape shape, Map<String, Tensor> state, boolean optional, List<String> missing, List<String> differing) {
        Tensor t = state.get(n);
        if (t == null) {
            if (!optional) {
                missing.add(n);
            }
        } else if (!t.shape().equals(shape)) {
            differing.add(n + " is " + t.shape() + ", the model's " + shape);
        }
    }

    private static RuntimeException mismatch(Module root, String source, List<String> missing, List<String> unexpected, List<String> differing) {
        Failure f = Failure.of("load", "the state dict does not fit the " + root.type());
        if (!source.isEmpty()) {
            f.fact("file", source);
        }
        rows(f, "missing", missing);
        rows(f, "unexpected", unexpected);
        rows(f, "shape", differing);
        return f.hint("nothing was changed; rename or leave out entries, or build the model that was saved").state();
    }

    private static void rows(Failure f, String title, List<String> names) {
        for (int i = 0; i < Math.min(SHOWN, names.size()); i++) {
            f.fact(i == 0 ? title : "", names.get(i));
        }
        if (names.size() > SHOWN) {
            f.fact("", "and " + (names.size() - SHOWN) + " more");
        }
    }

    static void save(Module root, Path file) {
        Safetensors.write(file, of(root));
    }

    static void load(Module root, Path file) {
        load(root, Safetensors.read(file), file.toString());
    }

    static Module copy(Module from) {
        Module to = from.fresh();
        load(to, of(from), "");
        Iterator<Module> source = from.namedModules().values().iterator();
        for (Module m : to.namedModules().values()) {
            Module s = source.next();
            m.setTraining(s.isTraining());
            m.freezeStatistics(s.statisticsFrozen());
        }
        Map<String, Parameter> own = to.namedParameters();
        from.namedParameters().forEach((n, p) -> {
            own.get(n).convert(p.dtype());
            own.get(n).requiresGrad(p.needsGrad());
        });
        return to;
    }
}
