package loam.tensor.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import loam.tensor.DType;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * Safetensors files: a JSON header with each tensor's type, shape and place, then the bytes. {@link #read} reads all tensors at
 * once; {@link #open} reads each when it is asked for. The header is checked before any tensor: its length, each tensor's length
 * against its shape, and that the tensors fill the file without gaps, overlaps or rest. What does not fit is a
 * {@link loam.tensor.FormatException}. Writing is whole or not at all, equal byte for byte for equal tensors.
 * Source: the format description of huggingface/safetensors.
 */
public final class Safetensors implements AutoCloseable {
    private static final String FORMAT = "safetensors";
    private static final String METADATA = "__metadata__";
    private static final long MAX_HEADER = 100_000_000;

    private record Entry(String name, DType dtype, Shape shape, long begin, long end) {
    }

    private final String file;
    private final FileChannel in;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private long dataStart;

    private Safetensors(String file, FileChannel in) {
        this.file = file;
        this.in = in;
    }

    // ---- reading

    /** Opens a file and checks its header; close it afterwards. */
    public static Safetensors open(Path path) {
        String file = Source.name(path);
        return Source.reading(FORMAT, file, () -> {
            FileChannel in = FileChannel.open(path);
            try {
                Safetensors s = new Safetensors(file, in);
                s.header();
                return s;
            } catch (RuntimeException | IOException e) {
                in.close();
                throw e;
            }
        });
    }

    /** Reads all tensors, in the order of the header. */
    public static Map<String, Tensor> read(Path path) {
        try (Safetensors s = open(path)) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            for (String name : s.names()) {
                all.put(name, s.get(name));
            }
            return all;
        }
    }

    /** The names of the tensors, in the order of the header. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** The free text that the file carries about itself. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The shape of a tensor, without reading it. */
    public Shape shape(String name) {
        return entry(name).shape;
    }

    /** The element type of a tensor, without reading it. */
    public DType dtype(String name) {
        return entry(name).dtype;
    }

    /** Reads one tensor; several threads take turns. */
    public synchronized Tensor get(String name) {
        Entry e = entry(name);
        if (!in.isOpen()) {
            throw Failure.of(FORMAT, "the file is closed").fact("file", file).state();
        }
        return Source.reading(FORMAT, file, () -> {
            in.position(dataStart + e.begin);
            Source source = new Source(in, FORMAT, file + "!" + name, Math.min(e.end - e.begin, in.size() - dataStart - e.begin));
            return Codec.read(source, e.dtype, e.shape, ByteOrder.LITTLE_ENDIAN);
        });
    }

    private Entry entry(String name) {
        Entry e = entries.get(name);
        if (e == null) {
            throw Failure.of(FORMAT, "there is no tensor '" + name + "'").fact("file", file)
                    .fact("tensors", Npz.firstNames(entries.keySet())).argument();
        }
        return e;
    }

    @Override
    public void close() {
        Source.reading(FORMAT, file, () -> {
            in.close();
            return null;
        });
    }

    private void header() throws IOException {
        Source source = new Source(in, FORMAT, file, in.size());
        long length = ByteBuffer.wrap(source.bytes(8, "the header length")).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > MAX_HEADER || length > source.left()) {
            throw source.bad("the header claims " + Long.toUnsignedString(length) + " bytes; the file has " + source.left()
                    + " left, and at most " + MAX_HEADER + " are allowed");
        }
        byte[] bytes = source.bytes((int) length, "the header");
        dataStart = 8 + length;
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw source.failure("the header is no UTF-8").cause(e).format();
        }
        if (text.charAt(0) != '{') {
            throw source.bad("the header does not begin with '{'");
        }
        Map<?, ?> map = (Map<?, ?>) Json.parse(text, file);
        for (Map.Entry<?, ?> item : map.entrySet()) {
            String name = (String) item.getKey();
            if (name.equals(METADATA)) {
                metadata(source, item.getValue());
            } else {
                entries.put(name, entry(source, name, item.getValue()));
            }
        }
        checkCover(source, in.size() - dataStart);
    }

    private void metadata(Source source, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw source.bad("the metadata is no object");
        }
        for (Map.Entry<?, ?> item : map.entrySet()) {
            if (!(item.getValue() instanceof String text)) {
                throw source.bad("the metadata '" + EntryNames.printable((String) item.getKey()) + "' is no string");
            }
            metadata.put((String) item.getKey(), text);
        }
    }

    private static Entry entry(Source source, String name, Object value) {
        String shown = "the tensor '" + EntryNames.printable(name) + "' ";
        if (!(value instanceof Map<?, ?> map) || !map.keySet().equals(Set.of("dtype", "shape", "data_offsets"))) {
            throw source.bad(shown + "must have dtype, shape and data_offsets, and nothing else");
        }
        if (!(map.get("dtype") instanceof String type)) {
            throw source.bad(shown + "has a dtype that is no string");
        }
        Shape shape = Codec.shape(source, integers(source, shown + "shape", map.get("shape")));
        long[] place = integers(source, shown + "data_offsets", map.get("data_offsets"));
        if (place.length != 2 || place[0] < 0 || place[1] < place[0]) {
            throw source.bad(shown + "has data_offsets that are no ascending pair");
        }
        DType dtype = dtype(source, shown, type);
        long need = (long) shape.numel() * dtype.bytes();
        if (place[1] - place[0] != need) {
            throw source.bad(shown + "has " + (place[1] - place[0]) + " bytes, its shape " + shape + " of " + dtype + " needs " + need);
        }
        return new Entry(name, dtype, shape, place[0], place[1]);
    }

    private static long[] integers(Source source, String what, Object value) {
        if (!(value instanceof List<?> list)) {
            throw source.bad(what + " is no list");
        }
        long[] out = new long[list.size()];
        for (int i = 0; i < out.length; i++) {
            if (!(list.get(i) instanceof Long v)) {
                throw source.bad(what + " holds something else than integers");
            }
            out[i] = v;
        }
        return out;
    }

    private static DType dtype(Source source, String shown, String type) {
        return switch (type) {
            case "F32", "F64", "F16", "BF16", "I32", "I64", "I8", "U8", "BOOL" -> DType.valueOf(type);
            default -> throw source.failure(shown + "has the element type '" + EntryNames.printable(type) + "'")
                    .hint("supported are F64 F32 F16 BF16 I64 I32 I8 U8 BOOL").format();
        };
    }

    /** The tensors must follow each other from 0 to the end of the file. */
    private void checkCover(Source source, long bytes) {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long at = 0;
        for (Entry e : sorted) {
            if (e.begin != at) {
                throw source.bad("the tensor '" + EntryNames.printable(e.name) + "' begins at byte " + e.begin + " of the data, where "
                        + at + " was expected: the tensors " + (e.begin < at ? "overlap" : "leave a gap"));
            }
            at = e.end;
        }
        if (at != bytes) {
            throw source.failure("the header places " + at + " bytes, the file has " + bytes)
                    .hint(at > bytes ? "it was cut off; copy or download it again" : "something was appended to it").format();
        }
    }

    // ---- writing

    /** Writes the tensors; the header keeps the order of the map. */
    public static void write(Path path, Map<String, Tensor> tensors) {
        write(path, tensors, Map.of());
    }

    /** Writes the tensors with free text about them; the header keeps the order of the map. */
    public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> about) {
        Map<String, Object> header = new LinkedHashMap<>();
        if (!about.isEmpty()) {
            header.put(METADATA, new TreeMap<>(about));
        }
        List<Map.Entry<String, Tensor>> placed = new ArrayList<>(tensors.entrySet());
        placed.sort(Comparator.comparingInt(e -> -e.getValue().dtype().bytes()));       // wide types first: all stay aligned
        Map<String, List<Long>> places = new LinkedHashMap<>();
        long at = 0;
        for (Map.Entry<String, Tensor> e : placed) {
            long end = at + (long) e.getValue().numel() * e.getValue().dtype().bytes();
            places.put(e.getKey(), List.of(at, end));
            at = end;
        }
        for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
            if (e.getKey().equals(METADATA)) {
                throw Failure.of(FORMAT, "the name '" + METADATA + "' is reserved").fact("file", path).argument();
            }
            List<Integer> shape = Arrays.stream(e.getValue().shape().toArray()).boxed().toList();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", e.getValue().dtype().name());
            entry.put("shape", shape);
            entry.put("data_offsets", places.get(e.getKey()));
            header.put(e.getKey(), entry);
        }
        byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
        int length = (json.length + 7) / 8 * 8;
        ByteBuffer head = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        head.flip();
        AtomicFile.write(path, out -> {
            Codec.drain(out, head);
            for (Map.Entry<String, Tensor> e : placed) {
                Codec.write(out, e.getValue());
            }
        });
    }
}
