package loam.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import loam.tensor.kernel.KernelSets;
import loam.tensor.kernel.Kernels;

/** Ambient state of one thread, all of it scoped: gradient mode, kernels, workspace, module path. Nothing else is static and mutable. */
public final class Context {
    private static final ThreadLocal<Context> CURRENT = ThreadLocal.withInitial(Context::new);

    private boolean gradEnabled = true;
    private Kernels kernels;
    Workspace workspace;
    private final ArrayDeque<String> path = new ArrayDeque<>();

    private Context() {
    }

    /** The state of the calling thread. */
    public static Context current() {
        return CURRENT.get();
    }

    /** Whether operations on variables record history. */
    public boolean gradEnabled() {
        return gradEnabled;
    }

    /** Sets the gradient mode and returns the former one; the caller restores it in a finally block. */
    public boolean setGradEnabled(boolean on) {
        boolean before = gradEnabled;
        gradEnabled = on;
        return before;
    }

    /** The kernels of this thread: the process's choice, or those of {@link #withKernels}. */
    public Kernels kernels() {
        return kernels != null ? kernels : KernelSets.chosen();
    }

    /** Runs {@code body} on other kernels: how tests compare kernel sets inside one process. */
    public static <T> T withKernels(Kernels other, Supplier<T> body) {
        Context c = current();
        Kernels before = c.kernels;
        c.kernels = other;
        try {
            return body.get();
        } finally {
            c.kernels = before;
        }
    }

    /** Enters a module; pair with {@link #leave}. */
    public void enter(String name) {
        path.addLast(name);
    }

    /** Leaves the module entered last. */
    public void leave() {
        path.removeLast();
    }

    /** The modules entered, joined by dots, outermost first; empty outside of any. */
    public String modulePath() {
        if (path.isEmpty()) {
            return "";
        }
        List<String> names = new ArrayList<>(path);
        names.removeAll(Collections.singleton(""));
        return String.join(".", names);
    }
}
