package loam.tensor;

/** Element types. F32 has all kernels, F64 scalar ones; F16, BF16 and I8 are for storage and decode to F32 before arithmetic. */
public enum DType {
    BOOL(1), U8(1), I8(1), I32(4), I64(8), F16(2), BF16(2), F32(4), F64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** True for F16, BF16, F32 and F64. */
    public boolean isFloating() {
        return this == F32 || this == F64 || this == F16 || this == BF16;
    }

    /** The type in which arithmetic on this one happens. */
    public DType arithmetic() {
        return this == F16 || this == BF16 || this == I8 ? F32 : this;
    }

    /** The type of the result of arithmetic between the two. */
    public static DType promote(DType a, DType b) {
        DType x = a.arithmetic();
        DType y = b.arithmetic();
        return x.compareTo(y) >= 0 ? x : y;
    }
}
