package loam.tensor.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import loam.tensor.Failure;
import loam.tensor.LoamException;

/** Bytes being read, with the name that errors give them and the number of bytes that are surely left (-1: not known). */
final class Source {
    private static final long UNKNOWN = -1;
    private final ReadableByteChannel in;
    private final String format;
    private final String name;
    private long left;

    /** {@code left} is what really lies there, never what a header claims; {@link #UNKNOWN} (-1) for a stream. */
    Source(ReadableByteChannel in, String format, String name, long left) {
        this.in = in;
        this.format = format;
        this.name = name;
        this.left = left;
    }

    /** What reads from a file. */
    interface Reading<T> {
        T run() throws IOException;
    }

    /** Runs a reader and turns errors of the file system into errors that name the file. */
    static <T> T reading(String format, String name, Reading<T> body) {
        try {
            return body.run();
        } catch (NoSuchFileException e) {
            throw Failure.of(format, "there is no such file").fact("file", name).cause(e).missingData();
        } catch (EOFException e) {
            throw Failure.of(format, "the file ends too early").fact("file", name)
                    .hint("it was cut off; copy or download it again").cause(e).format();
        } catch (FileSystemException e) {
            throw Failure.of(format, "the file cannot be read: " + AtomicFile.reason(e)).fact("file", name).cause(e).state();
        } catch (IOException e) {
            throw Failure.of(format, "the file is damaged: " + AtomicFile.reason(e)).fact("file", name).cause(e).format();
        }
    }

    static String name(Path path) {
        return path.toString();
    }

    /** The start of an error about this source. */
    Failure failure(String reason) {
        return Failure.of(format, reason).fact("file", name);
    }

    LoamException bad(String reason) {
        return failure(reason).format();
    }

    /** True when the number of bytes left is known. */
    boolean bounded() {
        return left != UNKNOWN;
    }

    long left() {
        return left;
    }

    /** Refuses a claim of {@code bytes} more bytes that the file cannot hold, before anything is allocated for them. */
    void expect(long bytes, String what) {
        if (bounded() && bytes > left) {
            throw failure(what + " needs " + bytes + " bytes, the file has " + left + " left")
                    .hint("it was cut off or its header is damaged; copy or download it again").format();
        }
    }

    /** Reads until the buffer is full. */
    void fill(ByteBuffer b) throws IOException {
        int want = b.remaining();
        while (b.hasRemaining()) {
            if (in.read(b) < 0) {
                throw new EOFException(format);
            }
        }
        if (bounded()) {
            left -= want;
        }
    }

    /** Reads {@code n} bytes; a source of unknown length is read piece by piece, so that only what is there takes memory. */
    byte[] bytes(int n, String what) throws IOException {
        expect(n, what);
        byte[] out = new byte[bounded() ? n : Math.min(n, 1 << 16)];
        int have = 0;
        while (true) {
            fill(ByteBuffer.wrap(out, have, out.length - have));
            have = out.length;
            if (have == n) {
                return out;
            }
            out = Arrays.copyOf(out, (int) Math.min(n, 2L * have));
        }
    }

    /** True when nothing follows. */
    boolean atEnd() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        int n;
        do {
            n = in.read(one);
        } while (n == 0);
        return n < 0;
    }
}
