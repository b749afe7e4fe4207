package loam.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import loam.tensor.DType;
import loam.tensor.DTypeException;
import loam.tensor.FormatException;
import loam.tensor.LoamException;
import loam.tensor.MissingDataException;
import loam.tensor.Rng;
import loam.tensor.Shape;
import loam.tensor.Tensor;
import loam.tensor.io.Npy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: a type, byte order, memory order or version that is read wrongly, files that NumPy could not read back, memory taken
 * for lengths that a header only claims, other errors than the library's own from damaged files, and a failed write that destroys.
 */
@Tag("fast")
class NpyTest {
    @TempDir
    Path dir;

    private Tensor fixture(String name) {
        return Npy.read(Damage.put(dir.resolve(name), Damage.resource(name)));
    }

    @Test
    void everyTypeInBothByteOrders() {
        for (String name : List.of("little-f2", "big-f2", "little-f4", "big-f4", "little-f8", "big-f8")) {
            Tensor t = fixture(name + ".npy");
            assertEquals(Shape.of(2, 3), t.shape());
            assertArrayEquals(new double[] {-2, -1.5, -1, -0.5, 0, 0.5}, t.toDoubles(), name);
        }
        for (String name : List.of("byte-i1", "little-i4", "big-i4", "little-i8", "big-i8")) {
            assertArrayEquals(new long[] {-2, -1, 0, 1, 2, 3}, fixture(name + ".npy").toLongs(), name);
        }
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, fixture("byte-u1.npy").toInts());
        assertArrayEquals(new boolean[] {false, true, false, true, false, true}, fixture("byte-b1.npy").toBooleans());
        assertEquals(DType.F16, fixture("big-f2.npy").dtype());
        assertEquals(DType.I8, fixture("byte-i1.npy").dtype());
        assertEquals(DType.BOOL, fixture("byte-b1.npy").dtype());
    }

    @Test
    void ordersVersionsAndRanks() {
        Tensor f = fixture("fortran.npy");
        assertEquals(Shape.of(2, 3, 4), f.shape());
        assertTrue(f.isDense());
        assertArrayEquals(Tensor.arange(24).toFloats(), f.toFloats());
        assertEquals(-1.5, fixture("version2.npy").at(0, 1));
        assertEquals(-1.5, fixture("version3.npy").at(0, 1));
        assertEquals(2.5, fixture("scalar.npy").item());
        assertEquals(Shape.scalar(), fixture("scalar.npy").shape());
        assertArrayEquals(new long[] {0, 1, 2, 3, 4}, fixture("vector.npy").toLongs());
        assertEquals(Shape.of(2, 0, 3), fixture("empty.npy").shape());
    }

    @Test
    void streamsGiveTheSame() throws IOException {
        Tensor large = Tensor.rand(Shape.of(313, 211), Rng.seed(3));
        Path file = dir.resolve("large.npy");
        Npy.write(file, large);
        byte[] bytes = Files.readAllBytes(file);
        assertArrayEquals(large.toFloats(), Npy.read(file).toFloats());
        assertArrayEquals(large.toFloats(), Npy.read(new ByteArrayInputStream(bytes), "stream").toFloats());
        byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
        FormatException e = assertThrows(FormatException.class, () -> Npy.read(new ByteArrayInputStream(half), "the stream"));
        assertTrue(e.getMessage().contains("the stream"), e.getMessage());
    }

    @Test
    void writingIsNumPysFormatByteForByte() throws IOException {
        for (String name : List.of("little-f2", "little-f4", "little-f8", "byte-i1", "little-i4", "little-i8", "byte-u1", "byte-b1",
                "scalar", "vector", "empty")) {
            byte[] expected = Damage.resource(name + ".npy");
            Path file = dir.resolve("out.npy");
            Npy.write(file, fixture(name + ".npy"));
            byte[] written = Files.readAllBytes(file);
            assertEquals(headerText(expected).strip(), headerText(written).strip(), name);
            assertEquals(0, headerEnd(written) % 64);
            assertArrayEquals(tail(expected), tail(written), name);
        }
    }

    private static int headerEnd(byte[] npy) {
        return 10 + (npy[8] & 0xFF) + 256 * (npy[9] & 0xFF);
    }

    private static String headerText(byte[] npy) {
        return new String(npy, 10, headerEnd(npy) - 10, StandardCharsets.US_ASCII);
    }

    private static byte[] tail(byte[] npy) {
        return Arrays.copyOfRange(npy, headerEnd(npy), npy.length);
    }

    @Test
    void viewsAreWrittenAsTheyLook() {
        Path file = dir.resolve("view.npy");
        Tensor t = Tensor.arange(24).reshape(4, 6).t().narrow(0, 1, 3);
        Npy.write(file, t);
        assertArrayEquals(t.toFloats(), Npy.read(file).toFloats());
        assertEquals(Shape.of(3, 4), Npy.read(file).shape());
    }

    @Test
    void unsupportedTypesAreNamed() {
        String[][] cases = {{"int16.npy", "<i2"}, {"complex.npy", "<c8"}, {"text.npy", "<U2"}, {"objects.npy", "|O"}, {"fields.npy", "structured"}};
        for (String[] c : cases) {
            Damage.refused(dir.resolve(c[0]), Damage.resource(c[0]), Npy::read, c[1], "hint");
        }
        DTypeException e = assertThrows(DTypeException.class,
                () -> Npy.write(dir.resolve("b.npy"), Tensor.zeros(DType.BF16, Shape.of(2))));
        assertTrue(e.getMessage().contains("bfloat16"), e.getMessage());
    }

    private static byte[] npy(String header, int dataBytes) {
        byte[] h = header.getBytes(StandardCharsets.ISO_8859_1);
        byte[] out = new byte[10 + h.length + dataBytes];
        System.arraycopy(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) h.length, (byte) (h.length >> 8)}, 0, out, 0, 10);
        System.arraycopy(h, 0, out, 10, h.length);
        return out;
    }

    private void refused(String header, int dataBytes, String part) {
        Damage.refused(dir.resolve("hostile.npy"), npy(header, dataBytes), Npy::read, part);
        byte[] bytes = npy(header, dataBytes);
        assertThrows(FormatException.class, () -> Npy.read(new ByteArrayInputStream(bytes), "s"));
    }

    @Test
    void headersThatLieAreRefused() {
        String start = "{'descr': '<f4', 'fortran_order': False, 'shape': ";
        assertEquals(2, Npy.read(Damage.put(dir.resolve("ok.npy"), npy(start + "(2,), }\n", 8))).numel());
        refused(start + "(500000000,), }", 8, "bytes");
        refused(start + "(2147483647,), }", 8, "bytes");
        refused(start + "(2147483648,), }", 8, "2^31-1");
        refused(start + "(65536, 65536), }", 8, "2^31-1 elements");
        refused(start + "(999999999999999999,), }", 8, "2^31-1");
        refused(start + "(9999999999999999999999,), }", 8, "digits");
        refused(start + "(-1,), }", 8, "extent");
        refused(start + "(2), }", 8, "tuple");
        refused(start + "(1 2,), }", 8, "tuple");
        refused(start + "(2,)", 8, "','");
        refused(start + "(2,), } x", 8, "after");
        refused(start + "(2,), 'shape': (2,)}", 8, "twice");
        refused(start + "(2,), 'more': 1}", 8, "more");
        refused("{'descr': '<f4', 'shape': (2,)}", 8, "fortran_order");
        refused("{'descr': '<f4', 'fortran_order': 1, 'shape': (2,)}", 8, "True or False");
        refused("__import__('os').system('true')", 8, "'{'");
        refused(start + "(1,), }", 8, "follow");
        refused(start + "(" + "1,".repeat(65) + "), }", 4, "64");
        refused("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", 0, "bytes");
    }

    @Test
    void lengthsAndVersionsOfTheHeaderAreChecked() {
        byte[] v2 = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, 127, 1, 2};
        Damage.refused(dir.resolve("long.npy"), v2, Npy::read, "2147483647");
        v2[6] = 4;
        Damage.refused(dir.resolve("v4.npy"), v2, Npy::read, "version 4.0");
        Damage.refused(dir.resolve("none.npy"), new byte[0], Npy::read, "magic");
        Damage.refused(dir.resolve("zip.npy"), "PK\3\4abcdefgh".getBytes(StandardCharsets.ISO_8859_1), Npy::read, "no npy");
        byte[] bool = npy("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", 1);
        bool[bool.length - 1] = 7;
        Damage.refused(dir.resolve("bool.npy"), bool, Npy::read, "neither 0 nor 1");
    }

    @Test
    void arraysBeyondTheHeapAreRefused() throws IOException {
        byte[] header = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2147483647,), }\n", 0);
        Path file = Damage.put(dir.resolve("huge.npy"), header);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(header.length + 2147483647L);      // the bytes are really there; no array is as long as that
        }
        FormatException e = assertThrows(FormatException.class, () -> Npy.read(file));
        assertTrue(e.getMessage().contains("-Xmx"), e.getMessage());
    }

    @Test
    void damageEverywhereEndsInTheLibrarysOwnErrors() {
        for (String name : List.of("little-f4.npy", "big-f2.npy", "fortran.npy", "version3.npy", "byte-b1.npy")) {
            Damage.everywhere(dir.resolve(name), Damage.resource(name), Npy::read);
        }
    }

    @Test
    void missingFilesAndFailedWrites() throws IOException {
        assertThrows(MissingDataException.class, () -> Npy.read(dir.resolve("nothing.npy")));
        assertThrows(LoamException.class, () -> Npy.read(dir));
        assertThrows(LoamException.class, () -> Npy.write(dir, Tensor.zeros(Shape.of(1))));
        assertThrows(LoamException.class, () -> Npy.write(dir.resolve("no/such/folder.npy"), Tensor.zeros(Shape.of(1))));
        Path kept = dir.resolve("kept.npy");
        Npy.write(kept, Tensor.of(1, 2, 3));
        assertThrows(DTypeException.class, () -> Npy.write(kept, Tensor.zeros(DType.BF16, Shape.of(9))));
        assertArrayEquals(new float[] {1, 2, 3}, Npy.read(kept).toFloats());
        try (var files = Files.list(dir)) {
            assertEquals(1, files.count(), "no part of a failed write stays");
        }
    }
}
