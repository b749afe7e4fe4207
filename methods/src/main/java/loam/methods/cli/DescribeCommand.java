package loam.methods.cli;

import java.util.concurrent.Callable;
import loam.methods.Method;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code loam describe}. */
@Command(name = "describe", description = "Prints a method's page: problem, idea, maths, code, results, limits.", mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {
    private final Main main;
    @Parameters(paramLabel = "METHOD", description = "its name, see 'loam list'")
    private String slug;

    DescribeCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        Method method = UsageException.asking(() -> main.registry.find(slug));
        main.output.line(method.readme().stripTrailing());
        return Exit.OK;
    }
}
