package loam.methods;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import loam.tensor.Failure;

/**
 * Something that a method is claimed to do, judged over several seeds.
 *
 * @param name       what is claimed, in plain words
 * @param metric     the metric that carries it
 * @param baseline   the metric it is compared with, or null
 * @param comparison how the two give the margin
 * @param direction  which side of {@code required} the margin must be on
 * @param required   the margin that is needed
 * @param kind       whether the run fails when the claim does not hold
 * @param paired     whether both metrics come from the same data, initial weights and batch order, seed by seed
 */
public record Claim(String name, String metric, String baseline, Comparison comparison, Direction direction, double required, Kind kind,
                    boolean paired) {
    /** How the margin is computed. */
    public enum Comparison {
        /** The value itself; no baseline. */
        VALUE,
        /** The value minus the baseline's. */
        DIFFERENCE,
        /** The mean value divided by the baseline's mean. */
        RATIO
    }

    /** Which margins are good. */
    public enum Direction {
        /** Margin at least {@code required}. */
        HIGHER,
        /** Margin at most {@code required}. */
        LOWER,
        /** Margin between {@code -required} and {@code required}. */
        WITHIN
    }

    /** Whether a claim decides the exit status. */
    public enum Kind {
        GATING, REPORTED
    }

    /** What came out. */
    public enum Verdict {
        HOLDS("holds"), DOES_NOT_HOLD("does not hold"), UNDECIDED("undecided");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        /** In words. */
        public String label() {
            return label;
        }
    }

    /**
     * A judged claim.
     *
     * @param claim         what was claimed
     * @param baseline      the baseline's mean, NaN without one
     * @param value         the metric's mean
     * @param margin        the judged quantity, compared with {@code claim.required()}
     * @param standardError of the margin over seeds; NaN for one seed
     * @param perSeed       the judged quantity of each seed
     * @param verdict       what came out
     */
    public record Result(Claim claim, double baseline, double value, double margin, double standardError, List<Double> perSeed, Verdict verdict) {
    }

    public Claim {
        if ((baseline == null) != (comparison == Comparison.VALUE)) {
            throw Failure.of("claim", "a comparison needs a baseline, a plain value has none").fact("claim", name).argument();
        }
    }

    /** {@code metric} is at least {@code required}. */
    public static Claim atLeast(String name, String metric, double required) {
        return new Claim(name, metric, null, Comparison.VALUE, Direction.HIGHER, required, Kind.GATING, false);
    }

    /** {@code metric} is at most {@code required}. */
    public static Claim atMost(String name, String metric, double required) {
        return new Claim(name, metric, null, Comparison.VALUE, Direction.LOWER, required, Kind.GATING, false);
    }

    /** {@code metric} beats {@code baseline} by at least {@code required}; paired. */
    public static Claim gain(String name, String metric, String baseline, double required) {
        return new Claim(name, metric, baseline, Comparison.DIFFERENCE, Direction.HIGHER, required, Kind.GATING, true);
    }

    /** {@code metric} is lower than {@code baseline} by at least {@code -required}; paired. */
    public static Claim drop(String name, String metric, String baseline, double required) {
        return new Claim(name, metric, baseline, Comparison.DIFFERENCE, Direction.LOWER, required, Kind.GATING, true);
    }

    /** {@code metric} is at most {@code required} times {@code baseline}; paired. */
    public static Claim ratioAtMost(String name, String metric, String baseline, double required) {
        return new Claim(name, metric, baseline, Comparison.RATIO, Direction.LOWER, required, Kind.GATING, true);
    }

    /** {@code metric} and {@code baseline} differ by at most {@code required}; paired. */
    public static Claim within(String name, String metric, String baseline, double required) {
        return new Claim(name, metric, baseline, Comparison.DIFFERENCE, Direction.WITHIN, required, Kind.GATING, true);
    }

    /** The same claim, told but not decisive. */
    public Claim reported() {
        return new Claim(name, metric, baseline, comparison, direction, required, Kind.REPORTED, paired);
    }

    /** The same claim on unpaired arms. */
    public Claim unpaired() {
        return new Claim(name, metric, baseline, comparison, direction, required, kind, false);
    }

    /**
     * Judges the claim on the metrics of each seed. With fewer seeds than {@code repetitions} it stays undecided, unless a value is NaN: no
     * further seed could mend that, so it does not hold.
     */
    public Result judge(Map<String, List<Double>> metrics, int repetitions) {
        double[] value = series(metrics, metric);
        double[] base = baseline == null ? null : series(metrics, baseline);
        if (base != null && base.length != value.length) {
            throw Failure.of("claim", "metric and baseline have different numbers of seeds").fact("claim", name).state();
        }
        int n = value.length;
        double meanValue = mean(value);
        double meanBase = base == null ? Double.NaN : mean(base);
        double[] perSeed = new double[n];
        double[] spread = new double[n];
        double margin = switch (comparison) {
            case VALUE -> meanValue;
            case DIFFERENCE -> meanValue - meanBase;
            case RATIO -> meanValue / meanBase;
        };
        for (int i = 0; i < n; i++) {
            switch (comparison) {
                case VALUE -> perSeed[i] = spread[i] = value[i];
                case DIFFERENCE -> perSeed[i] = spread[i] = value[i] - base[i];
                case RATIO -> {
                    perSeed[i] = value[i] / base[i];
                    // The ratio of means, linearised: its spread over seeds is that of these residuals.
                    spread[i] = (value[i] - margin * base[i]) / meanBase;
                }
            }
        }
        double error = paired || base == null ? standardError(spread) : unpairedError(value, base, margin, meanBase);
        Verdict verdict = n < repetitions && !Double.isNaN(margin) ? Verdict.UNDECIDED : holds(margin) ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD;
        return new Result(this, meanBase, meanValue, margin, error, Arrays.stream(perSeed).boxed().toList(), verdict);
    }

    private boolean holds(double margin) {
        return switch (direction) {
            case HIGHER -> margin >= required;
            case LOWER -> margin <= required;
            case WITHIN -> Math.abs(margin) <= required;
        };
    }

    private double unpairedError(double[] value, double[] base, double margin, double meanBase) {
        double a = standardError(value);
        double b = standardError(base);
        return comparison == Comparison.RATIO ? Math.hypot(a, margin * b) / Math.abs(meanBase) : Math.hypot(a, b);
    }

    private double[] series(Map<String, List<Double>> metrics, String key) {
        List<Double> values = metrics.get(key);
        if (values == null || values.isEmpty()) {
            throw Failure.of("claim", "the experiment did not compute the metric '" + key + "'").fact("claim", name).state();
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    static double mean(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += v;
        }
        return sum / x.length;
    }

    static double standardError(double[] x) {
        double m = mean(x);
        double squares = 0;
        for (double v : x) {
            squares += (v - m) * (v - m);
        }
        return x.length < 2 ? Double.NaN : Math.sqrt(squares / (x.length - 1) / x.length);
    }
}
