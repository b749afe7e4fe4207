package loam.bench.ulp;

/**
 * Errors of one kernel over many inputs, in units of the last place (ulp) of the exact value as a float. A wrong NaN or infinity and a
 * wrong sign of zero are counted by themselves.
 */
public final class UlpErrors {
    private static final double AFTER_MAX = 0x1p128;
    private double max;
    private float worst;
    private double maxNormal;
    private double sum;
    private long counted;
    private long wrong;
    private float firstWrong;

    /** Adds one value. */
    public void add(float x, float got, double want) {
        double units = units(got, want);
        if (units == Double.POSITIVE_INFINITY) {
            firstWrong = wrong++ == 0 ? x : firstWrong;
            return;
        }
        if (units > max) {
            max = units;
            worst = x;
        }
        if (units > maxNormal && Math.abs(want) >= Float.MIN_NORMAL) {
            maxNormal = units;
        }
        sum += units;
        counted++;
    }

    /** Adds the values of inputs that come after these. */
    public void add(UlpErrors later) {
        if (later.max > max) {
            max = later.max;
            worst = later.worst;
        }
        maxNormal = Math.max(maxNormal, later.maxNormal);
        firstWrong = wrong == 0 ? later.firstWrong : firstWrong;
        sum += later.sum;
        counted += later.counted;
        wrong += later.wrong;
    }

    /** The error of one value; infinite where a NaN, an infinity or the sign of a zero is wrong. */
    public static double units(float got, double want) {
        boolean bothNan = Float.isNaN(got) && Double.isNaN(want);
        if (bothNan || got == want && got != 0) {
            return 0;
        }
        float near = (float) want;
        boolean zeros = got == 0 && near == 0;
        boolean signs = Math.copySign(1, got) != Math.copySign(1.0, want);
        if (Float.isNaN(got) || Double.isNaN(want) || Double.isInfinite(want) || zeros && signs) {
            return Double.POSITIVE_INFINITY;
        }
        double reached = Float.isInfinite(got) ? Math.copySign(AFTER_MAX, got) : got;
        double unit = Math.ulp(Float.isInfinite(near) ? Float.MAX_VALUE : near);
        double units = Math.abs(reached - want) / unit;
        // far beyond the largest float infinity is the right answer, and zero below the smallest
        boolean overflow = Float.isInfinite(got) && Float.isInfinite(near) && got == near;
        return overflow ? 0 : units;
    }

    /** The largest error. */
    public double max() {
        return max;
    }

    /** The largest error where the exact value is not below the normal floats. */
    public double maxNormal() {
        return maxNormal;
    }

    /** The first input with the largest error. */
    public float worst() {
        return worst;
    }

    /** The mean error over all inputs whose special values are right. */
    public double mean() {
        return counted == 0 ? 0 : sum / counted;
    }

    /** Inputs with a wrong NaN, infinity or sign of zero. */
    public long wrong() {
        return wrong;
    }

    /** The first of them. */
    public float firstWrong() {
        return firstWrong;
    }

    /** All inputs. */
    public long inputs() {
        return counted + wrong;
    }
}
