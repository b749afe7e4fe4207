package loam.tensor.internal.parallel;

/**
 * Work arrays of the calling thread, kept from call to call. Contents are arbitrary. A kernel names each array it holds at the
 * same time by its own slot; a kernel that calls another one must not share slots with it.
 */
public final class Scratch {
    /** Packed operands of a matrix product; read by all threads that help. */
    public static final int GEMM_A = 0, GEMM_B = 1, GEMM_TILE = 2;
    /** Padded planes, packed weights, result tile and packed gradient of a convolution. */
    public static final int CONV_PLANES = 3, CONV_WEIGHTS = 4, CONV_TILE = 5, CONV_GRAD = 6, CONV_SUMS = 7;
    /** Short blocks: tails and rows. */
    public static final int TAIL = 8, TRANSPOSE = 9, ROW = 10, CONV_TEMP = 11, STAGE = 12;
    /** Short blocks in double. */
    public static final int WIDE = 0;
    /** Sums of the parts of a long run; written by all threads that help. */
    public static final int PARTIALS = 1;
    /** Scaled queries, scores, their gradients and the sums and maxima of a tile of attention. */
    public static final int ATTENTION_QUERIES = 13, ATTENTION_SCORES = 14, ATTENTION_GRADS = 15, ATTENTION_ROWS = 16;
    /** Sums of the parameter gradients of a layer norm; written by all threads that help. */
    public static final int NORM_SUMS = 17;
    private static final int SLOTS = 18;
    private static final int DOUBLE_SLOTS = 2;
    /** Longer arrays are not kept. */
    private static final int KEEP = 1 << 23;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    private final float[][] floats = new float[SLOTS][];
    private final int[][] ints = new int[SLOTS][];
    private final double[][] doubles = new double[DOUBLE_SLOTS][];

    private Scratch() { }

    /** The calling thread's arrays. */
    public static Scratch get() {
        return OWN.get();
    }

    /** An array of at least {@code length} floats. */
    public float[] floats(int slot, int length) {
        float[] a = floats[slot];
        if (a != null && a.length >= length) {
            return a;
        }
        a = new float[Math.max(length, 64)];
        if (length <= KEEP) {
            floats[slot] = a;
        }
        return a;
    }

    /** An array of at least {@code length} ints. */
    public int[] ints(int slot, int length) {
        int[] a = ints[slot];
        if (a != null && a.length >= length) {
            return a;
        }
        a = new int[Math.max(length, 64)];
        if (length <= KEEP) {
            ints[slot] = a;
        }
        return a;
    }

    /** An array of at least {@code length} doubles; its slots are those of doubles alone. */
    public double[] doubles(int slot, int length) {
        double[] a = doubles[slot];
        if (a != null && a.length >= length) {
            return a;
        }
        a = new double[Math.max(length, 64)];
        if (length <= KEEP) {
            doubles[slot] = a;
        }
        return a;
    }
}
