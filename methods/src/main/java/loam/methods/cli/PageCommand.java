package loam.methods.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import loam.methods.report.SourceTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code loam page}: for those who add a method. */
@Command(name = "page", mixinStandardHelpOptions = true,
        description = "Writes the tables of the kept runs into the methods' pages and into methods/README.md, in a source tree.")
final class PageCommand implements Callable<Integer> {
    private final Main main;
    @Option(names = "--tree", paramLabel = "DIR", description = "a folder of the source tree (the current one)")
    private Path tree = Path.of("");

    PageCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        SourceTree pages = UsageException.asking(() -> SourceTree.around(tree));
        List<Path> changed = pages.rewrite(main.registry);
        changed.forEach(file -> main.output.line("rewritten: " + file));
        if (changed.isEmpty()) {
            main.output.line("all pages show the runs that are kept");
        }
        return Exit.OK;
    }
}
