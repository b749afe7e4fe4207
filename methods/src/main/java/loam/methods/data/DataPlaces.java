package loam.methods.data;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where data sets are looked for, in this order: the folders that were named, the places where packages put them, the user's cache.
 *
 * @param given    folders from {@code --data} and {@code LOAM_DATA}
 * @param packages folders of the system's packages: each may hold {@code fashion-mnist} or an npm package
 * @param cache    the folder that fetched sets are kept in
 */
public record DataPlaces(List<Path> given, List<Path> packages, Path cache) {
    public DataPlaces {
        given = List.copyOf(given);
        packages = List.copyOf(packages);
    }

    /** The places of this machine and this user; {@code folder} may be null. */
    public static DataPlaces standard(Path folder) {
        return of(folder, System.getenv(), Path.of(System.getProperty("user.dir")), Path.of(System.getProperty("user.home")));
    }

    /** The same, from a given environment. */
    public static DataPlaces of(Path folder, Map<String, String> environment, Path workingFolder, Path home) {
        List<Path> given = new ArrayList<>();
        if (folder != null) {
            given.add(folder);
        }
        addPaths(given, environment.get("LOAM_DATA"));
        List<Path> packages = new ArrayList<>();
        packages.add(Path.of("/usr/share/datasets"));
        packages.add(Path.of("/usr/local/share/datasets"));
        for (Path p = workingFolder.toAbsolutePath(); p != null; p = p.getParent()) {
            packages.add(p.resolve("node_modules"));
        }
        addPaths(packages, environment.get("NODE_PATH"));
        packages.add(home.resolve("node_modules"));
        packages.add(Path.of("/usr/local/lib/node_modules"));
        packages.add(Path.of("/usr/lib/node_modules"));
        packages.add(Path.of("/usr/share/nodejs"));
        return new DataPlaces(given, packages, cacheFolder(environment, home).resolve("data"));
    }

    /** The folder for what can be brought or made again: {@code LOAM_CACHE}, or loam in the user's cache folder. */
    public static Path cacheFolder(Map<String, String> environment, Path home) {
        String own = environment.get("LOAM_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own);
        }
        String base = environment.getOrDefault("XDG_CACHE_HOME", environment.get("LOCALAPPDATA"));
        return (base == null || base.isBlank() ? home.resolve(".cache") : Path.of(base)).resolve("loam");
    }

    private static void addPaths(List<Path> to, String list) {
        if (list == null) {
            return;
        }
        for (String part : list.split(File.pathSeparator)) {
            if (!part.isBlank()) {
                to.add(Path.of(part.strip()));
            }
        }
    }
}
