package loam.tensor.internal;

/** Functions that the JDK lacks, in double. */
public final class SpecialFunctions {
    private static final double[] LANCZOS = {
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};

    private SpecialFunctions() {
    }

    /** The error function: its power series near 0, a continued fraction of the complement further out. */
    public static double erf(double x) {
        double a = Math.abs(x);
        if (a < 2.5) {
            double term = x;
            double sum = x;
            double z = x * x;
            for (int n = 1; n < 200; n++) {
                term *= -z / n;
                double add = term / (2 * n + 1);
                sum += add;
                if (Math.abs(add) < 1e-17 * Math.abs(sum)) {
                    break;
                }
            }
            return 2 / Math.sqrt(Math.PI) * sum;
        }
        if (x != x) {
            return x;
        }
        return Math.signum(x) * (1 - tail(a));
    }

    /** 1 - erf(x), without cancellation for large x. */
    public static double erfc(double x) {
        if (x < 1) {
            return 1 - erf(x);
        }
        return x != x ? x : tail(x);
    }

    /** erfc for x at least 1, by Lentz's method on its continued fraction (Abramowitz and Stegun 7.1.14). */
    private static double tail(double x) {
        if (x > 27.3) {
            return 0;
        }
        double f = x;
        double c = x;
        double d = 0;
        for (int n = 1; n < 400; n++) {
            double an = n * 0.5;
            d = 1 / (x + an * d);
            c = x + an / c;
            double delta = c * d;
            f *= delta;
            if (Math.abs(delta - 1) < 1e-16) {
                break;
            }
        }
        return Math.exp(-x * x) / (Math.sqrt(Math.PI) * f);
    }

    /** log |Gamma(x)| (Lanczos, g = 7; reflection below one half). */
    public static double logGamma(double x) {
        if (x == Math.floor(x) && x <= 0 || Double.isInfinite(x)) {
            return Double.POSITIVE_INFINITY;
        }
        if (x < 0.5) {
            return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
        }
        if (x == 1 || x == 2) {
            return 0;
        }
        double y = x - 1;
        double a = LANCZOS[0];
        double t = y + 7.5;
        for (int i = 1; i < LANCZOS.length; i++) {
            a += LANCZOS[i] / (y + i);
        }
        return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(a);
    }

    /** Derivative of {@link #logGamma}: recurrence up to 10, then the asymptotic series. */
    public static double digamma(double x) {
        if (x == 0) {
            return Double.NEGATIVE_INFINITY * Math.copySign(1, x);
        }
        if (x < 0) {
            return x == Math.floor(x) ? Double.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
        }
        double shift = 0;
        double y = x;
        while (y < 10) {
            shift -= 1 / y;
            y++;
        }
        double z = 1 / (y * y);
        double series = z * (1.0 / 12 - z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z / 12))))));
        return shift + Math.log(y) - 0.5 / y - series;
    }

    /** Derivative of {@link #digamma}. */
    public static double trigamma(double x) {
        if (x < 0.5) {
            double s = Math.sin(Math.PI * x);
            return Math.PI * Math.PI / (s * s) - trigamma(1 - x);
        }
        double shift = 0;
        double y = x;
        while (y < 12) {
            shift += 1 / (y * y);
            y++;
        }
        double z = 1 / (y * y);
        double series = z / y * (1.0 / 6 - z * (1.0 / 30 - z * (1.0 / 42 - z * (1.0 / 30 - z * (5.0 / 66 - z * 691.0 / 2730)))));
        return shift + 1 / y + z / 2 + series;
    }
}
