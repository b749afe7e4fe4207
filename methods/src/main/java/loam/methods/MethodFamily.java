package loam.methods;

import java.util.List;

/** A family of methods; found through {@link java.util.ServiceLoader}. */
public interface MethodFamily {
    /** The name of the family, which is also its package under {@code loam.methods}. */
    String name();

    /** What the family is about, in one line. */
    String about();

    /** Its methods, sorted by slug. */
    List<Method> methods();
}
