package loam.tensor.internal;

/**
 * Logarithm, sine and cosine from sums, products, quotients and roots alone: the same bits on every machine and every runtime,
 * which {@link Math} does not promise, and faster than {@link StrictMath}. Errors stay within about one unit in the last place.
 * Source: the polynomials are those of fdlibm (Sun Microsystems, 1993).
 */
public final class PortableMath {
    private static final double LN2_HIGH = 6.93147180369123816490e-01;
    private static final double LN2_LOW = 1.90821492927058770002e-10;

    private PortableMath() {
    }

    /** The natural logarithm of a positive, normal, finite number. */
    public static double log(double x) {
        long bits = Double.doubleToRawLongBits(x);
        int k = (int) (bits >>> 52) - 1023;
        double m = Double.longBitsToDouble(bits & 0xFFFFFFFFFFFFFL | 0x3FF0000000000000L);
        if (m > 1.4142135623730951) {
            m *= 0.5;
            k++;
        }
        double f = m - 1;
        double s = f / (2 + f);
        double z = s * s;
        double r = z * (6.666666666666735130e-01 + z * (3.999999999940941908e-01 + z * (2.857142874366239149e-01
                + z * (2.222219843214978396e-01 + z * (1.818357216161805012e-01 + z * (1.531383769920937332e-01
                + z * 1.479819860511658591e-01))))));
        double h = 0.5 * f * f;
        return k * LN2_HIGH - (h - (s * (h + r) + k * LN2_LOW) - f);
    }

    /** cos(2 pi u) for u in [0, 1). */
    public static double cosTurn(double u) {
        int q = (int) (4 * u + 0.5);
        double x = (4 * u - q) * (0.5 * Math.PI);
        double v = (q & 1) == 0 ? cosNear(x) : sinNear(x);
        return ((q + 1) & 2) == 0 ? v : -v;
    }

    /** sin(2 pi u) for u in [0, 1). */
    public static double sinTurn(double u) {
        int q = (int) (4 * u + 0.5);
        double x = (4 * u - q) * (0.5 * Math.PI);
        double v = (q & 1) == 0 ? sinNear(x) : cosNear(x);
        return (q & 2) == 0 ? v : -v;
    }

    /** Sine on [-pi/4, pi/4]. */
    private static double sinNear(double x) {
        double z = x * x;
        return x + x * z * (-1.66666666666666324348e-01 + z * (8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04
                + z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
    }

    /** Cosine on [-pi/4, pi/4]. */
    private static double cosNear(double x) {
        double z = x * x;
        double r = z * z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * (2.48015872894767294178e-05
                + z * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
        double h = 0.5 * z;
        double w = 1 - h;
        return w + ((1 - w - h) + r);
    }
}
