package loam.tests.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Someone else's project: each artifact alone on the class path, a small program compiled against it and run in a
 * fresh virtual machine, on every Java found, with and without the vector module. Would catch a dependency that
 * only the tests' class path hides, a class that needs the vector module, an API that Java 17 can't compile.
 */
class ConsumerTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"tensor, Tensors", "autograd, Gradients", "nn, Layers", "optim, Descent", "methods, Methods"})
    void artifactWorksAlone(String artifact, String name) throws IOException, InterruptedException {
        List<Path> classPath = Artifacts.classPath(artifact);
        Program.compile(name, source(name), classPath, folder);
        for (Jdk jdk : Jdk.found()) {
            for (boolean vector : new boolean[] {false, true}) {
                List<String> arguments = new ArrayList<>(List.of("-Xmx256m", "-Duser.language=tr", "-Duser.country=TR"));
                if (vector) {
                    arguments.addAll(List.of("--add-modules", "jdk.incubator.vector"));
                }
                arguments.addAll(List.of("-cp", Program.join(folder, classPath), name));
                Jdk.Outcome outcome = jdk.run(folder, arguments);
                String what = artifact + " on " + jdk + (vector ? " with" : " without") + " the vector module: " + outcome;
                assertEquals(0, outcome.exit(), what);
                assertTrue(outcome.out().contains(name + " ok"), what);
                if (!vector) {
                    assertTrue(outcome.out().contains("kernels scalar"), what);
                }
            }
        }
    }

    @Test
    void methodsBringNoCommandLineLibraries() {
        List<String> names = Artifacts.classPath("methods").stream().map(path -> path.getFileName().toString()).toList();
        assertFalse(names.stream().anyMatch(name -> name.startsWith("picocli") || name.startsWith("nanojson")), names::toString);
    }

    private static String source(String name) throws IOException {
        try (InputStream in = ConsumerTest.class.getResourceAsStream("/consumer/" + name + ".java")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
