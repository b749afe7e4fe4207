package loam.tensor.internal;

/**
 * The counter-based generator Philox 4x32 with ten rounds: a keyed bijection from 128 bits of counter to 128 random bits.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
 */
public final class Philox {
    private static final long M0 = 0xD2511F53L;
    private static final long M1 = 0xCD9E8D57L;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;
    private static final long LOW = 0xFFFFFFFFL;
    private static final int ROUNDS = 10;

    private Philox() {
    }

    /** One block: four counter words and two key words to four words in {@code out[off..off+3]}. */
    public static void block(int c0, int c1, int c2, int c3, int k0, int k1, int[] out, int off) {
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = M0 * (c0 & LOW);
            long p1 = M1 * (c2 & LOW);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += W0;
            k1 += W1;
        }
        out[off] = c0;
        out[off + 1] = c1;
        out[off + 2] = c2;
        out[off + 3] = c3;
    }

    /** The blocks {@code first .. first + blocks - 1} of a key, the upper half of the counter being 0: 4 * blocks words into out. */
    public static void blocks(long key, long first, int blocks, int[] out) {
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int i = 0; i < blocks; i++) {
            long b = first + i;
            block((int) b, (int) (b >>> 32), 0, 0, k0, k1, out, 4 * i);
        }
    }

    /** 64 bits mixed from a key, a value, and two tags that keep uses apart (tags 0, 0 are those of the draws). */
    public static long mix(long key, long value, int tag, int use) {
        int[] out = new int[4];
        block((int) value, (int) (value >>> 32), tag, use, (int) key, (int) (key >>> 32), out, 0);
        return (out[0] & LOW) | (long) out[1] << 32;
    }
}
