package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Scratch;
import loam.tensor.internal.scalar.ScalarPool;
import loam.tensor.kernel.PoolShape;

/**
 * Maximum over windows of two by two with stride two, a vector of outputs at a time: the elements of the windows' four corners are sorted
 * out of two rows, and the position follows from which corner equals the maximum.
 */
final class SimdPool {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> 2 * i % L + 1);
    private static final VectorMask<Float> HIGH = high();
    private static final IntVector TWICE = IntVector.zero(INTS).addIndex(2);

    private SimdPool() { }

    private static VectorMask<Float> high() {
        boolean[] bits = new boolean[L];
        for (int i = L / 2; i < L; i++) {
            bits[i] = true;
        }
        return VectorMask.fromArray(S, bits, 0);
    }

    /** Whether the shape has the plain windows that {@link #max} handles. */
    static boolean fits(PoolShape s) {
        return L >= 4 && s.kh() == 2 && s.kw() == 2 && s.strideH() == 2 && s.strideW() == 2 && s.dilationH() == 1 && s.dilationW() == 1
                && s.padTop() == 0 && s.padLeft() == 0 && 2 * s.outH() <= s.h() && 2 * s.outW() <= s.w();
    }

    /** Index null: the maxima alone. */
    static void max(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        // the shape computes these, with divisions
        int rows = s.outH();
        int cols = s.outW();
        int w = s.w();
        int plane = s.h() * w;
        int out = rows * cols;
        ScalarPool.groups(s, (from, to) -> {
            for (int p = from; p < to; p++) {
                // a vector may reach over the end of its row, into places of this group that are written later
                if (index == null) {
                    values(rows, cols, w, x, xo + p * plane, y, yo + p * out, yo + to * out);
                } else {
                    places(rows, cols, w, x, xo + p * plane, y, yo + p * out, yo + to * out, index, io + p * out);
                }
            }
        });
    }

    private static void values(int rows, int cols, int w, float[] x, int xo, float[] y, int yo, int end) {
        for (int oy = 0; oy < rows; oy++) {
            for (int ox = 0; ox < cols; ox += L) {
                int top = xo + 2 * (oy * w + ox);
                int at = yo + oy * cols + ox;
                int n = Math.min(L, cols - ox);
                if (at + L > end || top + w + 2 * L > x.length) {
                    tail(n, 0, w, x, top, y, at, null, 0);
                } else {
                    values(n, x, top, x, top + w, y, at);
                }
            }
        }
    }

    private static void places(int rows, int cols, int w, float[] x, int xo, float[] y, int yo, int end, int[] index, int io) {
        for (int oy = 0; oy < rows; oy++) {
            for (int ox = 0; ox < cols; ox += L) {
                int in = 2 * (oy * w + ox);
                int at = oy * cols + ox;
                if (yo + at + L > end || xo + in + w + 2 * L > x.length) {
                    tail(Math.min(L, cols - ox), in, w, x, xo + in, y, yo + at, index, io + at);
                } else {
                    places(in, w, x, xo + in, x, xo + in + w, y, yo + at, index, io + at);
                }
            }
        }
    }

    /** The same for n outputs by way of a tile that has room for whole vectors. */
    private static void tail(int n, int in, int w, float[] x, int top, float[] y, int yo, int[] index, int io) {
        float[] t = Scratch.get().floats(Scratch.ROW, 5 * L);
        System.arraycopy(x, top, t, 0, 2 * n);
        System.arraycopy(x, top + w, t, 2 * L, 2 * n);
        if (index == null) {
            values(n, t, 0, t, 2 * L, t, 4 * L);
        } else {
            int[] ti = Scratch.get().ints(Scratch.ROW, L);
            places(in, w, t, 0, t, 2 * L, t, 4 * L, ti, 0);
            System.arraycopy(ti, 0, index, io, n);
        }
        System.arraycopy(t, 4 * L, y, yo, n);
    }

    /** A vector of maxima, the first n of them meant. */
    private static void values(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
        FloatVector v0 = FloatVector.fromArray(S, a, ao).max(FloatVector.fromArray(S, b, bo));
        if (2 * n <= L) {
            v0.rearrange(EVEN).max(v0.rearrange(ODD)).intoArray(y, yo);
            return;
        }
        FloatVector v1 = FloatVector.fromArray(S, a, ao + L).max(FloatVector.fromArray(S, b, bo + L));
        even(v0, v1).max(odd(v0, v1)).intoArray(y, yo);
    }

    /** A vector of maxima and their positions in the plane, the first among equals; a NaN is larger than any number. */
    private static void places(int in, int w, float[] x, int top, float[] z, int bottom, float[] y, int yo, int[] index, int io) {
        FloatVector t0 = FloatVector.fromArray(S, x, top);
        FloatVector t1 = FloatVector.fromArray(S, x, top + L);
        FloatVector b0 = FloatVector.fromArray(S, z, bottom);
        FloatVector b1 = FloatVector.fromArray(S, z, bottom + L);
        FloatVector a = even(t0, t1);
        FloatVector b = odd(t0, t1);
        FloatVector c = even(b0, b1);
        FloatVector m = a.max(b).max(c.max(odd(b0, b1)));
        m.intoArray(y, yo);
        IntVector place = IntVector.broadcast(INTS, w + 1).blend(w, is(c, m).cast(INTS)).blend(1, is(b, m).cast(INTS)).blend(0, is(a, m).cast(INTS));
        place.add(TWICE).add(in).intoArray(index, io);
    }

    private static VectorMask<Float> is(FloatVector v, FloatVector m) {
        return v.compare(VectorOperators.EQ, m).or(v.compare(VectorOperators.NE, v));
    }

    private static FloatVector even(FloatVector v0, FloatVector v1) {
        return v0.rearrange(EVEN).blend(v1.rearrange(EVEN), HIGH);
    }

    private static FloatVector odd(FloatVector v0, FloatVector v1) {
        return v0.rearrange(ODD).blend(v1.rearrange(ODD), HIGH);
    }
}
