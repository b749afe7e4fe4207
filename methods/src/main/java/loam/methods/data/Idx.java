package loam.methods.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import loam.tensor.Failure;

/** Reads the IDX format of the MNIST files: unsigned bytes with up to four dimensions. */
public final class Idx {
    private static final int UNSIGNED_BYTE = 8;
    private static final int CHUNK = 1 << 20;

    private Idx() {
    }

    /**
     * An array of unsigned bytes.
     *
     * @param dims  its sizes
     * @param bytes its elements, row by row
     */
    public record Array(int[] dims, byte[] bytes) {
    }

    /**
     * Reads one array to the end of {@code in}. Memory grows with what really arrives, so a false header cannot ask for more.
     *
     * @param name     the file, for messages
     * @param maxBytes the most elements that are accepted
     */
    public static Array read(InputStream in, String name, int maxBytes) throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
            throw failure(name, "it does not start like an IDX file").hint("IDX files start with two zero bytes").format();
        }
        if (magic[2] != UNSIGNED_BYTE) {
            throw failure(name, "its elements are of type 0x" + Integer.toHexString(magic[2] & 0xff) + ", not unsigned bytes (0x8)").format();
        }
        int rank = magic[3];
        if (rank < 1 || rank > 4) {
            throw failure(name, "it has " + rank + " dimensions; 1 to 4 can be read").format();
        }
        int[] dims = new int[rank];
        long total = 1;
        for (int i = 0; i < rank; i++) {
            byte[] size = in.readNBytes(4);
            if (size.length < 4) {
                throw failure(name, "it ends inside its header").format();
            }
            dims[i] = (size[0] & 0xff) << 24 | (size[1] & 0xff) << 16 | (size[2] & 0xff) << 8 | size[3] & 0xff;
            if (dims[i] < 0 || dims[i] > 0 && total > maxBytes / dims[i]) {
                throw failure(name, "its header asks for more than " + maxBytes + " bytes").fact("sizes", Arrays.toString(Arrays.copyOf(dims, i + 1))).format();
            }
            total *= dims[i];
        }
        return new Array(dims, body(in, name, (int) total));
    }

    private static byte[] body(InputStream in, String name, int total) throws IOException {
        byte[] bytes = new byte[Math.min(total, CHUNK)];
        int have = 0;
        while (have < total) {
            if (have == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(total, 2L * bytes.length));
            }
            int n = in.read(bytes, have, bytes.length - have);
            if (n < 0) {
                throw failure(name, "it ends after " + have + " of the " + total + " bytes that its header promises").format();
            }
            have += n;
        }
        if (in.read() >= 0) {
            throw failure(name, "it goes on after the " + total + " bytes that its header promises").format();
        }
        return bytes;
    }

    private static Failure failure(String name, String reason) {
        return Failure.of("idx", reason).fact("file", name);
    }
}
