package loam.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.LoamException;
import loam.tensor.MissingDataException;
import loam.tensor.Shape;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import loam.tensor.io.Npz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: archives of NumPy that cannot be read (stored, deflated, with 64-bit sizes), entry names that lead out of a folder or
 * come twice, sizes that lie, checksums that nobody looks at, and other errors than the library's own from damaged archives.
 */
@Tag("fast")
class NpzTest {
    @TempDir
    Path dir;

    @Test
    void archivesOfNumPyAreRead() {
        for (String name : List.of("stored.npz", "deflated.npz")) {
            byte[] bytes = Damage.resource(name);
            check(Npz.read(Damage.put(dir.resolve(name), bytes)));
            check(Npz.read(new ByteArrayInputStream(bytes), name));
        }
    }

    private static void check(Map<String, Tensor> arrays) {
        assertEquals(List.of("images", "labels"), List.copyOf(arrays.keySet()));
        assertEquals(Shape.of(3, 2, 2), arrays.get("images").shape());
        assertEquals(DType.U8, arrays.get("images").dtype());
        assertEquals(11, arrays.get("images").at(2, 1, 1));
        assertArrayEquals(new long[] {2, 0, 1}, arrays.get("labels").toLongs());
    }

    private static Map<String, Tensor> arrays() {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("w", Tensor.arange(6).reshape(2, 3));
        arrays.put("layer/bias", Tensor.ofLongs(Shape.of(2), 7, -7));
        arrays.put("\u00e9", Tensor.scalar(3));
        return arrays;
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path stored = dir.resolve("a.npz");
        Path packed = dir.resolve("b.npz");
        Npz.write(stored, arrays());
        Npz.writeCompressed(packed, arrays());
        for (Path file : List.of(stored, packed)) {
            Map<String, Tensor> back = Npz.read(file);
            assertEquals(List.copyOf(arrays().keySet()), List.copyOf(back.keySet()));
            arrays().forEach((name, t) -> assertArrayEquals(t.toDoubles(), back.get(name).toDoubles()));
        }
        byte[] first = Files.readAllBytes(packed);
        Npz.writeCompressed(packed, arrays());
        assertArrayEquals(first, Files.readAllBytes(packed));
    }

    @Test
    void arraysAreReadOneByOne() {
        Path file = dir.resolve("a.npz");
        Npz.write(file, arrays());
        Npz npz = Npz.open(file);
        assertTrue(npz.names().contains("layer/bias"));
        assertArrayEquals(new long[] {7, -7}, npz.get("layer/bias").toLongs());
        ArgumentException e = assertThrows(ArgumentException.class, () -> npz.get("b"));
        assertTrue(e.getMessage().contains("layer/bias"), e.getMessage());
        npz.close();
        assertThrows(StateException.class, () -> npz.get("w"));
    }

    private static byte[] npy(int elements, int bytes) {
        byte[] header = ("{'descr': '|u1', 'fortran_order': False, 'shape': (" + elements + ",), }\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + header.length + bytes).put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .order(ByteOrder.LITTLE_ENDIAN).putShort((short) header.length).put(header).array();
    }

    private static byte[] zip(String name, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return out.toByteArray();
    }

    private void refused(byte[] bytes, String part) {
        Damage.refused(dir.resolve("bad.npz"), bytes, Npz::read, part);
        LoamException e = assertThrows(LoamException.class, () -> Npz.read(new ByteArrayInputStream(bytes), "bad"));
        assertTrue(e.getMessage().contains("bad"), e.getMessage());
    }

    @Test
    void namesThatLeadAstrayAreRefused() throws IOException {
        byte[] good = npy(3, 3);
        assertEquals(1, Npz.read(new ByteArrayInputStream(zip("a.npy", good)), "good").size());
        for (String name : List.of("../a.npy", "/a.npy", "a/../../b.npy", "C:a.npy", "..\\a.npy", "a//b.npy", "./a.npy", "a\nb.npy", ".npy")) {
            refused(zip(name, good), "name");
        }
        refused(zip("a.txt", good), "no npy array");
        refused(zip("folder/", new byte[0]), "no npy array");
        assertThrows(ArgumentException.class, () -> Npz.write(dir.resolve("x.npz"), Map.of("../a", Tensor.scalar(1))));
        assertFalse(Files.exists(dir.resolve("x.npz")));
    }

    @Test
    void namesThatComeTwiceAreRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("aa.npy", "ab.npy")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(npy(3, 3));
            }
        }
        String text = out.toString(StandardCharsets.ISO_8859_1).replace("ab.npy", "aa.npy");
        refused(text.getBytes(StandardCharsets.ISO_8859_1), "twice");
    }

    @Test
    void claimsBeyondTheBytesAreRefused() throws IOException {
        refused(zip("a.npy", npy(2_000_000_000, 10)), "bytes");
        refused(zip("a.npy", npy(3, 4)), "follow");
        refused(zip("a.npy", new byte[0]), "magic");
        refused(new byte[0], "");
        refused(npy(3, 3), "");
        byte[] bomb = zip("a.npy", npy(2_000_000_000, 10));         // the directory lies as well
        ByteBuffer b = ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN);
        int directory = indexOf(bomb, new byte[] {'P', 'K', 1, 2});
        b.putInt(directory + 24, 2_000_000_100);
        Damage.refused(dir.resolve("bomb.npz"), bomb, Npz::read, "cannot be");
    }

    @Test
    void checksumsCount() throws IOException {
        Path file = dir.resolve("a.npz");
        Npz.write(file, Map.of("a", Tensor.arange(10)));
        byte[] bytes = Damage.resource("stored.npz");
        int labels = lastIndexOf(bytes, new byte[] {2, 0, 0, 0, 0, 0, 0, 0});
        bytes[labels] = 1;
        refused(bytes, "");
        Damage.refused(dir.resolve("crc.npz"), bytes, Npz::read, "checksum");
    }

    private static int indexOf(byte[] a, byte[] part) {
        return new String(a, StandardCharsets.ISO_8859_1).indexOf(new String(part, StandardCharsets.ISO_8859_1));
    }

    private static int lastIndexOf(byte[] a, byte[] part) {
        int first = indexOf(a, "labels.npy".getBytes(StandardCharsets.US_ASCII));
        byte[] rest = Arrays.copyOfRange(a, first, a.length);
        int header = indexOf(rest, new byte[] {'\n'});
        return first + header + 1 + indexOf(Arrays.copyOfRange(rest, header + 1, rest.length), part);
    }

    @Test
    void damageEverywhereEndsInTheLibrarysOwnErrors() {
        for (String name : List.of("stored.npz", "deflated.npz")) {
            byte[] good = Damage.resource(name);
            Damage.everywhere(dir.resolve(name), good, Npz::read);
            for (int i = 0; i < good.length; i++) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) (1 << i % 8);
                try {
                    Npz.read(new ByteArrayInputStream(bad), name);
                } catch (LoamException e) {
                    assertTrue(e.getMessage().contains(name), e.getMessage());
                }
            }
        }
        assertThrows(MissingDataException.class, () -> Npz.read(dir.resolve("nothing.npz")));
    }
}
