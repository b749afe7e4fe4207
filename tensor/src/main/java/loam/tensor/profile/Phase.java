package loam.tensor.profile;

import java.util.Locale;

/** In which part of a training step an operation ran. */
public enum Phase {
    /** Values from inputs. */
    FORWARD,
    /** Gradients. */
    BACKWARD,
    /** An optimizer's update. */
    UPDATE,
    /** Kernels that were called outside of these, on plain tensors. */
    OTHER;

    /** In lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
