package loam.methods;

import java.util.Locale;

/** How much an experiment does. Times are for one seed on two cores. */
public enum Tier {
    /** At most 2 s of processor time, all arms: runs in the tests. */
    TINY,
    /** At most 120 s: the numbers of the method's page. */
    SMALL,
    /** The paper's protocol, resumable. */
    FULL;

    /** The name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
