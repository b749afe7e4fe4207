package loam.tensor;

/**
 * The memory behind tensors: an array on the heap, or a device's. A storage that was given back to a pool is dead for good
 * (its array lives on in another storage), so a stale tensor always meets an error and never another's numbers.
 */
public abstract class Storage {
    private final DType dtype;
    private final int length;
    private int version;
    private boolean exposed;

    /** For implementations: {@code length} elements of {@code dtype}. */
    protected Storage(DType dtype, int length) {
        this.dtype = dtype;
        this.length = length;
    }

    /** A heap storage; its content is undefined inside a {@link Workspace}, zero elsewhere. */
    public static Storage allocate(DType dtype, int length) {
        Workspace w = Context.current().workspace;
        return w == null ? HeapStorage.fresh(dtype, length) : w.allocate(dtype, length);
    }

    /** The element type. */
    public final DType dtype() {
        return dtype;
    }

    /** Number of elements. */
    public final int length() {
        return length;
    }

    /** The array (float[], double[], int[], long[], short[] or byte[]); synchronises a device. For kernels, io and toArray only. */
    public abstract Object heap();

    /** False once the storage was given back. */
    public abstract boolean alive();

    public final float[] floats() {
        return (float[]) heap();
    }

    public final double[] doubles() {
        return (double[]) heap();
    }

    public final int[] ints() {
        return (int[]) heap();
    }

    public final long[] longs() {
        return (long[]) heap();
    }

    public final short[] shorts() {
        return (short[]) heap();
    }

    public final byte[] bytes() {
        return (byte[]) heap();
    }

    /** Counts the updates in place (of parameters and buffers). */
    public final int version() {
        return version;
    }

    /** Marks an update in place. */
    public final void bumpVersion() {
        version++;
    }

    /** True once a snapshot of it was handed out: the next update must write elsewhere. */
    public final boolean exposed() {
        return exposed;
    }

    /** Marks that a snapshot was handed out. */
    public final void expose() {
        exposed = true;
    }
}
