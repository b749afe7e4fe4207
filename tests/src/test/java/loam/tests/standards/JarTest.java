package loam.tests.standards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Would catch a jar without its module name or licence, compiled for too new a Java, or core jars that grow too big.
 * Needs the jars, so it says nothing in a run that stops at Maven's test phase.
 */
@Tag("fast")
class JarTest {
    private static final long CORE_BYTES = 2_000_000;
    private static final int JAVA_17 = 61;

    private static Path jar(String module) throws IOException {
        Path target = Repo.root().resolve(module).resolve("target");
        assumeTrue(Files.isDirectory(target), "not built");
        try (Stream<Path> files = Files.list(target)) {
            var pattern = FileSystems.getDefault().getPathMatcher("glob:loam-" + module + "-*.jar");
            var found = files.filter(file -> pattern.matches(file.getFileName())).findFirst();
            assumeTrue(found.isPresent(), "no jar in this run");
            return found.get();
        }
    }

    @Test
    void coreJarsAreSmall() throws IOException {
        long bytes = 0;
        for (String module : Repo.CORE) {
            bytes += Files.size(jar(module));
        }
        assertTrue(bytes < CORE_BYTES, "the core jars have " + bytes + " bytes together");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensor", "autograd", "nn", "optim", "methods"})
    void jarIsWellFormed(String module) throws IOException {
        try (JarFile jar = new JarFile(jar(module).toFile())) {
            Attributes main = jar.getManifest().getMainAttributes();
            assertEquals("loam." + module, main.getValue("Automatic-Module-Name"));
            assertNull(main.getValue("Multi-Release"), "one set of classes for every Java");
            assertNull(jar.getEntry("module-info.class"), "its dependencies have no module descriptors");
            assertNotNull(jar.getEntry("META-INF/LICENSE"), "the licence");
            for (JarEntry entry : jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
                try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                    assertEquals(0xCAFEBABE, in.readInt(), entry.getName());
                    assertEquals(0, in.readUnsignedShort(), "a preview feature: " + entry.getName());
                    assertEquals(JAVA_17, in.readUnsignedShort(), entry.getName());
                }
            }
        }
    }
}
