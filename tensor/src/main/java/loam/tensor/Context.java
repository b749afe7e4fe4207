package loam.tensor;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import loam.tensor.kernel.KernelSets;
import loam.tensor.kernel.Kernels;

/** Ambient state of one thread, all of it scoped: gradient mode, kernels, workspace, module path. Nothing else is static and mutable. */
public final class Context {
    private static final ThreadLocal<Context> CURRENT = ThreadLocal.withInitial(Context::new);

    private boolean gradEnabled = true;
    private Kernels kernels;
    Workspace workspace;
    private Frame frame;
    private final Map<Class<?>, Object> attached = new IdentityHashMap<>();

    /** A module that is being run, and the one that runs it. */
    public record Frame(Frame parent, String name) {
        /** The names from the outermost on, joined by dots. */
        public String path() {
            if (parent == null) {
                return name;
            }
            String before = parent.path();
            return before.isEmpty() ? name : name.isEmpty() ? before : before + "." + name;
        }
    }

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
        frame = new Frame(frame, name);
    }

    /** Leaves the module entered last. */
    public void leave() {
        frame = frame.parent();
    }

    /** The innermost module being run; null outside of any. */
    public Frame frame() {
        return frame;
    }

    /** The modules entered, joined by dots, outermost first; empty outside of any. */
    public String modulePath() {
        return frame == null ? "" : frame.path();
    }

    /** Other scoped state of this thread by its type; null when there is none. */
    public <T> T attached(Class<T> type) {
        return type.cast(attached.get(type));
    }

    /** Sets (null: removes) such state and returns the former one; the caller restores it in a finally block. */
    public <T> T attach(Class<T> type, T value) {
        return type.cast(value == null ? attached.remove(type) : attached.put(type, value));
    }
}
