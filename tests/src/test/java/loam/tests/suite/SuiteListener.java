package loam.tests.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Records how long each test took and writes it where the property {@code loam.suite.file} says.
 * {@link SuiteCheck} reads the file once the tests are done: a listener can't fail the build by itself.
 */
public final class SuiteListener implements TestExecutionListener {
    private final Map<UniqueId, Long> started = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<SuiteRun.Timing> timings = new ConcurrentLinkedQueue<>();
    private final long begin = System.nanoTime();

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            started.put(test.getUniqueIdObject(), System.nanoTime());
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Long from = started.remove(test.getUniqueIdObject());
        if (from != null) {
            timings.add(new SuiteRun.Timing(name(test), (System.nanoTime() - from) / 1e9));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        String file = System.getProperty("loam.suite.file");
        if (file == null) {
            return;
        }
        List<SuiteRun.Timing> sorted = timings.stream()
                .sorted(Comparator.comparingDouble(SuiteRun.Timing::seconds).reversed()).toList();
        try {
            Path path = Path.of(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, new SuiteRun(!SuiteRun.filtered(), (System.nanoTime() - begin) / 1e9, sorted).toText(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(TestIdentifier test) {
        String place = test.getSource().map(source -> {
            if (source instanceof MethodSource method) {
                return method.getClassName() + "." + method.getMethodName();
            }
            return source instanceof ClassSource type ? type.getClassName() : source.toString();
        }).orElse("?");
        String shown = test.getDisplayName().replaceAll("\\s+", " ");
        return place.endsWith("." + shown.replace("()", "")) ? place : place + " " + shown;
    }
}
