package loam.tensor.internal.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import loam.tensor.internal.parallel.Scratch;

/**
 * Transposes square blocks of one vector's length: log2(length) rounds, each of which swaps the off-diagonal quarters of blocks of
 * twice a half's size. For sixteen lanes the rounds stay in registers, for fewer they go through a small array.
 */
final class Transposer {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int L = S.length();
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
            block16(x, xo, ldx, y, yo, ldy);
        } else if (L == 8) {
            round4(x, xo, ldx, t, 0, L);
            round2(t, 0, L, t, 0, L);
            round1(t, 0, L, y, yo, ldy);
        } else {
            round2(x, xo, ldx, t, 0, L);
            round1(t, 0, L, y, yo, ldy);
        }
    }

    /** The four rounds of a block of sixteen in registers. */
    private static void block16(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        FloatVector a0 = FloatVector.fromArray(S, x, xo);
        FloatVector a1 = FloatVector.fromArray(S, x, xo + ldx);
        FloatVector a2 = FloatVector.fromArray(S, x, xo + 2 * ldx);
        FloatVector a3 = FloatVector.fromArray(S, x, xo + 3 * ldx);
        FloatVector a4 = FloatVector.fromArray(S, x, xo + 4 * ldx);
        FloatVector a5 = FloatVector.fromArray(S, x, xo + 5 * ldx);
        FloatVector a6 = FloatVector.fromArray(S, x, xo + 6 * ldx);
        FloatVector a7 = FloatVector.fromArray(S, x, xo + 7 * ldx);
        FloatVector a8 = FloatVector.fromArray(S, x, xo + 8 * ldx);
        FloatVector a9 = FloatVector.fromArray(S, x, xo + 9 * ldx);
        FloatVector a10 = FloatVector.fromArray(S, x, xo + 10 * ldx);
        FloatVector a11 = FloatVector.fromArray(S, x, xo + 11 * ldx);
        FloatVector a12 = FloatVector.fromArray(S, x, xo + 12 * ldx);
        FloatVector a13 = FloatVector.fromArray(S, x, xo + 13 * ldx);
        FloatVector a14 = FloatVector.fromArray(S, x, xo + 14 * ldx);
        FloatVector a15 = FloatVector.fromArray(S, x, xo + 15 * ldx);
        FloatVector b0 = a0.blend(a8.rearrange(Swaps.X8), M8);
        FloatVector b8 = a8.blend(a0.rearrange(Swaps.X8), N8);
        FloatVector b1 = a1.blend(a9.rearrange(Swaps.X8), M8);
        FloatVector b9 = a9.blend(a1.rearrange(Swaps.X8), N8);
        FloatVector b2 = a2.blend(a10.rearrange(Swaps.X8), M8);
        FloatVector b10 = a10.blend(a2.rearrange(Swaps.X8), N8);
        FloatVector b3 = a3.blend(a11.rearrange(Swaps.X8), M8);
        FloatVector b11 = a11.blend(a3.rearrange(Swaps.X8), N8);
        FloatVector b4 = a4.blend(a12.rearrange(Swaps.X8), M8);
        FloatVector b12 = a12.blend(a4.rearrange(Swaps.X8), N8);
        FloatVector b5 = a5.blend(a13.rearrange(Swaps.X8), M8);
        FloatVector b13 = a13.blend(a5.rearrange(Swaps.X8), N8);
        FloatVector b6 = a6.blend(a14.rearrange(Swaps.X8), M8);
        FloatVector b14 = a14.blend(a6.rearrange(Swaps.X8), N8);
        FloatVector b7 = a7.blend(a15.rearrange(Swaps.X8), M8);
        FloatVector b15 = a15.blend(a7.rearrange(Swaps.X8), N8);
        FloatVector c0 = b0.blend(b4.rearrange(Swaps.X4), M4);
        FloatVector c4 = b4.blend(b0.rearrange(Swaps.X4), N4);
        FloatVector c1 = b1.blend(b5.rearrange(Swaps.X4), M4);
        FloatVector c5 = b5.blend(b1.rearrange(Swaps.X4), N4);
        FloatVector c2 = b2.blend(b6.rearrange(Swaps.X4), M4);
        FloatVector c6 = b6.blend(b2.rearrange(Swaps.X4), N4);
        FloatVector c3 = b3.blend(b7.rearrange(Swaps.X4), M4);
        FloatVector c7 = b7.blend(b3.rearrange(Swaps.X4), N4);
        FloatVector c8 = b8.blend(b12.rearrange(Swaps.X4), M4);
        FloatVector c12 = b12.blend(b8.rearrange(Swaps.X4), N4);
        FloatVector c9 = b9.blend(b13.rearrange(Swaps.X4), M4);
        FloatVector c13 = b13.blend(b9.rearrange(Swaps.X4), N4);
        FloatVector c10 = b10.blend(b14.rearrange(Swaps.X4), M4);
        FloatVector c14 = b14.blend(b10.rearrange(Swaps.X4), N4);
        FloatVector c11 = b11.blend(b15.rearrange(Swaps.X4), M4);
        FloatVector c15 = b15.blend(b11.rearrange(Swaps.X4), N4);
        FloatVector d0 = c0.blend(c2.rearrange(Swaps.X2), M2);
        FloatVector d2 = c2.blend(c0.rearrange(Swaps.X2), N2);
        FloatVector d1 = c1.blend(c3.rearrange(Swaps.X2), M2);
        FloatVector d3 = c3.blend(c1.rearrange(Swaps.X2), N2);
        FloatVector d4 = c4.blend(c6.rearrange(Swaps.X2), M2);
        FloatVector d6 = c6.blend(c4.rearrange(Swaps.X2), N2);
        FloatVector d5 = c5.blend(c7.rearrange(Swaps.X2), M2);
        FloatVector d7 = c7.blend(c5.rearrange(Swaps.X2), N2);
        FloatVector d8 = c8.blend(c10.rearrange(Swaps.X2), M2);
        FloatVector d10 = c10.blend(c8.rearrange(Swaps.X2), N2);
        FloatVector d9 = c9.blend(c11.rearrange(Swaps.X2), M2);
        FloatVector d11 = c11.blend(c9.rearrange(Swaps.X2), N2);
        FloatVector d12 = c12.blend(c14.rearrange(Swaps.X2), M2);
        FloatVector d14 = c14.blend(c12.rearrange(Swaps.X2), N2);
        FloatVector d13 = c13.blend(c15.rearrange(Swaps.X2), M2);
        FloatVector d15 = c15.blend(c13.rearrange(Swaps.X2), N2);
        FloatVector e0 = d0.blend(d1.rearrange(Swaps.X1), M1);
        FloatVector e1 = d1.blend(d0.rearrange(Swaps.X1), N1);
        FloatVector e2 = d2.blend(d3.rearrange(Swaps.X1), M1);
        FloatVector e3 = d3.blend(d2.rearrange(Swaps.X1), N1);
        FloatVector e4 = d4.blend(d5.rearrange(Swaps.X1), M1);
        FloatVector e5 = d5.blend(d4.rearrange(Swaps.X1), N1);
        FloatVector e6 = d6.blend(d7.rearrange(Swaps.X1), M1);
        FloatVector e7 = d7.blend(d6.rearrange(Swaps.X1), N1);
        FloatVector e8 = d8.blend(d9.rearrange(Swaps.X1), M1);
        FloatVector e9 = d9.blend(d8.rearrange(Swaps.X1), N1);
        FloatVector e10 = d10.blend(d11.rearrange(Swaps.X1), M1);
        FloatVector e11 = d11.blend(d10.rearrange(Swaps.X1), N1);
        FloatVector e12 = d12.blend(d13.rearrange(Swaps.X1), M1);
        FloatVector e13 = d13.blend(d12.rearrange(Swaps.X1), N1);
        FloatVector e14 = d14.blend(d15.rearrange(Swaps.X1), M1);
        FloatVector e15 = d15.blend(d14.rearrange(Swaps.X1), N1);
        e0.intoArray(y, yo);
        e1.intoArray(y, yo + ldy);
        e2.intoArray(y, yo + 2 * ldy);
        e3.intoArray(y, yo + 3 * ldy);
        e4.intoArray(y, yo + 4 * ldy);
        e5.intoArray(y, yo + 5 * ldy);
        e6.intoArray(y, yo + 6 * ldy);
        e7.intoArray(y, yo + 7 * ldy);
        e8.intoArray(y, yo + 8 * ldy);
        e9.intoArray(y, yo + 9 * ldy);
        e10.intoArray(y, yo + 10 * ldy);
        e11.intoArray(y, yo + 11 * ldy);
        e12.intoArray(y, yo + 12 * ldy);
        e13.intoArray(y, yo + 13 * ldy);
        e14.intoArray(y, yo + 14 * ldy);
        e15.intoArray(y, yo + 15 * ldy);
    }

    private static void round4(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        for (int i = 0; i < L / 2; i++) {
            int r = (i >> 2 << 3) + (i & 3);
            FloatVector a = FloatVector.fromArray(S, x, xo + r * ldx);
            FloatVector b = FloatVector.fromArray(S, x, xo + (r + 4) * ldx);
            a.blend(b.rearrange(Swaps.X4), M4).intoArray(y, yo + r * ldy);
            b.blend(a.rearrange(Swaps.X4), N4).intoArray(y, yo + (r + 4) * ldy);
        }
    }

    private static void round2(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        for (int i = 0; i < L / 2; i++) {
            int r = (i >> 1 << 2) + (i & 1);
            FloatVector a = FloatVector.fromArray(S, x, xo + r * ldx);
            FloatVector b = FloatVector.fromArray(S, x, xo + (r + 2) * ldx);
            a.blend(b.rearrange(Swaps.X2), M2).intoArray(y, yo + r * ldy);
            b.blend(a.rearrange(Swaps.X2), N2).intoArray(y, yo + (r + 2) * ldy);
        }
    }

    private static void round1(float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
        for (int i = 0; i < L / 2; i++) {
            int r = i << 1;
            FloatVector a = FloatVector.fromArray(S, x, xo + r * ldx);
            FloatVector b = FloatVector.fromArray(S, x, xo + (r + 1) * ldx);
            a.blend(b.rearrange(Swaps.X1), M1).intoArray(y, yo + r * ldy);
            b.blend(a.rearrange(Swaps.X1), N1).intoArray(y, yo + (r + 1) * ldy);
        }
    }
}
