package loam.bench.ulp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import loam.tensor.internal.Loops;

/** Measures the errors of the elementwise functions: {@code [--stride N] [--only NAME;...] [--write FILE.md]}. */
public final class Ulp {
    private static final int EXIT_USAGE = 64;
    private static final int EXIT_FILE = 66;

    private Ulp() { }

    /** Prints the table and, if asked to, puts it into a text. */
    public static void main(String[] args) {
        long stride = 1;
        List<UlpFunction> functions = UlpFunction.all();
        Path file = null;
        try {
            for (int i = 0; i < args.length; i += 2) {
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException(args[i] + " needs a value");
                }
                switch (args[i]) {
                    case "--stride" -> stride = Long.parseLong(args[i + 1]);
                    case "--only" -> functions = List.of(args[i + 1].split(";")).stream().map(name -> UlpFunction.named(name.trim())).toList();
                    case "--write" -> file = Path.of(args[i + 1]);
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
            if (stride < 1 || stride > UlpWalk.ALL) {
                throw new IllegalArgumentException("the stride lies between 1 and 2^32, not at " + stride);
            }
        } catch (IllegalArgumentException e) {
            System.err.println("ulp: " + e.getMessage());
            System.err.println("usage: bench/ulp [--stride N] [--only NAME;...] [--write FILE.md]");
            System.exit(EXIT_USAGE);
        }
        try {
            System.out.print(UlpTable.text(measure(functions, stride, file)));
        } catch (IOException e) {
            System.err.println("ulp: " + e);
            System.exit(EXIT_FILE);
        }
    }

    /** The file gets each function's lines as soon as they are there. */
    private static List<UlpTable.Line> measure(List<UlpFunction> functions, long stride, Path file) throws IOException {
        List<Loops> sets = UlpWalk.sets();
        List<UlpTable.Line> lines = new ArrayList<>();
        for (UlpFunction f : functions) {
            long start = System.nanoTime();
            UlpErrors[] errors = UlpWalk.over(f, sets, stride);
            List<UlpTable.Line> here = new ArrayList<>();
            for (int s = sets.size() - 1; s >= 0; s--) {
                here.add(UlpTable.Line.of(f.name(), sets.get(s).name(), errors[s]));
            }
            lines.addAll(here);
            System.err.printf(Locale.ROOT, "ulp: %s in %.0f s%n", f.name(), (System.nanoTime() - start) / 1e9);
            if (file != null) {
                Files.writeString(file, UlpTable.with(Files.readString(file), here));
            }
        }
        return lines;
    }
}
