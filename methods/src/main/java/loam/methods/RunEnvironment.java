package loam.methods;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import loam.tensor.Context;
import loam.tensor.kernel.KernelSets;
import loam.tensor.kernel.Kernels;

/**
 * What a run ran on.
 *
 * @param jdk       version and vendor
 * @param kernels   the kernel set
 * @param lanes     floats in a vector register, 1 without
 * @param threads   worker threads
 * @param processor its name
 */
public record RunEnvironment(String jdk, String kernels, int lanes, int threads, String processor) {
    /** The environment of this process. */
    public static RunEnvironment current() {
        Kernels k = Context.current().kernels();
        return new RunEnvironment(Runtime.version() + " " + System.getProperty("java.vendor"), k.name(), k.lanes(), KernelSets.threads(), processorName());
    }

    private static String processorName() {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        if (Files.isReadable(cpuinfo)) {
            try (Stream<String> lines = Files.lines(cpuinfo)) {
                return lines.filter(l -> l.startsWith("model name")).map(l -> l.substring(l.indexOf(':') + 1).trim()).findFirst()
                        .orElse(System.getProperty("os.arch"));
            } catch (IOException | UncheckedIOException e) {
                return System.getProperty("os.arch");
            }
        }
        String named = System.getenv("PROCESSOR_IDENTIFIER");
        return named == null ? System.getProperty("os.arch") : named;
    }
}
