package loam.tensor.io;

import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** Elements to bytes and back, piece by piece: no second copy of the whole, whatever the byte order. */
final class Codec {
    private static final int PIECE = 1 << 16;
    private static final int FIRST = 1 << 14;

    private Codec() {
    }

    /** The extents as a shape, or an error of the file: too many axes, too large, too many elements. */
    static Shape shape(Source in, long[] extents) {
        if (extents.length > 64) {
            throw in.bad("an array of " + extents.length + " axes; at most 64 are allowed");
        }
        int[] dims = new int[extents.length];
        long product = 1;
        boolean empty = false;
        for (int i = 0; i < dims.length; i++) {
            if (extents[i] < 0 || extents[i] > Integer.MAX_VALUE) {
                throw in.bad("extent " + extents[i] + " of axis " + i + " is outside 0 .. 2^31-1");
            }
            dims[i] = (int) extents[i];
            empty |= dims[i] == 0;
        }
        for (int i = 0; i < dims.length && !empty; i++) {
            product *= dims[i];
            if (product > Integer.MAX_VALUE) {
                throw in.bad("the array has more than 2^31-1 elements");
            }
        }
        return Shape.of(dims);
    }

    /** Reads a dense tensor. The bytes are known to be there, or memory grows only as they arrive. */
    static Tensor read(Source in, DType dtype, Shape shape, ByteOrder order) throws IOException {
        int n = shape.numel();
        long bytes = (long) n * dtype.bytes();
        in.expect(bytes, "the array " + shape + " of " + dtype);
        if (in.bounded() || n <= FIRST) {
            Tensor t = allocate(in, dtype, shape, bytes);
            elements(in, dtype, t.storage().heap(), t.offset(), n, order);
            return t;
        }
        Object have = newArray(dtype, FIRST);
        int done = 0;
        while (done < n) {
            int length = Math.min(Array.getLength(have), n);
            elements(in, dtype, have, done, length - done, order);
            done = length;
            if (done < n) {
                have = grown(in, dtype, have, (int) Math.min(n, 2L * done), bytes);
            }
        }
        Tensor t = allocate(in, dtype, shape, bytes);
        System.arraycopy(have, 0, t.storage().heap(), t.offset(), n);
        return t;
    }

    private static Tensor allocate(Source in, DType dtype, Shape shape, long bytes) {
        try {
            return Tensor.empty(dtype, shape);
        } catch (OutOfMemoryError e) {
            throw tooLarge(in, bytes, e);
        }
    }

    private static Object grown(Source in, DType dtype, Object have, int length, long bytes) {
        try {
            Object more = newArray(dtype, length);
            System.arraycopy(have, 0, more, 0, Array.getLength(have));
            return more;
        } catch (OutOfMemoryError e) {
            throw tooLarge(in, bytes, e);
        }
    }

    private static RuntimeException tooLarge(Source in, long bytes, OutOfMemoryError e) {
        return in.failure("an array of " + bytes + " bytes does not fit into the heap of "
                + Runtime.getRuntime().maxMemory() + " bytes").hint("give the runtime more memory with -Xmx").cause(e).format();
    }

    private static Object newArray(DType dtype, int n) {
        return switch (dtype) {
            case F32 -> new float[n];
            case F64 -> new double[n];
            case I32 -> new int[n];
            case I64 -> new long[n];
            case F16, BF16 -> new short[n];
            case BOOL, U8, I8 -> new byte[n];
        };
    }

    private static void elements(Source in, DType dtype, Object array, int off, int n, ByteOrder order) throws IOException {
        int size = dtype.bytes();
        if (size == 1) {
            byte[] a = (byte[]) array;
            in.fill(ByteBuffer.wrap(a, off, n));
            if (dtype == DType.BOOL) {
                checkBooleans(in, a, off, n);
            }
            return;
        }
        int piece = Math.min(n, PIECE / size);
        ByteBuffer b = ByteBuffer.allocateDirect(piece * size).order(order);
        for (int i = 0; i < n; i += piece) {
            int m = Math.min(piece, n - i);
            b.clear().limit(m * size);
            in.fill(b);
            b.flip();
            get(dtype, b, array, off + i, m);
        }
    }

    private static void get(DType dtype, ByteBuffer b, Object array, int at, int m) {
        switch (dtype) {
            case F32 -> b.asFloatBuffer().get((float[]) array, at, m);
            case F64 -> b.asDoubleBuffer().get((double[]) array, at, m);
            case I32 -> b.asIntBuffer().get((int[]) array, at, m);
            case I64 -> b.asLongBuffer().get((long[]) array, at, m);
            case F16, BF16 -> b.asShortBuffer().get((short[]) array, at, m);
            case BOOL, U8, I8 -> b.get((byte[]) array, at, m);
        }
    }

    private static void checkBooleans(Source in, byte[] a, int off, int n) {
        for (int i = off; i < off + n; i++) {
            if (a[i] != 0 && a[i] != 1) {
                throw in.bad("element " + (i - off) + " of a boolean array is " + (a[i] & 0xFF) + ", neither 0 nor 1");
            }
        }
    }

    /** Writes the elements row-major, little-endian. */
    static void write(WritableByteChannel out, Tensor tensor) throws IOException {
        Tensor t = tensor.contiguous();
        DType dtype = t.dtype();
        Object array = t.storage().heap();
        int n = t.numel();
        int size = dtype.bytes();
        if (size == 1) {
            drain(out, ByteBuffer.wrap((byte[]) array, t.offset(), n));
            return;
        }
        int piece = Math.max(1, Math.min(n, PIECE / size));
        ByteBuffer b = ByteBuffer.allocate(piece * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i += piece) {
            int m = Math.min(piece, n - i);
            b.clear().limit(m * size);
            put(dtype, b, array, t.offset() + i, m);
            drain(out, b);
        }
    }

    private static void put(DType dtype, ByteBuffer b, Object array, int at, int m) {
        switch (dtype) {
            case F32 -> b.asFloatBuffer().put((float[]) array, at, m);
            case F64 -> b.asDoubleBuffer().put((double[]) array, at, m);
            case I32 -> b.asIntBuffer().put((int[]) array, at, m);
            case I64 -> b.asLongBuffer().put((long[]) array, at, m);
            case F16, BF16 -> b.asShortBuffer().put((short[]) array, at, m);
            case BOOL, U8, I8 -> b.slice().put((byte[]) array, at, m);
        }
    }

    static void drain(WritableByteChannel out, ByteBuffer b) throws IOException {
        while (b.hasRemaining()) {
            out.write(b);
        }
    }
}
