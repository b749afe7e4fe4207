package loam.tensor.internal.simd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Comparisons and selection: a vector of floats goes with as many bytes. There is no vector of four bytes, so four lanes travel in an
 * int. n is a multiple of the vector length.
 */
final class MaskLoops {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final boolean BYTES = L >= 8;
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(L, 8) * Byte.SIZE));
    /** Places of the lanes in an int. */
    private static final IntVector SHIFTS = IntVector.zero(I).addIndex(Byte.SIZE);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    /** The float whose bits are the integer 1. */
    private static final float ONE = Float.MIN_VALUE;

    private MaskLoops() { }

    private static void put(FloatVector ones, byte[] y, int yo) {
        IntVector v = ones.reinterpretAsInts();
        if (BYTES) {
            ((ByteVector) v.convertShape(VectorOperators.I2B, B, 0)).intoArray(y, yo);
        } else {
            INT.set(y, yo, v.lanewise(VectorOperators.LSHL, SHIFTS).reduceLanes(VectorOperators.OR));
        }
    }

    static void equal(int n, float[] a, int ao, float[] b, int bo, byte[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            put(FloatVector.zero(S).blend(ONE, a0.compare(VectorOperators.EQ, b0)), y, yo + i);
        }
    }

    static void unequal(int n, float[] a, int ao, float[] b, int bo, byte[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            put(FloatVector.zero(S).blend(ONE, a0.compare(VectorOperators.NE, b0)), y, yo + i);
        }
    }

    static void less(int n, float[] a, int ao, float[] b, int bo, byte[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            put(FloatVector.zero(S).blend(ONE, a0.compare(VectorOperators.LT, b0)), y, yo + i);
        }
    }

    static void atMost(int n, float[] a, int ao, float[] b, int bo, byte[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            FloatVector a0 = FloatVector.fromArray(S, a, ao + i);
            FloatVector b0 = FloatVector.fromArray(S, b, bo + i);
            put(FloatVector.zero(S).blend(ONE, a0.compare(VectorOperators.LE, b0)), y, yo + i);
        }
    }

    /** {@code y = c != 0 ? a : b}, bit by bit. */
    static void select(int n, byte[] c, int co, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        for (int i = 0; i < n; i += L) {
            IntVector c0 = BYTES ? (IntVector) ByteVector.fromArray(B, c, co + i).convertShape(VectorOperators.B2I, I, 0)
                    : IntVector.broadcast(I, (int) INT.get(c, co + i)).lanewise(VectorOperators.LSHR, SHIFTS).and(0xff);
            IntVector take = c0.or(c0.neg()).lanewise(VectorOperators.ASHR, 31);
            IntVector a0 = FloatVector.fromArray(S, a, ao + i).reinterpretAsInts();
            IntVector b0 = FloatVector.fromArray(S, b, bo + i).reinterpretAsInts();
            a0.and(take).or(b0.and(take.not())).reinterpretAsFloats().intoArray(y, yo + i);
        }
    }
}
