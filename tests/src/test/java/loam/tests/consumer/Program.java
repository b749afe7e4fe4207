package loam.tests.consumer;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** A user's program: compiled for Java 17 against a given class path and nothing else. */
final class Program {
    private Program() {}

    /** Compiles {@code source}, whose public class is {@code name}, into {@code folder}; an AssertionError has the compiler's words. */
    static void compile(String name, String source, List<Path> classPath, Path folder) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        StringWriter words = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(folder));
            manager.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
            boolean compiled = compiler.getTask(words, manager, null, List.of("--release", "17", "-proc:none"), null,
                    List.of(file)).call();
            if (!compiled) {
                throw new AssertionError(name + " does not compile:\n" + words);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The class path as one text, {@code folder} first. */
    static String join(Path folder, List<Path> classPath) {
        return folder + File.pathSeparator
                + classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
