package loam.nn;

import java.util.ArrayList;
import java.util.List;

/** A switch between training and evaluation that {@link #close} takes back, module by module. */
public final class Mode implements AutoCloseable {
    /** The modules that were in the other mode. */
    private final List<Module> changed = new ArrayList<>();
    private final boolean training;

    Mode(Module root, boolean training) {
        this.training = training;
        change(root);
    }

    private void change(Module m) {
        if (m.setTraining(training) != training) {
            changed.add(m);
        }
        for (Module child : m.ownChildren()) {
            change(child);
        }
    }

    /** Restores every module's mode. */
    @Override
    public void close() {
        changed.forEach(m -> m.setTraining(!training));
    }
}
