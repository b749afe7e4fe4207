package loam.tests.golden;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads the committed npz resources without the library's own reader, so that a fault there cannot hide one here. */
final class NpzReader {
    private static final Pattern HEADER = Pattern.compile("'descr': '([^']+)', 'fortran_order': (False|True), 'shape': \\(([^)]*)\\)");

    private NpzReader() {
    }

    /** One array: type "f4", "f8", "i8" or "b1", shape, elements in row-major order. */
    record Stored(String type, int[] shape, ByteBuffer data) {
        int size() {
            return data.limit() / width();
        }

        int width() {
            return type.charAt(1) - '0';
        }

        /** Element i; booleans are 0 and 1, float32 values are widened. */
        double at(int i) {
            return switch (type) {
                case "f4" -> data.getFloat(4 * i);
                case "f8" -> data.getDouble(8 * i);
                case "i8" -> data.getLong(8 * i);
                case "b1" -> data.get(i);
                default -> throw new IllegalStateException("unknown type " + type);
            };
        }

        double[] doubles() {
            double[] out = new double[size()];
            for (int i = 0; i < out.length; i++) {
                out[i] = at(i);
            }
            return out;
        }
    }

    static Map<String, Stored> read(String resource) {
        Map<String, Stored> out = new LinkedHashMap<>();
        try (InputStream in = NpzReader.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            ZipInputStream zip = new ZipInputStream(in);
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                out.put(e.getName().replaceAll("\\.npy$", ""), parse(resource + "!" + e.getName(), zip.readAllBytes()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
        return out;
    }

    private static Stored parse(String name, byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = all.getShort(8);
        Matcher m = HEADER.matcher(new String(bytes, 10, length, StandardCharsets.US_ASCII));
        if (bytes[6] != 1 || !m.find() || m.group(2).equals("True")) {
            throw new IllegalStateException("not an array as the generator writes them: " + name);
        }
        String[] dims = m.group(3).isBlank() ? new String[0] : m.group(3).replaceAll("[ ]|,$", "").split(",");
        int[] shape = new int[dims.length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = Integer.parseInt(dims[i]);
        }
        ByteBuffer data = all.slice(10 + length, bytes.length - 10 - length).order(ByteOrder.LITTLE_ENDIAN);
        return new Stored(m.group(1).substring(1), shape, data);
    }
}
