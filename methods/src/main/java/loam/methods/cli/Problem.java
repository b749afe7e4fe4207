package loam.methods.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loam.methods.report.RunFile;
import loam.tensor.FormatException;
import loam.tensor.LoamException;
import loam.tensor.MissingDataException;

/**
 * An error as the command line tells it.
 *
 * @param exit    the status
 * @param code    a word for programs
 * @param message what happened
 * @param hint    what may help, or an empty text
 */
record Problem(int exit, String code, String message, String hint) {
    static Problem of(Throwable e) {
        if (e instanceof UsageException u) {
            return new Problem(Exit.USAGE, "usage", u.getMessage(), u.hint());
        }
        if (e instanceof MissingDataException) {
            return split(Exit.DATA, "missing_data", e);
        }
        if (e instanceof FormatException) {
            return split(Exit.DATA, "damaged_data", e);
        }
        if (e instanceof LoamException) {
            return split(Exit.FAILED, "failed", e);
        }
        if (e instanceof OutOfMemoryError) {
            return new Problem(Exit.FAILED, "out_of_memory", "the memory of the Java machine is used up: " + e.getMessage(),
                    "give it more: LOAM_JAVA_OPTS=-Xmx4g");
        }
        String text = e.getMessage() == null ? e.getClass().getName() : e.getClass().getSimpleName() + ": " + e.getMessage();
        return new Problem(Exit.FAILED, "internal", text, "this is a fault in Loam; LOAM_JAVA_OPTS=-Dloam.trace=true shows where");
    }

    /** The hint stands in a line of its own in the messages of the engine. */
    private static Problem split(int exit, String code, Throwable e) {
        List<String> message = new ArrayList<>();
        String hint = "";
        for (String line : e.getMessage().split("\n")) {
            if (line.startsWith("  hint ")) {
                hint = line.substring("  hint ".length()).strip();
            } else {
                message.add(line);
            }
        }
        return new Problem(exit, code, String.join("\n", message), hint);
    }

    /** The object that stands on standard output with {@code --json}. */
    Map<String, Object> json() {
        return Map.of("error", RunFile.map("code", code, "message", message, "hint", hint.isEmpty() ? null : hint));
    }

    /** The lines for people. */
    String text() {
        return "loam: " + message + (hint.isEmpty() ? "" : "\n  hint  " + hint);
    }
}
