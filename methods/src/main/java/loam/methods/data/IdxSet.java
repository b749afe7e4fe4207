package loam.methods.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import loam.tensor.Failure;

/**
 * A published set of IDX files: what they are called, what they contain, and where they are found.
 *
 * @param slug     its name here and its folder in the cache
 * @param folders  where it lies below a folder of data sets or of packages, in order
 * @param parts    its files
 * @param address  the folder on the net that has each part as {@code file.gz}
 * @param packages the commands that install it where it is found, for the message
 */
public record IdxSet(String slug, List<String> folders, List<Part> parts, URI address, List<String> packages) {
    /**
     * One file.
     *
     * @param file   its plain name; {@code file.gz} is accepted too
     * @param bytes  its size, unpacked
     * @param sha256 of its content, unpacked
     */
    public record Part(String file, int bytes, String sha256) {
    }

    /**
     * The contents of all parts.
     *
     * @param arrays by file name
     * @param folder where they were found
     * @param sha256 of the contents one after the other
     */
    public record Loaded(Map<String, Idx.Array> arrays, Path folder, String sha256) {
    }

    public IdxSet {
        folders = List.copyOf(folders);
        parts = List.copyOf(parts);
        packages = List.copyOf(packages);
    }

    /** The folder that holds all parts, if there is one. Contents are not checked. */
    public Optional<Path> locate(DataPlaces places) {
        for (Path root : places.given()) {
            for (Path folder : below(root)) {
                if (complete(folder)) {
                    return Optional.of(folder);
                }
            }
            // Several sets use the same file names, so files right in the folder count only when their contents fit.
            if (complete(root) && matches(root, smallest())) {
                return Optional.of(root);
            }
        }
        for (Path root : places.packages()) {
            for (Path folder : below(root)) {
                if (complete(folder)) {
                    return Optional.of(folder);
                }
            }
        }
        Path cached = cached(places);
        return complete(cached) ? Optional.of(cached) : Optional.empty();
    }

    /** Finds and reads all parts and checks their sums; a MissingDataException says how to bring them. */
    public Loaded load(DataPlaces places) {
        Path folder = locate(places).orElseThrow(() -> missing(places));
        Map<String, Idx.Array> arrays = new LinkedHashMap<>();
        MessageDigest all = Checksum.sha256();
        for (Part part : parts) {
            Path file = file(folder, part).orElseThrow(() -> missing(places));
            MessageDigest own = Checksum.sha256();
            try (InputStream in = new DigestInputStream(new DigestInputStream(open(file), own), all)) {
                arrays.put(part.file(), Idx.read(in, file.toString(), part.bytes()));
            } catch (IOException e) {
                throw Failure.of(slug, "a file of the set cannot be read").fact("file", file).cause(e).hint(refresh()).format();
            }
            String sum = Checksum.hex(own);
            if (!sum.equals(part.sha256())) {
                throw Failure.of(slug, "a file is not the published one").fact("file", file).fact("SHA-256", sum)
                        .fact("expected", part.sha256()).hint(refresh()).format();
            }
        }
        return new Loaded(arrays, folder, Checksum.hex(all));
    }

    /** Downloads what is not in the cache yet, checks it, and returns the folder. {@code from} is the folder on the net. */
    public Path fetch(DataPlaces places, URI from, Download.Listener listener) {
        Path folder = cached(places);
        for (Part part : parts) {
            if (file(folder, part).isPresent() && matches(folder, part)) {
                continue;
            }
            Path target = folder.resolve(part.file() + ".gz");
            Download.fetch(from.resolve(part.file() + ".gz"), target, part.bytes() + (part.bytes() >> 3) + 4096L, listener, partial -> check(partial, part));
        }
        return folder;
    }

    /** The error for a set that is not on this machine. */
    public RuntimeException missing(DataPlaces places) {
        List<String> ways = new ArrayList<>();
        ways.add("loam data fetch " + slug);
        ways.addAll(packages);
        return Failure.of(slug, "the data set is not on this machine")
                .fact("looked in", String.join(", ", places.given().stream().map(Path::toString).toList())
                        + (places.given().isEmpty() ? "" : ", ") + "the folders of packages, " + cached(places))
                .hint(String.join(", or ", ways) + ", or name its folder with --data DIR or LOAM_DATA").missingData();
    }

    private void check(Path partial, Part part) {
        try (InputStream in = open(partial)) {
            String sum = Checksum.of(in, part.bytes());
            if (!sum.equals(part.sha256())) {
                throw Failure.of(slug, "what was downloaded is not the published file").fact("file", part.file())
                        .fact("SHA-256", sum).fact("expected", part.sha256()).format();
            }
        } catch (IOException e) {
            throw Failure.of(slug, "what was downloaded cannot be unpacked").fact("file", part.file()).cause(e).format();
        }
    }

    private Path cached(DataPlaces places) {
        return places.cache().resolve(slug);
    }

    private List<Path> below(Path root) {
        return folders.stream().map(root::resolve).toList();
    }

    private boolean complete(Path folder) {
        return parts.stream().allMatch(p -> file(folder, p).isPresent());
    }

    private Part smallest() {
        return parts.stream().min(Comparator.comparingInt(Part::bytes)).orElseThrow();
    }

    private boolean matches(Path folder, Part part) {
        Optional<Path> file = file(folder, part);
        if (file.isEmpty()) {
            return false;
        }
        try (InputStream in = open(file.get())) {
            return Checksum.of(in, part.bytes()).equals(part.sha256());
        } catch (IOException e) {
            return false;
        }
    }

    private String refresh() {
        return "remove the file and bring the set again: loam data fetch " + slug;
    }

    private static Optional<Path> file(Path folder, Part part) {
        String dotted = part.file().replace("-idx", ".idx");
        return List.of(part.file(), part.file() + ".gz", dotted, dotted + ".gz").stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            boolean packed = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return packed ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }
}
