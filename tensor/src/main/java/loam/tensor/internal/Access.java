package loam.tensor.internal;

import loam.tensor.Halves;
import loam.tensor.Storage;
import loam.tensor.Tensor;

/** Single elements of any type, and the places of a view's elements: slow and obvious. */
public final class Access {
    private Access() {
    }

    /** Element i of a storage as a double. */
    public static double get(Storage s, int i) {
        return switch (s.dtype()) {
            case F32 -> s.floats()[i];
            case F64 -> s.doubles()[i];
            case I32 -> s.ints()[i];
            case I64 -> s.longs()[i];
            case U8 -> s.bytes()[i] & 0xff;
            case I8 -> s.bytes()[i];
            case BOOL -> s.bytes()[i] == 0 ? 0 : 1;
            case F16 -> Halves.fromHalf(s.shorts()[i]);
            case BF16 -> Halves.fromBrain(s.shorts()[i]);
        };
    }

    /** Element i of an integer or BOOL storage, exactly. */
    public static long getLong(Storage s, int i) {
        return s.dtype() == loam.tensor.DType.I64 ? s.longs()[i] : (long) get(s, i);
    }

    /** Writes element i, converting: towards zero and saturating for integers, "not 0" for BOOL. */
    public static void set(Storage s, int i, double v) {
        switch (s.dtype()) {
            case F32 -> s.floats()[i] = (float) v;
            case F64 -> s.doubles()[i] = v;
            case I32 -> s.ints()[i] = (int) v;
            case I64 -> s.longs()[i] = (long) v;
            case U8 -> s.bytes()[i] = (byte) Math.max(0, Math.min(255, (int) v));
            case I8 -> s.bytes()[i] = (byte) Math.max(-128, Math.min(127, (int) v));
            case BOOL -> s.bytes()[i] = (byte) (v != 0 ? 1 : 0);
            case F16 -> s.shorts()[i] = Halves.toHalf(v);
            case BF16 -> s.shorts()[i] = Halves.toBrain(v);
        }
    }

    /** Writes element i of an integer or BOOL storage; wraps like Java's narrowing. */
    public static void setLong(Storage s, int i, long v) {
        switch (s.dtype()) {
            case I64 -> s.longs()[i] = v;
            case I32 -> s.ints()[i] = (int) v;
            case U8, I8 -> s.bytes()[i] = (byte) v;
            default -> set(s, i, v);
        }
    }

    /** Storage places of all elements of a view, row-major. */
    public static int[] places(Tensor t) {
        int[] out = new int[t.numel()];
        if (out.length == 0) {
            return out;
        }
        int rank = t.rank();
        int[] index = new int[rank];
        int[] dims = t.shape().toArray();
        int[] strides = t.strides();
        int at = t.offset();
        for (int i = 0; i < out.length; i++) {
            out[i] = at;
            for (int a = rank - 1; a >= 0; a--) {
                at += strides[a];
                if (++index[a] < dims[a]) {
                    break;
                }
                at -= strides[a] * dims[a];
                index[a] = 0;
            }
        }
        return out;
    }
}
