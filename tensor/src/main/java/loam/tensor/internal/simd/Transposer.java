package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Scratch;

/**
 * Transposes square blocks of one vector's length: log2(length) rounds, each of which swaps the off-diagonal quarters of blocks of
 * twice a half's size. The rounds go through a small array, so the code is the same for every length.
 */
final class Transposer {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
    private static final VectorShuffle<Float> X8 = swap(8);
    private static final VectorShuffle<Float> X4 = swap(4);
    private static final VectorShuffle<Float> X2 = swap(2);
    private static final VectorShuffle<Float> X1 = swap(1);
    private static final VectorMask<Float> M8 = upper(8);
    private static final VectorMask<Float> M4 = upper(4);
    private static final VectorMask<Float> M2 = upper(2);
    private static final VectorMask<Float> M1 = upper(1);
    private static final VectorMask<Float> N8 = M8.not();
    private static final VectorMask<Float> N4 = M4.not();
    private static final VectorMask<Float> N2 = M2.not();
    private static final VectorMask<Float> N1 = M1.not();
    private static final boolean BLOCKS = L == 4 || L == 8 || L == 16;

    private Transposer() { }

    private static VectorShuffle<Float> swap(int half) {
        return VectorShuffle.fromOp(S, i -> half < L ? i ^ half : i);
    }

    private static VectorMask<Float> upper(int half) {
        boolean[] bits = new boolean[L];
        for (int i = 0; i < L; i++) {
            bits[i] = (i & half) != 0;
        }
        return VectorMask.fromArray(S, bits, 0);
    }

    /** {@code y[c * ldy + r] = x[r * ldx + c]}. */
    static void run(int rows, int cols, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        if (cols == 1 && ldx == 1) {
            System.arraycopy(x, xo, y, yo, rows);
            return;
        }
        if (rows == 1 && ldy == 1) {
            System.arraycopy(x, xo, y, yo, cols);
            return;
        }
        int r = 0;
        if (BLOCKS && cols >= L && rows >= L) {
            float[] t = Scratch.get().floats(Scratch.TRANSPOSE, L * L);
            int fullCols = cols - cols % L;
            for (; r + L <= rows; r += L) {
                for (int c = 0; c < fullCols; c += L) {
                    block(x, xo + r * ldx + c, ldx, t, y, yo + c * ldy + r, ldy);
                }
                plain(r, r + L, fullCols, cols, x, xo, ldx, y, yo, ldy);
            }
        }
        plain(r, rows, 0, cols, x, xo, ldx, y, yo, ldy);
    }

    private static void plain(int r0, int r1, int c0, int c1, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        if (r1 - r0 < c1 - c0) {
            for (int r = r0; r < r1; r++) {
                for (int c = c0; c < c1; c++) {
                    y[yo + c * ldy + r] = x[xo + r * ldx + c];
                }
            }
            return;
        }
        for (int c = c0; c < c1; c++) {
            for (int r = r0; r < r1; r++) {
                y[yo + c * ldy + r] = x[xo + r * ldx + c];
            }
        }
    }

    private static void block(float[] x, int xo, int ldx, float[] t, float[] y, int yo, int ldy) {
        if (L == 16) {
            round8(x, xo, ldx, t, 0, L);
            round4(t, 0, L, t, 0, L);
        } else if (L == 8) {
            round4(x, xo, ldx, t, 0, L);
        } else {
            round2(x, xo, ldx, t, 0, L);
            round1(t, 0, L, y, yo, ldy);
            return;
        }
        round2(t, 0, L, t, 0, L);
        round1(t, 0, L, y, yo, ldy);
    }

    private static void round8(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        for (int i = 0; i < 8; i++) {
            FloatVector a = FloatVector.fromArray(S, x, xo + i * ldx);
            FloatVector b = FloatVector.fromArray(S, x, xo + (i + 8) * ldx);
            a.blend(b.rearrange(X8), M8).intoArray(y, yo + i * ldy);
            b.blend(a.rearrange(X8), N8).intoArray(y, yo + (i + 8) * ldy);
        }
    }

    private static void round4(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        for (int i = 0; i < L / 2; i++) {
            int r = (i >> 2 << 3) + (i & 3);
            FloatVector a = FloatVector.fromArray(S, x, xo + r * ldx);
            FloatVector b = FloatVector.fromArray(S, x, xo + (r + 4) * ldx);
            a.blend(b.rearrange(X4), M4).intoArray(y, yo + r * ldy);
            b.blend(a.rearrange(X4), N4).intoArray(y, yo + (r + 4) * ldy);
        }
    }

    private static void round2(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        for (int i = 0; i < L / 2; i++) {
            int r = (i >> 1 << 2) + (i & 1);
            FloatVector a = FloatVector.fromArray(S, x, xo + r * ldx);
            FloatVector b = FloatVector.fromArray(S, x, xo + (r + 2) * ldx);
            a.blend(b.rearrange(X2), M2).intoArray(y, yo + r * ldy);
            b.blend(a.rearrange(X2), N2).intoArray(y, yo + (r + 2) * ldy);
        }
    }

    private static void round1(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        for (int i = 0; i < L / 2; i++) {
            int r = i << 1;
            FloatVector a = FloatVector.fromArray(S, x, xo + r * ldx);
            FloatVector b = FloatVector.fromArray(S, x, xo + (r + 1) * ldx);
            a.blend(b.rearrange(X1), M1).intoArray(y, yo + r * ldy);
            b.blend(a.rearrange(X1), N1).intoArray(y, yo + (r + 1) * ldy);
        }
    }
}
