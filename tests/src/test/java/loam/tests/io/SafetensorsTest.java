package loam.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.tensor.ArgumentException;
import loam.tensor.DType;
import loam.tensor.MissingDataException;
import loam.tensor.Shape;
import loam.tensor.StateException;
import loam.tensor.Tensor;
import loam.tensor.io.Safetensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: tensors that come back changed, a header that is trusted (lengths, places, overlaps, gaps, names twice, depth), memory
 * taken for what a header only claims, and other errors than the library's own from damaged files.
 */
@Tag("fast")
class SafetensorsTest {
    @TempDir
    Path dir;

    private static Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("mask", Tensor.ofBooleans(Shape.of(3), true, false, true));
        all.put("features.0.weight", Tensor.arange(6).reshape(2, 3).t());
        all.put("steps", Tensor.ofLongs(Shape.scalar(), Long.MAX_VALUE - 3));
        all.put("d", Tensor.ofDoubles(Shape.of(2), 1e300, Double.NaN));
        all.put("i", Tensor.ofInts(Shape.of(1, 2), Integer.MIN_VALUE, 5));
        all.put("half", Tensor.of(0.5f, -65504f, 1e-7f).to(DType.F16));
        all.put("brain", Tensor.of(1, 3e38f).to(DType.BF16));
        all.put("u", Tensor.of(0, 255).to(DType.U8));
        all.put("s", Tensor.of(-128, 127).to(DType.I8));
        all.put("none", Tensor.zeros(Shape.of(0, 4)));
        return all;
    }

    @Test
    void everyTypeComesBack() throws IOException {
        Path file = dir.resolve("all.safetensors");
        Safetensors.write(file, tensors(), Map.of("step", "12", "note", "\"quoted\"\n\u00e9"));
        Map<String, Tensor> back = Safetensors.read(file);
        assertEquals(List.copyOf(tensors().keySet()), List.copyOf(back.keySet()));
        tensors().forEach((name, t) -> {
            assertEquals(t.dtype(), back.get(name).dtype(), name);
            assertEquals(t.shape(), back.get(name).shape(), name);
            assertArrayEquals(t.toDoubles(), back.get(name).toDoubles(), name);
            assertArrayEquals(t.toLongs(), back.get(name).toLongs(), name);
        });
        try (Safetensors s = Safetensors.open(file)) {
            assertEquals(Map.of("step", "12", "note", "\"quoted\"\n\u00e9"), s.metadata());
            assertEquals(Shape.of(3, 2), s.shape("features.0.weight"));
            assertEquals(DType.BF16, s.dtype("brain"));
            assertEquals(5, s.get("i").at(0, 1));
            assertThrows(ArgumentException.class, () -> s.get("nothing"));
        }
        Safetensors closed = Safetensors.open(file);
        closed.close();
        assertThrows(StateException.class, () -> closed.get("i"));
        byte[] bytes = Files.readAllBytes(file);
        Safetensors.write(file, tensors(), Map.of("note", "\"quoted\"\n\u00e9", "step", "12"));
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] h = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + h.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN).putLong(h.length).put(h).array();
    }

    @Test
    void handMadeBytesAreRead() {
        byte[] bytes = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}   ", 4);
        bytes[bytes.length - 2] = (byte) 0x80;
        bytes[bytes.length - 1] = 0x3F;
        assertEquals(1, Safetensors.read(Damage.put(dir.resolve("hand"), bytes)).get("a").item());
        assertTrue(Safetensors.read(Damage.put(dir.resolve("none"), file("{}", 0))).isEmpty());
    }

    private static String entry(String name, String dtype, String shape, String offsets) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
    }

    private void refused(String header, int dataBytes, String... parts) {
        Damage.refused(dir.resolve("hostile.safetensors"), file(header, dataBytes), Safetensors::read, parts);
    }

    @Test
    void placesThatDoNotFitAreRefused() {
        String a = entry("a", "F32", "[2]", "[0,8]");
        refused("{" + a + "," + entry("b", "F32", "[2]", "[4,12]") + "}", 12, "overlap", "'b'");
        refused("{" + a + "," + entry("b", "F32", "[2]", "[12,20]") + "}", 20, "gap");
        refused("{" + a + "," + entry("b", "F32", "[2]", "[0,8]") + "}", 8, "overlap");
        refused("{" + a + "}", 12, "12");
        refused("{" + a + "}", 4, "cut off");
        refused("{" + entry("a", "F32", "[3]", "[0,8]") + "}", 8, "needs 12");
        refused("{" + entry("a", "F32", "[2]", "[8,0]") + "}", 8, "ascending");
        refused("{" + entry("a", "F32", "[2]", "[-8,0]") + "}", 8, "ascending");
        refused("{" + entry("a", "F32", "[2]", "[0,8,9]") + "}", 8, "ascending");
        refused("{" + entry("a", "F32", "[2]", "[0,8.0]") + "}", 8, "integers");
        refused("{" + entry("a", "F32", "[536870911]", "[0,2147483644]") + "}", 8, "cut off");
        refused("{" + entry("a", "F32", "[2147483647]", "[0,8589934588]") + "}", 8, "cut off");
        refused("{" + entry("a", "F32", "[65536,65536]", "[0,17179869184]") + "}", 8, "2^31-1 elements");
        refused("{" + entry("a", "F32", "[99999999999999999999]", "[0,8]") + "}", 8, "integers");
        refused("{" + entry("a", "F32", "[-2]", "[0,8]") + "}", 8, "extent");
        refused("{" + entry("a", "F8_E4M3", "[2]", "[0,2]") + "}", 2, "F8_E4M3");
    }

    @Test
    void headersThatAreNoHeadersAreRefused() {
        refused("[1]", 0, "'{'");
        refused(" {}", 0, "'{'");
        refused("{\"a\":1}", 0, "dtype, shape and data_offsets");
        refused("{" + entry("a", "F32", "[1]", "[0,4]") + "," + entry("a", "F32", "[1]", "[4,8]") + "}", 8, "twice");
        refused("{\"__metadata__\":{\"k\":1}}", 0, "metadata");
        refused("{\"__metadata__\":[]}", 0, "metadata");
        refused("{\"a\":" + "[".repeat(100_000) + "]}", 0, "levels");
        refused("{}{}", 0, "more text");
        refused("{\"a\":}", 0, "value");
        Path file = dir.resolve("short.safetensors");
        Damage.refused(file, new byte[] {1, 2, 3}, Safetensors::read, "header length");
        for (long claim : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, 0, 1, 99_999_999, 1L << 40}) {
            byte[] bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(claim).array();
            Damage.refused(file, bytes, Safetensors::read, "claims " + Long.toUnsignedString(claim));
        }
        byte[] latin = file("{\"?\":1}", 0);
        latin[10] = (byte) 0xE9;
        Damage.refused(file, latin, Safetensors::read, "UTF-8");
    }

    @Test
    void damageEverywhereEndsInTheLibrarysOwnErrors() throws IOException {
        Path file = dir.resolve("small.safetensors");
        Map<String, Tensor> small = new LinkedHashMap<>(tensors());
        small.keySet().retainAll(List.of("mask", "i", "half"));
        Safetensors.write(file, small, Map.of("k", "v"));
        Damage.everywhere(file, Files.readAllBytes(file), Safetensors::read);
        assertThrows(MissingDataException.class, () -> Safetensors.read(dir.resolve("nothing")));
        assertThrows(ArgumentException.class, () -> Safetensors.write(file, Map.of("__metadata__", Tensor.scalar(1))));
    }
}
