package loam.tensor.internal.scalar;

/** Functions that {@link Math} lacks, in double. */
public final class ScalarMath {
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
    private static final double SQRT_HALF = 0.7071067811865476;
    private static final double INV_SQRT_2PI = 0.3989422804014327;
    private static final double SQRT_2_OVER_PI = 0.7978845608028654;
    private static final double GELU_CUBIC = 0.044715;
    private static final double HALF_LOG_2PI = 0.9189385332046728;
    /** B(2i) / (2i)!, the coefficients of Euler and Maclaurin's formula. */
    private static final double[] BERNOULLI = {1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160, -691.0 / 1307674368000.0};
    /** From here on the asymptotic series of the gamma function's logarithm has 16 digits. */
    private static final double STIRLING_FROM = 12;

    private ScalarMath() { }

    /** Error function, within a few units of the last place. */
    public static double erf(double x) {
        double a = Math.abs(x);
        if (!(a < 2.5)) {
            return Double.isNaN(x) ? x : Math.copySign(1 - erfcTail(a), x);
        }
        // 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!: all terms have one sign
        double z = 2 * x * x;
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= z / (2 * n + 1);
            double next = sum + term;
            if (next == sum) {
                break;
            }
            sum = next;
        }
        return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
    }

    /** {@code 1 - erf(x)} without cancellation for large x. */
    public static double erfc(double x) {
        if (x >= 2.5) {
            return erfcTail(x);
        }
        return x <= -2.5 ? 2 - erfcTail(-x) : 1 - erf(x);
    }

    /** Continued fraction of Laplace, evaluated from a fixed depth; x at least 2.5. */
    private static double erfcTail(double x) {
        if (x > 27.3) {
            return 0;
        }
        double f = x;
        for (int n = 80; n >= 1; n--) {
            f = x + 0.5 * n / f;
        }
        // split x so that the square in the exponent is exact
        double hi = (float) x;
        double lo = x - hi;
        return Math.exp(-hi * hi) * Math.exp(-lo * (hi + x)) * 0.5641895835477563 / f;
    }

    /** Logarithm of the absolute value of the gamma function; infinity at 0, -1, -2, ... */
    public static double lgamma(double x) {
        if (Double.isNaN(x) || x == Double.POSITIVE_INFINITY) {
            return x;
        }
        if (x <= 0) {
            if (x == Math.floor(x)) {
                return Double.POSITIVE_INFINITY;
            }
            return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
        }
        double shift = 1;
        double y = x;
        while (y < STIRLING_FROM) {
            shift *= y;
            y += 1;
        }
        double r = 1 / (y * y);
        double series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360
                - r * (1.0 / 156))))))) / y;
        return (y - 0.5) * Math.log(y) - y + HALF_LOG_2PI + series - Math.log(shift);
    }

    /** Derivative of {@link #lgamma}; NaN at -1, -2, ..., minus infinity at 0 and plus infinity at minus zero. */
    public static double digamma(double x) {
        if (x == 0) {
            return Math.copySign(Double.POSITIVE_INFINITY, -x);
        }
        if (Double.isNaN(x) || x == Double.POSITIVE_INFINITY) {
            return x;
        }
        if (x < 0) {
            if (x == Math.floor(x)) {
                return Double.NaN;
            }
            double f = x - Math.rint(x);
            return digamma(1 - x) - Math.PI / Math.tan(Math.PI * f);
        }
        double shift = 0;
        double y = x;
        while (y < STIRLING_FROM) {
            shift += 1 / y;
            y += 1;
        }
        double r = 1 / (y * y);
        double series = r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132 - r * (691.0 / 32760
                - r * (1.0 / 12)))))));
        return Math.log(y) - 0.5 / y - series - shift;
    }

    /**
     * The n-th derivative of digamma, n at least 1: {@code (-1)^(n+1) n! sum 1 / (x + k)^(n+1)}, summed up to 12 + n and by
     * Euler and Maclaurin's formula from there; by reflection below 0. Infinite or not a number at 0, -1, -2, ...
     */
    public static double polygamma(int n, double x) {
        if (Double.isNaN(x) || x == Double.NEGATIVE_INFINITY) {
            return Double.NaN;
        }
        if (x <= 0 && x == Math.floor(x)) {
            return n % 2 == 1 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        if (x < 0) {
            double there = polygamma(n, 1 - x);
            return (n % 2 == 0 ? there : -there) - Math.pow(Math.PI, n + 1) * cotangentDerivative(n, x - Math.floor(x));
        }
        double factorial = 1;
        for (int i = 2; i <= n; i++) {
            factorial *= i;
        }
        if (x == Double.POSITIVE_INFINITY) {
            return n % 2 == 1 ? 0.0 : -0.0;
        }
        int s = n + 1;
        double sum = 0;
        double y = x;
        for (; y < STIRLING_FROM + n; y += 1) {
            sum += Math.pow(y, -s);
        }
        sum += Math.pow(y, 1 - s) / (s - 1) + 0.5 * Math.pow(y, -s);
        double factor = s * Math.pow(y, -s - 1);
        for (int i = 0; i < BERNOULLI.length; i++) {
            sum += BERNOULLI[i] * factor;
            factor *= (s + 2 * i + 1) * (s + 2 * i + 2) / (y * y);
        }
        return n % 2 == 1 ? factorial * sum : -factorial * sum;
    }

    /** {@code pi^-n} times the n-th derivative of cot(pi x): a polynomial in the cotangent c, each from the last by {@code -(1 + c^2) d/dc}. */
    private static double cotangentDerivative(int n, double x) {
        double[] p = {0, 1};
        for (int k = 0; k < n; k++) {
            double[] next = new double[p.length + 1];
            for (int i = 1; i < p.length; i++) {
                next[i - 1] -= i * p[i];
                next[i + 1] -= i * p[i];
            }
            p = next;
        }
        double c = 1 / Math.tan(Math.PI * x);
        double value = 0;
        for (int i = p.length - 1; i >= 0; i--) {
            value = value * c + p[i];
        }
        return value;
    }

    private static double sinPi(double x) {
        double f = x - 2 * Math.rint(x / 2);
        return Math.sin(Math.PI * f);
    }

    public static double sigmoid(double x) {
        if (x >= 0) {
            return 1 / (1 + Math.exp(-x));
        }
        double e = Math.exp(x);
        return e / (1 + e);
    }

    public static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    public static double logSigmoid(double x) {
        return -softplus(-x);
    }

    public static double silu(double x) {
        return x == Double.NEGATIVE_INFINITY ? -0.0 : x * sigmoid(x);
    }

    public static double gelu(double x) {
        return x == Double.NEGATIVE_INFINITY ? -0.0 : 0.5 * x * erfc(-x * SQRT_HALF);
    }

    public static double geluTanh(double x) {
        // 0.5 (1 + tanh u) = sigmoid(2 u)
        double u = SQRT_2_OVER_PI * (x + GELU_CUBIC * x * x * x);
        return x == Double.NEGATIVE_INFINITY ? -0.0 : x * sigmoid(2 * u);
    }

    public static double siluGrad(double x) {
        double s = sigmoid(x);
        return Double.isInfinite(x) ? s : s * (1 + x * (1 - s));
    }

    public static double geluGrad(double x) {
        double phi = INV_SQRT_2PI * Math.exp(-0.5 * x * x);
        double cdf = 0.5 * erfc(-x * SQRT_HALF);
        return Double.isInfinite(x) ? cdf : cdf + x * phi;
    }

    public static double geluTanhGrad(double x) {
        double s = sigmoid(2 * SQRT_2_OVER_PI * (x + GELU_CUBIC * x * x * x));
        double slope = 2 * SQRT_2_OVER_PI * (1 + 3 * GELU_CUBIC * x * x);
        return s == 0 || s == 1 ? s : s + x * s * (1 - s) * slope;
    }

    /** Half to even, as the field does it. */
    public static double round(double x) {
        return Math.rint(x);
    }

    /** {@code a - b floor(a / b)}: the sign of the divisor, without the rounding error of the quotient. */
    public static double remainder(double a, double b) {
        double r = a % b;
        return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    }

    public static float remainder(float a, float b) {
        float r = a % b;
        return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    }

    /** Floor of the exact quotient of a and b, as Python's {@code //}. */
    public static double floorDiv(double a, double b) {
        if (b == 0) {
            return a / b;
        }
        double r = a % b;
        double q = (a - r) / b;
        if (r != 0 && (r < 0) != (b < 0)) {
            q -= 1;
        }
        if (q == 0) {
            return Math.copySign(0.0, a / b);
        }
        double f = Math.floor(q);
        return q - f > 0.5 ? f + 1 : f;
    }
}
