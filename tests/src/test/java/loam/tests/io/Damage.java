package loam.tests.io;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import loam.tensor.FormatException;
import loam.tensor.LoamException;

/** What the tests of file formats share: resources, and damage done to small files byte by byte. */
final class Damage {
    private Damage() {
    }

    /** Something that reads a file. */
    interface Reader {
        void read(Path file);
    }

    static byte[] resource(String name) {
        try (InputStream in = Damage.class.getResourceAsStream("/io/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path put(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts the file at every length and changes every byte in several ways: the reader may succeed or raise a LoamException. */
    static void everywhere(Path file, byte[] good, Reader reader) {
        for (int n = 0; n < good.length; n++) {
            put(file, Arrays.copyOf(good, n));
            Path cut = file;
            assertThrows(LoamException.class, () -> reader.read(cut), "cut to " + n + " bytes");
        }
        Random random = new Random(1);
        int[] flips = {0x01, 0x80, 0xFF, 0x10, 0x0C};
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) flips[i % flips.length];
            survive(file, bad, reader, "byte " + i);
            bad[i] = (byte) random.nextInt();
            bad[random.nextInt(good.length)] = (byte) random.nextInt();
            survive(file, bad, reader, "byte " + i + " and another");
        }
    }

    private static void survive(Path file, byte[] bad, Reader reader, String what) {
        put(file, bad);
        try {
            reader.read(file);
        } catch (LoamException e) {
            assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
        } catch (RuntimeException | Error e) {
            fail(what + " ends in " + e, e);
        }
    }

    /** The file must be refused with a message that names it and holds all parts. */
    static FormatException refused(Path file, byte[] bytes, Reader reader, String... parts) {
        put(file, bytes);
        FormatException e = assertThrows(FormatException.class, () -> reader.read(file));
        assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
        return e;
    }
}
