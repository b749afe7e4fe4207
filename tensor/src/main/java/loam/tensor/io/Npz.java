package loam.tensor.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import loam.tensor.Failure;
import loam.tensor.LoamException;
import loam.tensor.Tensor;

/**
 * NumPy's archives of named arrays, {@code .npz}: a zip file with one npy entry for each array, stored or deflated.
 * {@link #read} reads all arrays at once; {@link #open} reads each when it is asked for. Names and checksums are checked; a damaged or
 * hostile file is a {@link loam.tensor.FormatException}; nothing is ever unpacked to disk, and memory is taken only for bytes
 * that are really there. Written archives are equal byte for byte when their arrays are.
 */
public final class Npz implements AutoCloseable {
    private static final String FORMAT = "npz";
    private static final String SUFFIX = ".npy";
    private static final long MAX_RATIO = 1032;                // of deflate: 258 bytes from 2 bits
    private static final int MAX_ENTRIES = 1 << 16;
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final String file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>();
    private boolean closed;

    private Npz(String file, ZipFile zip) {
        this.file = file;
        this.zip = zip;
    }

    // ---- reading

    /** Opens an archive to read its arrays one by one; close it afterwards. */
    public static Npz open(Path path) {
        String file = Source.name(path);
        return reading(file, () -> {
            if (!Files.exists(path)) {
                throw new NoSuchFileException(file);
            }
            Npz npz = new Npz(file, new ZipFile(path.toFile()));
            try {
                npz.list(Files.size(path));
            } catch (RuntimeException | IOException e) {
                npz.zip.close();
                throw e;
            }
            return npz;
        });
    }

    /** Reads all arrays, in the order of the file. */
    public static Map<String, Tensor> read(Path path) {
        try (Npz npz = open(path)) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            for (String name : npz.names()) {
                all.put(name, npz.get(name));
            }
            return all;
        }
    }

    /** Reads all arrays from a stream (a resource, say); errors call it {@code name}. The caller closes the stream. */
    public static Map<String, Tensor> read(InputStream in, String name) {
        return reading(name, () -> {
            Map<String, Tensor> all = new LinkedHashMap<>();
            EntryNames names = new EntryNames(source(null, name, -1));
            ZipInputStream zip = new ZipInputStream(in, StandardCharsets.UTF_8);
            ZipEntry entry = zip.getNextEntry();
            if (entry == null) {
                throw Failure.of(FORMAT, "this is no npz file: it does not begin with a zip entry").fact("file", name).format();
            }
            for (; entry != null; entry = zip.getNextEntry()) {
                String array = arrayName(entry, name);
                names.add(array);
                all.put(array, Npy.whole(source(zip, name + "!" + array, -1)));
                zip.closeEntry();
            }
            return all;
        });
    }

    private void list(long bytes) {
        EntryNames names = new EntryNames(source(null, file, -1));
        if (zip.size() > MAX_ENTRIES) {
            throw Failure.of(FORMAT, zip.size() + " entries; at most " + MAX_ENTRIES + " are allowed").fact("file", file).format();
        }
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = arrayName(entry, file);
            names.add(name);
            long packed = entry.getCompressedSize();
            long size = entry.getSize();
            boolean stored = entry.getMethod() == ZipEntry.STORED;
            if (packed < 0 || size < 0 || packed > bytes || stored && packed != size || size / MAX_RATIO > packed) {
                throw Failure.of(FORMAT, "the entry claims " + size + " bytes from " + packed + ", which cannot be")
                        .fact("file", file).fact("array", name).format();
            }
            entries.put(name, entry);
        }
    }

    private static String arrayName(ZipEntry entry, String file) {
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
            throw Failure.of(FORMAT, "the entry '" + EntryNames.printable(name) + "' is no npy array").fact("file", file)
                    .hint("archives of NumPy hold nothing but entries that end in .npy").format();
        }
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /** The names of the arrays, in the order of the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** Reads one array. */
    public Tensor get(String name) {
        ZipEntry entry = entries.get(name);
        if (entry == null) {
            throw Failure.of(FORMAT, "there is no array '" + name + "'").fact("file", file).fact("arrays", firstNames(entries.keySet())).argument();
        }
        if (closed) {
            throw Failure.of(FORMAT, "the archive is closed").fact("file", file).state();
        }
        return reading(file, () -> {
            CRC32 crc = new CRC32();
            try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc)) {
                Source source = source(in, file + "!" + name, entry.getSize());
                Tensor t = Npy.whole(source);
                if (crc.getValue() != entry.getCrc()) {
                    throw source.bad("the checksum does not fit: the data is damaged");
                }
                return t;
            }
        });
    }

    static String firstNames(Set<String> names) {
        List<String> first = names.stream().limit(8).toList();
        return String.join(", ", first) + (names.size() > 8 ? ", ... (" + names.size() + ")" : "");
    }

    @Override
    public void close() {
        closed = true;
        reading(file, () -> {
            zip.close();
            return null;
        });
    }

    private static Source source(InputStream in, String name, long bytes) {
        return new Source(in == null ? null : Channels.newChannel(in), FORMAT, name, bytes);
    }

    /** The runtime reports some damaged names and sizes of zip files as wrong arguments. */
    private static <T> T reading(String file, Source.Reading<T> body) {
        return Source.reading(FORMAT, file, () -> {
            try {
                return body.run();
            } catch (LoamException e) {
                throw e;
            } catch (RuntimeException e) {
                throw Failure.of(FORMAT, "the file is damaged: " + e.getMessage()).fact("file", file).cause(e).format();
            }
        });
    }

    // ---- writing

    /** Writes the arrays in the order of the map, without compression, as NumPy's {@code savez}. */
    public static void write(Path path, Map<String, Tensor> arrays) {
        write(path, arrays, Deflater.NO_COMPRESSION);
    }

    /** Writes the arrays in the order of the map, deflated, as NumPy's {@code savez_compressed}. */
    public static void writeCompressed(Path path, Map<String, Tensor> arrays) {
        write(path, arrays, Deflater.DEFAULT_COMPRESSION);
    }

    private static void write(Path path, Map<String, Tensor> arrays, int level) {
        for (String name : arrays.keySet()) {
            String fault = EntryNames.fault(name);
            if (fault != null) {
                throw Failure.of(FORMAT, "the name '" + EntryNames.printable(name) + "' " + fault).fact("file", path).argument();
            }
        }
        AtomicFile.write(path, out -> fill(out, arrays, level));
    }

    private static void fill(FileChannel out, Map<String, Tensor> arrays, int level) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(out), 1 << 16), StandardCharsets.UTF_8);
        zip.setLevel(level);
        for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
            ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
            entry.setTimeLocal(EPOCH);
            zip.putNextEntry(entry);
            Npy.write(Channels.newChannel(zip), array.getValue(), array.getKey());
            zip.closeEntry();
        }
        zip.finish();
        zip.flush();
    }
}
