package loam.methods.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import loam.methods.Names;
import loam.methods.Registry;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code loam list|describe|run|compare|data|doctor|page}. */
@Command(name = "loam", description = "Machine learning in Java: methods from papers, each with a proof that it works.", mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class, synopsisSubcommandLabel = "COMMAND",
        subcommands = {ListCommand.class, DescribeCommand.class, RunCommand.class, CompareCommand.class, DataCommand.class, DoctorCommand.class,
                PageCommand.class})
public final class Main implements Callable<Integer> {
    final Output output;
    final Registry registry;
    @Spec
    private CommandSpec spec;

    Main(Output output, Registry registry) {
        this.output = output;
        this.registry = registry;
    }

    /** Runs a command and ends the process with its status. */
    public static void main(String[] args) {
        PrintStream out = utf8(FileDescriptor.out);
        int status = run(args, out, utf8(FileDescriptor.err), Output.isTerminal());
        out.flush();
        System.exit(out.checkError() && status == Exit.OK ? Exit.FAILED : status);
    }

    /** Runs a command and returns its status; for tests and for programs that embed it. */
    public static int run(String[] args, PrintStream out, PrintStream err, boolean terminal) {
        return run(args, out, err, terminal, Registry.load());
    }

    /** The same on other methods. */
    public static int run(String[] args, PrintStream out, PrintStream err, boolean terminal, Registry registry) {
        Output output = new Output(out, err, terminal);
        boolean json = Arrays.asList(args).contains("--json");
        Main main = new Main(output, registry);
        CommandLine line = new CommandLine(main, new Factory(main));
        line.setOut(new PrintWriter(output.out(), true)).setErr(new PrintWriter(output.err(), true));
        line.setParameterExceptionHandler((e, given) -> tell(output, json, Problem.of(usage(e))));
        line.setExecutionExceptionHandler((e, command, parsed) -> fail(output, json, e));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError | StackOverflowError e) {
            return fail(output, json, e);
        } finally {
            output.out().flush();
            output.err().flush();
        }
    }

    /** Only {@code loam}: says how it is used. */
    @Override
    public Integer call() {
        throw new UsageException("a command is missing", "commands: " + String.join(", ", spec.subcommands().keySet()) + "; 'loam --help' says more");
    }

    private static int fail(Output output, boolean json, Throwable e) {
        return tell(output, json, output.problem(e));
    }

    private static int tell(Output output, boolean json, Problem problem) {
        if (json) {
            output.json(problem.json());
        } else {
            output.err().println(problem.text());
        }
        return problem.exit();
    }

    /** Our words for picocli's complaints, with the nearest names. */
    private static UsageException usage(ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String more = "'" + command.qualifiedName() + " --help' says how it is used";
        if (e instanceof UnmatchedArgumentException u && !u.getUnmatched().isEmpty()) {
            String word = u.getUnmatched().get(0);
            List<String> known = new ArrayList<>(command.optionsMap().keySet());
            boolean wantsCommand = !word.startsWith("-") && !command.subcommands().isEmpty();
            if (wantsCommand) {
                known = new ArrayList<>(command.subcommands().keySet());
            }
            String valid = (wantsCommand ? "commands: " : "options: ") + String.join(", ", known);
            String kind = wantsCommand ? "no command '" : word.startsWith("-") ? "no option '" : "an argument too many: '";
            return new UsageException(kind + word + "'", Names.didYouMean(word, known) + valid);
        }
        return new UsageException(e.getMessage(), more);
    }

    private static PrintStream utf8(FileDescriptor to) {
        return new PrintStream(new FileOutputStream(to), false, StandardCharsets.UTF_8);
    }

    /** Gives every command its {@link Main}. */
    private static final class Factory implements CommandLine.IFactory {
        private final Main main;
        private final CommandLine.IFactory standard = CommandLine.defaultFactory();

        Factory(Main main) {
            this.main = main;
        }

        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Main.class) {
                    return type.cast(constructor.newInstance(main));
                }
            }
            return standard.create(type);
        }
    }

    /** The version in the manifest of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"loam " + number()};
        }

        static String number() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "from classes" : version;
        }
    }
}
