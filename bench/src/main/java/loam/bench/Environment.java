package loam.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the numbers depend on. */
public final class Environment {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** What makes a model, as the system writes it. */
    private static final List<String> MODEL = List.of("vendor_id", "cpu family", "model", "stepping");

    private Environment() { }

    /** All that is known before anything is measured. The property {@code loam.bench.commit} names the tree that was built. */
    static Map<String, Object> facts() {
        Map<String, Object> m = new LinkedHashMap<>();
        List<String> cpuInfo = cpuInfo();
        m.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        String commit = System.getProperty("loam.bench.commit", "");
        m.put("commit", commit.isBlank() ? null : commit);
        m.put("jdk", System.getProperty("java.runtime.version"));
        m.put("vm", System.getProperty("java.vm.name"));
        String name = value(cpuInfo, "model name");
        m.put("processor", name == null ? System.getProperty("os.arch") : name);
        m.put("processorModel", processorModel(cpuInfo));
        m.put("cores", Runtime.getRuntime().availableProcessors());
        m.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        m.put("loadAtStart", load());
        return m;
    }

    /** The system's load average over the last minute; null where there is none. */
    static Double load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? null : load;
    }

    /**
     * The processor's vendor, family, model and stepping by these names, from the lines of {@code /proc/cpuinfo}; null unless all four are there.
     * Two processors of one name may differ in them, and in their rate.
     */
    public static Map<String, String> processorModel(List<String> cpuInfo) {
        Map<String, String> model = new LinkedHashMap<>();
        for (String key : MODEL) {
            String value = value(cpuInfo, key);
            if (value == null) {
                return null;
            }
            model.put(key.replaceAll("_id|cpu ", ""), value);
        }
        return model;
    }

    /** What stands behind a key in its first line; null when it stands nowhere. */
    private static String value(List<String> lines, String key) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon >= 0 && line.substring(0, colon).trim().equals(key)) {
                return line.substring(colon + 1).trim();
            }
        }
        return null;
    }

    /** The system's own description; empty where there is none. */
    private static List<String> cpuInfo() {
        try {
            return Files.exists(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
