package loam.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Supplier;
import loam.tensor.Context;
import loam.tensor.DType;
import loam.tensor.DTypeException;
import loam.tensor.Halves;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.kernel.Kernels;
import loam.tests.golden.KernelSetsHere;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Conversions between all types, and arithmetic on whole numbers and truth values, on every kernel set. Would catch a sign lost in U8, a
 * conversion that wraps instead of saturating, I64 sent through double, a promotion to the wrong type, and a Java number squeezed into a
 * type that cannot hold it.
 */
@Tag("fast")
class TypesTest {
    private static final double[] VALUES = {0, -0.0, 1, -1, 0.5, -0.5, 1.9, -1.9, 127, 128, 200.7, 255, 256, -128, -129, 65504, 70000, 1e10, -1e10, 1e19, -1e19,
        1e300, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private static void everywhere(Runnable body) {
        for (Kernels set : KernelSetsHere.all()) {
            Context.withKernels(set, (Supplier<Void>) () -> {
                body.run();
                return null;
            });
        }
    }

    private static Tensor bytes(int... values) {
        return Tensor.ofInts(Shape.of(values.length), values).to(DType.U8);
    }

    private static Tensor longs(long... values) {
        return Tensor.ofLongs(Shape.of(values.length), values);
    }

    private static Tensor ints(int... values) {
        return Tensor.ofInts(Shape.of(values.length), values);
    }

    /** What a double becomes in a type, as a double. */
    private static double stored(DType type, double v) {
        return switch (type) {
            case BOOL -> v != 0 ? 1 : 0;
            case U8 -> Math.max(0, Math.min(255, (int) v));
            case I8 -> Math.max(-128, Math.min(127, (int) v));
            case I32 -> (int) v;
            case I64 -> (long) v;
            case F16 -> Halves.fromHalf(Halves.toHalf(v));
            case BF16 -> Halves.fromBrain(Halves.toBrain(v));
            case F32 -> (float) v;
            case F64 -> v;
        };
    }

    @Test
    void everyTypeConvertsToEveryOther() {
        everywhere(() -> {
            Tensor all = Tensor.ofDoubles(Shape.of(VALUES.length), VALUES);
            for (DType from : DType.values()) {
                Tensor t = all.to(from);
                for (DType to : DType.values()) {
                    Tensor u = t.to(to);
                    Tensor strided = Tensor.stack(1, t, t).select(1, 1).to(to);
                    for (int i = 0; i < VALUES.length; i++) {
                        double expected = stored(to, stored(from, VALUES[i]));
                        assertEquals(expected, u.at(i), from + " to " + to + " of " + VALUES[i]);
                        assertEquals(expected, strided.at(i), from + " view to " + to + " of " + VALUES[i]);
                    }
                }
            }
        });
    }

    @Test
    void bytesWrapAndCompareWithoutSign() {
        everywhere(() -> {
            Tensor a = bytes(200, 255, 0, 7);
            Tensor b = bytes(100, 1, 1, 7);
            assertEquals(DType.U8, a.add(b).dtype());
            assertArrayEquals(new int[] {44, 0, 1, 14}, a.add(b).toInts());
            assertArrayEquals(new int[] {100, 254, 255, 0}, a.sub(b).toInts());
            assertArrayEquals(new int[] {32, 255, 0, 49}, a.mul(b).toInts());
            assertArrayEquals(new int[] {200, 255, 1, 7}, a.maximum(b).toInts());
            assertArrayEquals(new int[] {100, 1, 0, 7}, a.minimum(b).toInts());
            assertArrayEquals(new boolean[] {true, true, false, false}, a.gt(b).toBooleans());
            assertArrayEquals(new int[] {2, 255, 0, 1}, a.floorDiv(b).toInts());
            assertArrayEquals(new int[] {0, 0, 0, 0}, a.remainder(b).toInts());
            assertEquals(462, a.sum().item());
            assertEquals(DType.I64, a.sum().dtype());
            assertEquals(255, a.max().item());
            assertEquals(1, a.argmax(0).item());
            assertArrayEquals(new int[] {0, 7, 200, 255}, a.sort(0, false).values().toInts());
            assertEquals(115.5, a.mean().item());
            assertEquals(DType.F32, a.mean().dtype());
        });
    }

    @Test
    void numbersThatATypeCannotHoldWidenIt() {
        everywhere(() -> {
            Tensor b = bytes(200, 255);
            assertArrayEquals(new boolean[] {false, false}, b.eq(300).toBooleans());
            assertArrayEquals(new boolean[] {true, true}, b.gt(-1).toBooleans());
            assertArrayEquals(new boolean[] {true, true}, b.lt(256).toBooleans());
            assertArrayEquals(new long[] {500, 555}, b.add(300).toLongs());
            assertArrayEquals(new long[] {-200, -255}, b.mul(-1).toLongs());
            assertEquals(DType.U8, b.add(1).dtype());
            assertEquals(DType.F32, b.add(0.5).dtype());
            assertEquals(DType.I64, ints(1).add(3e9).dtype());
            assertEquals(3_000_000_001L, ints(1).add(3e9).toLongs()[0]);
            assertArrayEquals(new boolean[] {false}, ints(Integer.MAX_VALUE).eq(3e9).toBooleans());
            assertArrayEquals(new boolean[] {true}, ints(5).lt(Double.POSITIVE_INFINITY).toBooleans());
        });
    }

    @Test
    void longsStayExact() {
        long big = (1L << 53) + 1;
        everywhere(() -> {
            Tensor a = longs(big, -big, Long.MAX_VALUE, Long.MIN_VALUE);
            assertArrayEquals(new long[] {big + 1, -big + 1, Long.MIN_VALUE, Long.MIN_VALUE + 1}, a.add(1).toLongs());
            assertArrayEquals(new long[] {-big, big, -Long.MAX_VALUE, Long.MIN_VALUE}, a.neg().toLongs());
            assertArrayEquals(new boolean[] {true, false, true, false}, a.gt(longs(big - 1)).toBooleans());
            assertArrayEquals(new long[] {Long.MIN_VALUE, -big, big, Long.MAX_VALUE}, a.sort(0, false).values().toLongs());
            assertEquals(Long.MAX_VALUE, a.max().toLongs()[0]);
            assertEquals(Long.MIN_VALUE, a.min().toLongs()[0]);
            assertEquals(-1, a.sum().toLongs()[0]);
            assertEquals(big * 3, longs(big, 3).prod().toLongs()[0]);
            assertArrayEquals(new long[] {big, 0}, longs(big, -big).cumsum(0).toLongs());
            assertArrayEquals(new long[] {big, big}, longs(big).expand(Shape.of(2)).contiguous().toLongs());
            assertArrayEquals(new long[] {big}, longs(big, 5).gather(0, longs(0)).toLongs());
            assertArrayEquals(new long[] {big + 5}, longs(5).scatterAdd(0, longs(0), longs(big)).toLongs());
            assertArrayEquals(new long[] {big}, Tensor.where(Tensor.ofBooleans(Shape.of(1), true), longs(big), longs(0)).toLongs());
            assertEquals(2 * big, longs(big, 1).reshape(1, 2).matmul(longs(2, 0).reshape(2, 1)).toLongs()[0]);
            assertEquals("[9007199254740993]  I64 [1]", longs(big).toString());
        });
    }

    @Test
    void wholeNumbersDivideTowardsMinusInfinity() {
        everywhere(() -> {
            Tensor a = ints(7, -7, 7, -7, 5);
            Tensor b = ints(2, 2, -2, -2, 0);
            assertArrayEquals(new int[] {3, -4, -4, 3, 0}, a.floorDiv(b).toInts());
            assertArrayEquals(new int[] {1, 1, -1, -1, 0}, a.remainder(b).toInts());
            assertEquals(DType.F32, a.div(b).dtype());
            assertArrayEquals(new float[] {3.5f, -3.5f, -3.5f, 3.5f, Float.POSITIVE_INFINITY}, a.div(b).toFloats());
            assertArrayEquals(new int[] {8, 1, -8, 0}, ints(2, 5, -2, 2).pow(ints(3, 0, 3, -1)).toInts());
            assertArrayEquals(new int[] {49, 49, 49, 49, 25}, a.pow(2).toInts());
            assertEquals(DType.F32, a.pow(0.5).dtype());
            assertEquals(DType.F32, a.sqrt().dtype());
            assertArrayEquals(new int[] {2, -1, 2, -1, 2}, a.clamp(-1, 2).toInts());
            assertArrayEquals(new int[] {1, -1, 1, -1, 1}, a.sign().toInts());
            assertArrayEquals(new int[] {7, 0, 7, 0, 5}, a.relu().toInts());
        });
    }

    @Test
    void floatingRemaindersFollowTheDivisor() {
        everywhere(() -> {
            double[] x = {7, -7, 7, -7, 1, -0.0, Double.POSITIVE_INFINITY, 1};
            double[] y = {2, 2, -2, -2, 0.1, 3, 2, Double.POSITIVE_INFINITY};
            Tensor a = Tensor.ofDoubles(Shape.of(8), x);
            Tensor b = Tensor.ofDoubles(Shape.of(8), y);
            double[] r = a.remainder(b).toDoubles();
            double[] q = a.floorDiv(b).toDoubles();
            assertArrayEquals(new double[] {1, 1, -1, -1}, java.util.Arrays.copyOf(r, 4));
            assertArrayEquals(new double[] {3, -4, -4, 3, 9}, java.util.Arrays.copyOf(q, 5));
            assertEquals(1 % 0.1, r[4]);
            assertEquals(Double.NaN, r[6]);
            assertEquals(1, r[7]);
        });
    }

    @Test
    void truthValues() {
        everywhere(() -> {
            Tensor a = Tensor.ofBooleans(Shape.of(4), true, true, false, false);
            Tensor b = Tensor.ofBooleans(Shape.of(4), true, false, true, false);
            assertArrayEquals(new boolean[] {true, false, false, false}, a.and(b).toBooleans());
            assertArrayEquals(new boolean[] {true, true, true, false}, a.or(b).toBooleans());
            assertArrayEquals(new boolean[] {false, true, true, false}, a.xor(b).toBooleans());
            assertArrayEquals(new boolean[] {false, false, true, true}, a.not().toBooleans());
            assertEquals(DType.BOOL, Tensor.where(a, b, a).dtype());
            assertArrayEquals(new long[] {2, 1, 1, 0}, a.add(b).toLongs());
            assertEquals(2, a.sum().item());
            assertEquals(0.5, a.mean().item());
            assertEquals(1, a.any().item());
            assertEquals(0, a.all().item());
            assertEquals(1, a.max().item());
            assertEquals(0, a.argmax(0).item());
            assertEquals(2, a.argmin(0).item());
            assertEquals("[true, true, false, false]  BOOL [4]", a.toString());
            assertArrayEquals(new boolean[] {true, false, true}, Tensor.of(Float.NaN, 0, -3).to(DType.BOOL).toBooleans());
            assertThrows(DTypeException.class, () -> Tensor.ones(Shape.of(2)).and(a.narrow(0, 0, 2)));
            assertThrows(DTypeException.class, () -> Tensor.ones(Shape.of(2)).not());
        });
    }

    @Test
    void promotionTakesTheWiderType() {
        DType[][] cases = {{DType.BOOL, DType.BOOL, DType.I64}, {DType.BOOL, DType.U8, DType.U8}, {DType.U8, DType.I32, DType.I32}, {DType.I32, DType.I64, DType.I64},
            {DType.I64, DType.F32, DType.F32}, {DType.F32, DType.F64, DType.F64}, {DType.F16, DType.F16, DType.F32}, {DType.BF16, DType.F64, DType.F64},
            {DType.I8, DType.I8, DType.F32}};
        for (DType[] c : cases) {
            assertEquals(c[2], Tensor.ones(c[0], Shape.of(2)).add(Tensor.ones(c[1], Shape.of(2))).dtype());
            assertEquals(c[2], Tensor.ones(c[1], Shape.of(2)).mul(Tensor.ones(c[0], Shape.of(2))).dtype());
        }
    }

    @Test
    void tensorsAreMadeInEveryType() {
        for (DType t : DType.values()) {
            assertEquals(1, Tensor.ones(t, Shape.of(3)).at(2));
            assertEquals(0, Tensor.zeros(t, Shape.of(3)).at(2));
            assertEquals(t, Tensor.eye(t, 3).dtype());
            assertArrayEquals(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, Tensor.eye(t, 3).toDoubles());
        }
        assertArrayEquals(new long[] {0, 1, 2, 3}, Tensor.arange(DType.I64, 4).toLongs());
        assertArrayEquals(new int[] {5, 3, 1}, Tensor.arange(DType.I32, 5, 0, -2).toInts());
        assertArrayEquals(new double[] {0, 0.25, 0.5, 0.75, 1}, Tensor.linspace(DType.F64, 0, 1, 5).toDoubles());
        assertEquals(0, Tensor.arange(3, 3, 1).numel());
        assertEquals(-0.0, Tensor.full(Shape.of(1), -0.0).item());
    }
}
