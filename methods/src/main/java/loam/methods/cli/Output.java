package loam.methods.cli;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import loam.methods.report.RunFile;

/**
 * Where the command line writes: results to {@code out}, everything else to {@code err}.
 *
 * @param out      results
 * @param err      progress, warnings, errors
 * @param terminal whether err can be redrawn
 */
record Output(PrintStream out, PrintStream err, boolean terminal) {
    /** One line of the result. */
    void line(String text) {
        out.println(text);
    }

    /** Lines of the result. */
    void lines(List<String> text) {
        text.forEach(out::println);
    }

    /** The one object of a run with {@code --json}. */
    void json(Object value) {
        out.println(RunFile.text(value));
    }

    /** What an error says, after its trace where that is asked for. */
    Problem problem(Throwable e) {
        if (Boolean.getBoolean("loam.trace")) {
            e.printStackTrace(err);
        }
        return Problem.of(e);
    }

    /** Whether this process talks to a terminal; from JDK 22 on a console may exist without one. */
    static boolean isTerminal() {
        if (System.console() == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(System.console());
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
