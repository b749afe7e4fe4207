package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import loam.methods.data.DataPlaces;
import loam.methods.data.Idx;
import loam.methods.data.IdxSet;
import loam.tensor.FormatException;
import loam.tensor.LoamException;
import loam.tensor.MissingDataException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: memory taken on the word of a header, files cut short or too long, a changed file that passes as the published one, a
 * download that keeps a wrong file, a search that takes the files of another set.
 */
@Tag("fast")
class IdxTest {
    private static final byte[] IMAGES = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4};
    private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 1, 7};

    private static IdxSet set() throws Exception {
        return new IdxSet("tiny-set", List.of("tiny-set", "pack/data"), List.of(new IdxSet.Part("images", IMAGES.length, sha(IMAGES)),
                new IdxSet.Part("labels", LABELS.length, sha(LABELS))), URI.create("http://localhost/"), List.of("npm install pack"));
    }

    private static String sha(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(content);
        }
        return out.toByteArray();
    }

    private static Idx.Array read(byte... bytes) throws IOException {
        return Idx.read(new ByteArrayInputStream(bytes), "file", 1000);
    }

    @Test
    void readsArrays() throws Exception {
        Idx.Array a = read(IMAGES);
        assertArrayEquals(new int[] {1, 2, 2}, a.dims());
        assertArrayEquals(new byte[] {1, 2, 3, 4}, a.bytes());
        assertEquals(0, read((byte) 0, (byte) 0, (byte) 8, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0).bytes().length);
    }

    @Test
    void refusesDamagedFiles() {
        Map<String, byte[]> damaged = new HashMap<>();
        damaged.put("does not start like", new byte[] {1, 0, 8, 1, 0, 0, 0, 0});
        damaged.put("does not start like ", new byte[] {0, 0});
        damaged.put("not unsigned bytes", new byte[] {0, 0, 13, 1, 0, 0, 0, 0});
        damaged.put("dimensions", new byte[] {0, 0, 8, 0});
        damaged.put("inside its header", new byte[] {0, 0, 8, 2, 0, 0, 0, 1, 0});
        damaged.put("asks for more", new byte[] {0, 0, 8, 2, 127, -1, -1, -1, 127, -1, -1, -1});
        damaged.put("asks for more ", new byte[] {0, 0, 8, 1, -1, -1, -1, -1});
        damaged.put("ends after 1 of the 2", new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 5});
        damaged.put("goes on after", new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 5, 6});
        damaged.forEach((reason, bytes) -> {
            String message = assertThrows(FormatException.class, () -> read(bytes)).getMessage();
            assertTrue(message.contains(reason.strip()) && message.contains("file"), message);
        });
        // 2 GB promised, nothing behind it: must fail without asking for the memory.
        assertThrows(FormatException.class, () -> Idx.read(new ByteArrayInputStream(new byte[] {0, 0, 8, 1, 127, -1, -1, -1}), "file", Integer.MAX_VALUE));
    }

    @Test
    void looksInTheGivenFoldersFirstAndChecksContents(@TempDir Path temp) throws Exception {
        IdxSet set = set();
        Path packages = temp.resolve("modules");
        DataPlaces none = new DataPlaces(List.of(temp.resolve("given")), List.of(packages), temp.resolve("cache"));
        MissingDataException missing = assertThrows(MissingDataException.class, () -> set.load(none));
        assertTrue(missing.getMessage().contains("loam data fetch tiny-set") && missing.getMessage().contains("npm install pack"), missing.getMessage());
        write(packages.resolve("pack/data"), gzip(IMAGES), LABELS, ".gz", "");
        assertEquals(packages.resolve("pack/data"), set.load(none).folder());
        write(temp.resolve("given"), IMAGES, LABELS, "", "");
        IdxSet.Loaded loaded = set.load(none);
        assertEquals(temp.resolve("given"), loaded.folder());
        assertEquals(4, loaded.arrays().get("images").bytes().length);
        byte[] both = new byte[IMAGES.length + LABELS.length];
        System.arraycopy(IMAGES, 0, both, 0, IMAGES.length);
        System.arraycopy(LABELS, 0, both, IMAGES.length, LABELS.length);
        assertEquals(sha(both), loaded.sha256());
        byte[] other = LABELS.clone();
        other[8] = 6;
        write(temp.resolve("given"), IMAGES, other, "", "");
        assertEquals(packages.resolve("pack/data"), set.load(none).folder(), "files of another set right in the folder are not taken");
        write(temp.resolve("given/tiny-set"), IMAGES, other, "", "");
        assertTrue(assertThrows(FormatException.class, () -> set.load(none)).getMessage().contains("not the published one"));
    }

    @Test
    void fetchesChecksAndKeepsNothingWrong(@TempDir Path temp) throws Exception {
        IdxSet set = set();
        Map<String, byte[]> served = new HashMap<>(Map.of("/images.gz", gzip(IMAGES), "/labels.gz", gzip(IMAGES)));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = served.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        try {
            URI base = URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":" + server.getAddress().getPort() + "/");
            DataPlaces places = new DataPlaces(List.of(), List.of(), temp.resolve("cache"));
            assertTrue(assertThrows(LoamException.class, () -> set.fetch(places, base, (a, b, t) -> { })).getMessage().contains("not the published file"));
            served.remove("/labels.gz");
            assertTrue(assertThrows(MissingDataException.class, () -> set.fetch(places, base, (a, b, t) -> { })).getMessage().contains("404"));
            served.put("/labels.gz", "no gzip at all".getBytes(StandardCharsets.UTF_8));
            assertThrows(LoamException.class, () -> set.fetch(places, base, (a, b, t) -> { }));
            served.put("/labels.gz", new byte[100_000]);
            assertTrue(assertThrows(LoamException.class, () -> set.fetch(places, base, (a, b, t) -> { })).getMessage().contains("larger than"));
            try (var files = Files.list(temp.resolve("cache/tiny-set"))) {
                assertEquals(List.of("images.gz"), files.map(f -> f.getFileName().toString()).toList());
            }
            served.put("/labels.gz", gzip(LABELS));
            set.fetch(places, base, (a, b, t) -> { });
            assertEquals(temp.resolve("cache/tiny-set"), set.load(places).folder());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void placesComeFromTheEnvironment() {
        DataPlaces p = DataPlaces.of(Path.of("first"), Map.of("LOAM_DATA", "/second", "XDG_CACHE_HOME", "/caches"), Path.of("/a/b"), Path.of("/home"));
        assertEquals(List.of(Path.of("first"), Path.of("/second")), p.given());
        assertEquals(Path.of("/caches/loam/data"), p.cache());
        assertTrue(p.packages().contains(Path.of("/a/node_modules")));
        assertEquals(Path.of("/home/.cache/loam/data"), DataPlaces.of(null, Map.of(), Path.of("/a"), Path.of("/home")).cache());
    }

    private static void write(Path folder, byte[] images, byte[] labels, String imagesEnd, String labelsEnd) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("images" + imagesEnd), images);
        Files.write(folder.resolve("labels" + labelsEnd), labels);
    }
}
