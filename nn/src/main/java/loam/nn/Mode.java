package loam.nn;

import java.util.LinkedHashMap;
import java.util.Map;

/** A switch between training and evaluation that {@link #close} takes back, module by module. */
public final class Mode implements AutoCloseable {
    private final Map<Module, Boolean> before = new LinkedHashMap<>();

    Mode(Module root, boolean training) {
        root.walk("", (path, m) -> {
            boolean was = m.setTraining(training);
            before.putIfAbsent(m, was);
        });
    }

    /** Restores every module's mode. */
    @Override
    public void close() {
        before.forEach(Module::setTraining);
    }
}
