package loam.tensor.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import loam.tensor.Failure;

/** Writes files whole or not at all: into a neighbour first, then moved over the target, so that a failed write loses nothing. */
public final class AtomicFile {
    private static final AtomicLong COUNT = new AtomicLong();

    private AtomicFile() {
    }

    /** Fills the channel with the content of the file. */
    public interface Body {
        void write(FileChannel out) throws IOException;
    }

    /** Replaces {@code target} by what {@code body} writes. A {@link loam.tensor.StateException} says why it could not be written. */
    public static void write(Path target, Body body) {
        Path file = target.toAbsolutePath();
        Path name = file.getFileName();
        if (name == null || Files.isDirectory(file)) {
            throw Failure.of("write", "the target is a directory").fact("file", target).argument();
        }
        Path part = file.resolveSibling("." + name + "." + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + ".part");
        try {
            try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                body.write(out);
                out.force(true);
            }
            move(part, file);
        } catch (IOException e) {
            throw Failure.of("write", "the file cannot be written: " + reason(e)).fact("file", target).cause(e).state();
        } finally {
            discard(part);
        }
    }

    /** Replaces {@code target} by this text in UTF-8. */
    public static void write(Path target, String text) {
        write(target, out -> {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        });
    }

    private static void move(Path part, Path file) throws IOException {
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes what a failed write left; the failure itself is what the caller hears about. */
    private static void discard(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            part.toFile().deleteOnExit();
        }
    }

    static String reason(IOException e) {
        String text = e.getMessage();
        String kind = e.getClass().getSimpleName();
        return text == null ? kind : kind + ", " + text;
    }
}
