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
 * Maximum over windows of two by two with stride two: first the larger of two rows, then of neighbours in the whole plane at once, so
 * that short rows fill vectors too. Positions travel as floats, which hold them exactly.
 */
final class SimdPool {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i % L);
    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> 2 * i % L + 1);
    private static final VectorMask<Float> HIGH = high();
    private static final int EXACT = 1 << 24;

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
                && s.padTop() == 0 && s.padLeft() == 0 && 2 * s.outH() <= s.h() && 2 * s.outW() <= s.w() && s.h() * s.w() < EXACT;
    }

    static void max(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        int out = s.outH() * s.outW();
        ScalarPool.planes(s, p -> plane(s, x, xo + p * s.h() * s.w(), y, yo + p * out, index, io + p * out));
    }

    private static void plane(PoolShape s, float[] x, int xo, float[] y, int yo, int[] index, int io) {
        int row = 2 * s.outW();
        int n = s.outH() * s.outW();
        int size = s.outH() * row + 3 * L;
        float[] t = Scratch.get().floats(Scratch.ROW, 2 * size + L);
        if (index == null) {
            values(s, x, xo, y, yo, t);
            return;
        }
        for (int oy = 0; oy < s.outH(); oy++) {
            rows(row, s.w(), x, xo + 2 * oy * s.w(), 2 * oy * s.w(), t, oy * row, size);
        }
        int i = 0;
        for (; i + L <= n; i += L) {
            pairs(t, 2 * i, size, y, yo + i, index, io + i);
        }
        if (i < n) {
            int[] ti = Scratch.get().ints(Scratch.ROW, L);
            pairs(t, 2 * i, size, t, 2 * size, ti, 0);
            System.arraycopy(t, 2 * size, y, yo + i, n - i);
            System.arraycopy(ti, 0, index, io + i, n - i);
        }
    }

    /** The maxima alone. */
    private static void values(PoolShape s, float[] x, int xo, float[] y, int yo, float[] t) {
        int row = 2 * s.outW();
        int n = s.outH() * s.outW();
        for (int oy = 0; oy < s.outH(); oy++) {
            int top = xo + 2 * oy * s.w();
            int to = oy * row;
            int j = 0;
            for (; j < row && top + s.w() + j + L <= x.length; j += L) {
                FloatVector.fromArray(S, x, top + j).max(FloatVector.fromArray(S, x, top + s.w() + j)).intoArray(t, to + j);
            }
            for (; j < row; j++) {
                t[to + j] = Math.max(x[top + j], x[top + s.w() + j]);
            }
        }
        int i = 0;
        for (; i + L <= n; i += L) {
            larger(t, 2 * i).intoArray(y, yo + i);
        }
        if (i < n) {
            larger(t, 2 * i).intoArray(t, 2 * n + 2 * L);
            System.arraycopy(t, 2 * n + 2 * L, y, yo + i, n - i);
        }
    }

    private static FloatVector larger(float[] t, int at) {
        FloatVector a = FloatVector.fromArray(S, t, at);
        FloatVector b = FloatVector.fromArray(S, t, at + L);
        return a.rearrange(EVEN).blend(b.rearrange(EVEN), HIGH).max(a.rearrange(ODD).blend(b.rearrange(ODD), HIGH));
    }

    /** The larger of two rows to t, its position in the plane {@code size} further on. Whole vectors may spill into the next row's place. */
    private static void rows(int row, int w, float[] x, int xo, int at, float[] t, int to, int size) {
        int j = 0;
        for (; j < row && xo + w + j + L <= x.length; j += L) {
            FloatVector a = FloatVector.fromArray(S, x, xo + j);
            FloatVector b = FloatVector.fromArray(S, x, xo + w + j);
            VectorMask<Float> below = b.compare(VectorOperators.GT, a).or(b.compare(VectorOperators.NE, b).and(a.compare(VectorOperators.EQ, a)));
            FloatVector place = FloatVector.broadcast(S, at + j).addIndex(1);
            a.blend(b, below).intoArray(t, to + j);
            place.blend(place.add(w), below).intoArray(t, size + to + j);
        }
        for (; j < row; j++) {
            float a = x[xo + j];
            float b = x[xo + w + j];
            boolean below = b > a || b != b && a == a;
            t[to + j] = below ? b : a;
            t[size + to + j] = at + j + (below ? w : 0);
        }
    }

    /** The larger of each pair of neighbours; the earlier position among equals. */
    private static void pairs(float[] t, int at, int size, float[] y, int yo, int[] index, int io) {
        FloatVector v0 = FloatVector.fromArray(S, t, at);
        FloatVector v1 = FloatVector.fromArray(S, t, at + L);
        FloatVector p0 = FloatVector.fromArray(S, t, size + at);
        FloatVector p1 = FloatVector.fromArray(S, t, size + at + L);
        FloatVector a = v0.rearrange(EVEN).blend(v1.rearrange(EVEN), HIGH);
        FloatVector b = v0.rearrange(ODD).blend(v1.rearrange(ODD), HIGH);
        FloatVector pa = p0.rearrange(EVEN).blend(p1.rearrange(EVEN), HIGH);
        FloatVector pb = p0.rearrange(ODD).blend(p1.rearrange(ODD), HIGH);
        VectorMask<Float> nanA = a.compare(VectorOperators.NE, a);
        VectorMask<Float> nanB = b.compare(VectorOperators.NE, b);
        VectorMask<Float> tie = a.compare(VectorOperators.EQ, b).or(nanA.and(nanB));
        VectorMask<Float> right = b.compare(VectorOperators.GT, a).or(nanB.and(nanA.not())).or(tie.and(pb.compare(VectorOperators.LT, pa)));
        a.blend(b, right).intoArray(y, yo);
        ((IntVector) pa.blend(pb, right).convert(VectorOperators.F2I, 0)).intoArray(index, io);
    }
}
