package loam.tensor;

/** A storage on the Java heap. */
final class HeapStorage extends Storage {
    private Object array;
    private Workspace.Bucket home;

    HeapStorage(DType dtype, Object array, int length) {
        super(dtype, length);
        this.array = array;
    }

    /** Remembers the workspace's bucket that takes the array back. */
    void home(Workspace.Bucket bucket) {
        home = bucket;
    }

    Workspace.Bucket home() {
        return home;
    }

    static HeapStorage fresh(DType dtype, int n) {
        return new HeapStorage(dtype, newArray(dtype, n), n);
    }

    static Object newArray(DType dtype, int n) {
        return switch (dtype) {
            case F32 -> new float[n];
            case F64 -> new double[n];
            case I32 -> new int[n];
            case I64 -> new long[n];
            case F16, BF16 -> new short[n];
            case BOOL, U8, I8 -> new byte[n];
        };
    }

    @Override
    public Object heap() {
        Object a = array;
        if (a == null) {
            throw Failure.of("read", "this tensor's memory was given back when its workspace ended")
                    .hint("return it from Workspace.run, or call Workspace.keep(tensor) inside").state();
        }
        return a;
    }

    @Override
    public boolean alive() {
        return array != null;
    }

    /** Takes the array out; the storage is dead from here on. */
    Object release() {
        Object a = array;
        array = null;
        return a;
    }
}
