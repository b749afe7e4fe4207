package loam.bench;

import java.util.Collection;
import java.util.Locale;

/** How a row stands against its limits. */
public enum Verdict {
    /** Reaches its goal. */
    GOAL,
    /** Reaches what it must, not its goal. */
    MET,
    /** Falls short of what it must. */
    MISSED,
    /** A number that its limits need could not be measured, or does not count. */
    UNMEASURED;

    /** Exit status when all rows reach what they must. */
    public static final int EXIT_OK = 0;
    /** Exit status when a row is missed. */
    public static final int EXIT_MISSED = 1;
    /** Exit status when no row is missed but one is unmeasured. */
    public static final int EXIT_UNMEASURED = 3;

    /** The word used in files and tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Judges the measured values. One that falls short decides, whatever else is missing.
     *
     * @param ratio     Loam's time over the peer's; null when it was not measured or does not count
     * @param peakShare share of the peak; null when it was not measured
     */
    public static Verdict of(Target must, Target goal, Double ratio, Double peakShare) {
        Boolean met = reaches(must, ratio, peakShare);
        if (met == null) {
            return UNMEASURED;
        }
        if (!met) {
            return MISSED;
        }
        return Boolean.TRUE.equals(reaches(goal, ratio, peakShare)) ? GOAL : MET;
    }

    /** Null when a value that the target needs is absent and no other falls short. */
    private static Boolean reaches(Target t, Double ratio, Double peakShare) {
        boolean absent = false;
        if (t.ratio() != null) {
            if (ratio == null || ratio.isNaN()) {
                absent = true;
            } else if (ratio > t.ratio()) {
                return false;
            }
        }
        if (t.peakShare() != null) {
            if (peakShare == null || peakShare.isNaN()) {
                absent = true;
            } else if (peakShare < t.peakShare()) {
                return false;
            }
        }
        return absent ? null : Boolean.TRUE;
    }

    /** The exit status for a set of rows: missed weighs more than unmeasured. */
    public static int exitStatus(Collection<Verdict> verdicts) {
        if (verdicts.contains(MISSED)) {
            return EXIT_MISSED;
        }
        return verdicts.isEmpty() || verdicts.contains(UNMEASURED) ? EXIT_UNMEASURED : EXIT_OK;
    }
}
