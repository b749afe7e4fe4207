package loam.tensor.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * NumPy's array files, {@code .npy}. Reads the versions 1.0, 2.0 and 3.0, both byte orders, C and Fortran order, and the element types
 * f2 f4 f8 i1 i4 i8 u1 b1; writes version 1.0, C order, little-endian, whole or not at all. A damaged or hostile file is a
 * {@link loam.tensor.FormatException} that names the file and the reason; memory is taken only for bytes that are really there.
 */
public final class Npy {
    private static final String FORMAT = "npy";

    private Npy() {
    }

    /** Reads an array: the file's shape and element type. */
    public static Tensor read(Path path) {
        String name = Source.name(path);
        return Source.reading(FORMAT, name, () -> {
            try (FileChannel in = FileChannel.open(path)) {
                return whole(new Source(in, FORMAT, name, in.size()));
            }
        });
    }

    /** Reads an array from a stream (a resource, say), up to its end; errors call it {@code name}. The caller closes the stream. */
    public static Tensor read(InputStream in, String name) {
        return Source.reading(FORMAT, name, () -> whole(new Source(Channels.newChannel(in), FORMAT, name, -1)));
    }

    /** Writes an array; the type BF16, which NumPy lacks, is a {@link loam.tensor.DTypeException}. */
    public static void write(Path path, Tensor tensor) {
        AtomicFile.write(path, out -> write(out, tensor, Source.name(path)));
    }

    /** An array that fills its source to the end. */
    static Tensor whole(Source in) throws IOException {
        NpyHeader header = NpyHeader.read(in);
        if (in.bounded() && in.left() != header.dataBytes()) {
            in.expect(header.dataBytes(), "the array " + header.shape() + " of " + header.dtype());
            throw in.bad(in.left() - header.dataBytes() + " bytes follow the array " + header.shape() + " of " + header.dtype());
        }
        Tensor t = header.fortran() ? fortran(in, header) : Codec.read(in, header.dtype(), header.shape(), header.order());
        if (!in.atEnd()) {
            throw in.bad("more bytes follow the array " + header.shape() + " of " + header.dtype());
        }
        return t;
    }

    private static Tensor fortran(Source in, NpyHeader header) throws IOException {
        int rank = header.shape().rank();
        int[] dims = new int[rank];
        int[] axes = new int[rank];
        for (int i = 0; i < rank; i++) {
            dims[i] = header.shape().dim(rank - 1 - i);
            axes[i] = rank - 1 - i;
        }
        Tensor reversed = Codec.read(in, header.dtype(), Shape.of(dims), header.order());
        return rank < 2 ? reversed : reversed.permute(axes).contiguous();
    }

    static void write(WritableByteChannel out, Tensor tensor, String name) throws IOException {
        Codec.drain(out, ByteBuffer.wrap(NpyHeader.encode(tensor, name)));
        Codec.write(out, tensor);
    }
}
