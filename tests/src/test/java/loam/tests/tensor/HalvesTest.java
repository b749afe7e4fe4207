package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import loam.tensor.DType;
import loam.tensor.Halves;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every binary16 and bfloat16 number. Would catch a wrong exponent bias, denormals lost, ties not to even, overflow that does not give
 * infinity, NaN that becomes infinity, and doubles rounded twice.
 */
@Tag("fast")
class HalvesTest {
    private static final int INFINITY = 0x7c00;
    private static final int BRAIN_INFINITY = 0x7f80;

    /** The value of a pattern with this many exponent and mantissa bits, from its definition. */
    private static double defined(int bits, int exponentBits, int mantissaBits) {
        int bias = (1 << exponentBits - 1) - 1;
        int exponent = bits >> mantissaBits & (1 << exponentBits) - 1;
        double mantissa = (bits & (1 << mantissaBits) - 1) / (double) (1 << mantissaBits);
        double value = exponent == 0 ? Math.scalb(mantissa, 1 - bias) : Math.scalb(1 + mantissa, exponent - bias);
        if (exponent == (1 << exponentBits) - 1) {
            value = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        return bits < 0x8000 ? value : -value;
    }

    @Test
    void everyPatternMeansWhatItsBitsSay() {
        for (int bits = 0; bits < 0x10000; bits++) {
            assertEquals((float) defined(bits, 5, 10), Halves.fromHalf((short) bits), "binary16 " + bits);
            assertEquals((float) defined(bits, 8, 7), Halves.fromBrain((short) bits), "bfloat16 " + bits);
        }
    }

    @Test
    void everyPatternComesBack() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float half = Halves.fromHalf((short) bits);
            if (half == half) {
                assertEquals((short) bits, Halves.toHalf(half), "binary16 " + bits);
            } else {
                assertTrue(Float.isNaN(Halves.fromHalf(Halves.toHalf(half))), "binary16 NaN " + bits);
            }
            float brain = Halves.fromBrain((short) bits);
            if (brain == brain) {
                assertEquals((short) bits, Halves.toBrain(brain), "bfloat16 " + bits);
            } else {
                assertTrue(Float.isNaN(Halves.fromBrain(Halves.toBrain(brain))), "bfloat16 NaN " + bits);
            }
        }
    }

    /** Between neighbours: below the middle down, above it up, in the middle to the even one. The last neighbour is infinity. */
    @Test
    void numbersBetweenGoToTheNearest() {
        for (int bits = 0; bits < INFINITY; bits++) {
            double low = Halves.fromHalf((short) bits);
            double high = bits + 1 == INFINITY ? 65536 : Halves.fromHalf((short) (bits + 1));
            double middle = (low + high) / 2;
            int even = (bits & 1) == 0 ? bits : bits + 1;
            assertEquals(even, Halves.toHalf((float) middle), "middle after " + bits);
            assertEquals(bits, Halves.toHalf(Math.nextDown((float) middle)), "below the middle after " + bits);
            assertEquals(bits + 1, Halves.toHalf(Math.nextUp((float) middle)), "above the middle after " + bits);
            assertEquals((short) (even | 0x8000), Halves.toHalf((float) -middle), "negative middle after " + bits);
            assertEquals(bits, Halves.toHalf(middle * (1 - 0x1p-40)), "double below the middle after " + bits);
            assertEquals(bits + 1, Halves.toHalf(middle * (1 + 0x1p-40)), "double above the middle after " + bits);
        }
        for (int bits = 0; bits < BRAIN_INFINITY; bits++) {
            double low = Halves.fromBrain((short) bits);
            double high = bits + 1 == BRAIN_INFINITY ? 0x1p128 : Halves.fromBrain((short) (bits + 1));
            double middle = (low + high) / 2;
            int even = (bits & 1) == 0 ? bits : bits + 1;
            assertEquals(even, Halves.toBrain((float) middle), "bfloat16 middle after " + bits);
            assertEquals(bits, Halves.toBrain(Math.nextDown((float) middle)), "bfloat16 below the middle after " + bits);
            assertEquals(bits + 1, Halves.toBrain(Math.nextUp((float) middle)), "bfloat16 above the middle after " + bits);
            assertEquals(bits + 1, Halves.toBrain(middle * (1 + 0x1p-40)), "bfloat16 double above the middle after " + bits);
        }
    }

    @Test
    void overflowAndNotANumber() {
        assertEquals((short) INFINITY, Halves.toHalf(1e10f));
        assertEquals((short) 0xfc00, Halves.toHalf(Float.NEGATIVE_INFINITY));
        assertEquals((short) INFINITY, Halves.toHalf(1e300));
        assertEquals((short) BRAIN_INFINITY, Halves.toBrain(1e300));
        assertEquals((short) 0x8000, Halves.toHalf(-0.0f));
        assertEquals((short) 0x8000, Halves.toBrain(-0.0f));
        assertTrue(Float.isNaN(Halves.fromHalf(Halves.toHalf(Double.NaN))));
    }

    @Test
    void tensorsConvertBothWays() {
        float[] v = {0.1f, -2.5f, 65504, 1e-7f, Float.POSITIVE_INFINITY};
        for (DType type : new DType[] {DType.F16, DType.BF16}) {
            Tensor t = Tensor.of(Shape.of(5), v).to(type);
            float[] back = t.slice(0, 0, 5, 2).to(DType.F32).toFloats();
            for (int i = 0; i < back.length; i++) {
                float expected = type == DType.F16 ? Halves.fromHalf(Halves.toHalf(v[2 * i])) : Halves.fromBrain(Halves.toBrain(v[2 * i]));
                assertEquals(expected, back[i], type + " " + v[2 * i]);
            }
            assertEquals(DType.F32, t.add(t).dtype());
        }
    }
}
