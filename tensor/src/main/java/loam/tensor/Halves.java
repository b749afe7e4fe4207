package loam.tensor;

/** IEEE binary16 and bfloat16 to and from float, rounding half to even. */
public final class Halves {
    private Halves() {
    }

    /** The float of a binary16 bit pattern. */
    public static float fromHalf(short h) {
        int sign = (h & 0x8000) << 16;
        int exponent = h >> 10 & 0x1f;
        int mantissa = h & 0x3ff;
        if (exponent == 31) {
            return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
        }
        if (exponent == 0) {
            float tiny = mantissa * 0x1p-24f;
            return sign == 0 ? tiny : -tiny;
        }
        return Float.intBitsToFloat(sign | exponent + 112 << 23 | mantissa << 13);
    }

    /** The nearest binary16, ties to even; overflow gives infinity. */
    public static short toHalf(float f) {
        int bits = Float.floatToRawIntBits(f);
        int sign = bits >>> 16 & 0x8000;
        float a = Math.abs(f);
        if (a != a) {
            return (short) (sign | 0x7e00);
        }
        if (a >= 65520f) {
            return (short) (sign | 0x7c00);
        }
        if (a < 0x1p-14f) {
            return (short) (sign | (int) Math.rint(a * 0x1p24f));
        }
        int m = bits & 0x7fffffff;
        int rounded = m + 0xfff + (m >> 13 & 1);
        return (short) (sign | (rounded >> 13) - (112 << 10));
    }

    /** The nearest binary16, ties to even, rounded once. */
    public static short toHalf(double d) {
        return toHalf(oddFloat(d));
    }

    /** The nearest bfloat16, ties to even, rounded once. */
    public static short toBrain(double d) {
        return toBrain(oddFloat(d));
    }

    /** A float that rounds on as the double would: where it is not exact, the neighbour with an odd last bit. */
    private static float oddFloat(double d) {
        float f = (float) d;
        if (f == d || d != d || (Float.floatToRawIntBits(f) & 1) == 1) {
            return f;
        }
        return d > f ? Math.nextUp(f) : Math.nextDown(f);
    }

    /** The float of a bfloat16 bit pattern. */
    public static float fromBrain(short b) {
        return Float.intBitsToFloat(b << 16);
    }

    /** The nearest bfloat16, ties to even. */
    public static short toBrain(float f) {
        int bits = Float.floatToRawIntBits(f);
        if (f != f) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
