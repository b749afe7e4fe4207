package loam.tests.suite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Fails the build when the suite was over its time budget or ran fewer tests than the committed minimum.
 * Maven runs it right after the tests; a filtered run is not judged.
 */
public final class SuiteCheck {
    private SuiteCheck() {}

    /** Reads the run file {@code args[0]} and throws when a limit is broken. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        if (!Files.exists(file)) {
            if (SuiteRun.filtered()) {
                return;
            }
            throw new IllegalStateException("no run was recorded in " + file + ": is SuiteListener registered?");
        }
        SuiteRun run = SuiteRun.parse(Files.readAllLines(file));
        // Moved away, so that a later run that records nothing can't be judged by this one.
        Files.move(file, file.resolveSibling("suite-last.tsv"), StandardCopyOption.REPLACE_EXISTING);
        List<String> faults = run.faults(limits());
        if (!faults.isEmpty()) {
            throw new IllegalStateException(String.join(System.lineSeparator(), faults));
        }
        if (run.full()) {
            System.out.printf(Locale.ROOT, "suite: %d tests in %.0f s, within its limits%n", run.timings().size(),
                    run.seconds());
        }
    }

    private static Properties limits() throws IOException {
        Properties limits = new Properties();
        try (InputStream in = SuiteCheck.class.getResourceAsStream("/suite.properties")) {
            limits.load(in);
        }
        return limits;
    }
}
