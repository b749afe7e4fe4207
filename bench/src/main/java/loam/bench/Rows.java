package loam.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The list of rows, with their limits. A row more is a line more here (and code on each side, if its kind of work is new). */
public final class Rows {
    /** The product that every run times on the peer beside its row, to show that the peer runs at full speed. */
    public static final String PROBE = "gemm-512";

    private static final List<Row> ALL = List.of(
            product("gemm-256", 256, false, false),
            product("gemm-256-nt", 256, false, true),
            product("gemm-256-tn", 256, true, false),
            product("gemm-512", 512, false, false),
            product("gemm-512-nt", 512, false, true),
            product("gemm-512-tn", 512, true, false),
            product("gemm-1024", 1024, false, false),
            product("gemm-1024-nt", 1024, false, true),
            product("gemm-1024-tn", 1024, true, false),
            product("gemm-2048", 2048, false, false),
            product("gemm-2048-nt", 2048, false, true),
            product("gemm-2048-tn", 2048, true, false),
            training("mlp-step", Problem.Training.mlp(true)),
            training("mlp-step-no-optimizer", Problem.Training.mlp(false)),
            training("cnn-step", Problem.Training.cnn(true)),
            training("cnn-step-no-optimizer", Problem.Training.cnn(false)));

    private Rows() { }

    /** All rows in the order of the table. */
    public static List<Row> all() {
        return ALL;
    }

    /** The row of this name. */
    public static Row named(String name) {
        for (Row r : ALL) {
            if (r.name().equals(name)) {
                return r;
            }
        }
        throw new IllegalArgumentException("no row named " + name + "; --list shows them");
    }

    /** The rows of these names or patterns (a {@code *} stands for any text), in the order of the table. */
    public static List<Row> matching(List<String> patterns) {
        Set<Row> found = new LinkedHashSet<>();
        for (String p : patterns) {
            String regex = "\\Q" + p.replace("*", "\\E.*\\Q") + "\\E";
            List<Row> hits = ALL.stream().filter(r -> r.name().matches(regex)).toList();
            if (hits.isEmpty()) {
                throw new IllegalArgumentException("no row matches " + p + "; --list shows them");
            }
            found.addAll(hits);
        }
        List<Row> ordered = new ArrayList<>(ALL);
        ordered.retainAll(found);
        return ordered;
    }

    private static Row product(String name, int n, boolean transposeA, boolean transposeB) {
        return new Row(name, new Problem.Product(n, transposeA, transposeB), Target.share(0.65), Target.of(0.50, 0.85));
    }

    private static Row training(String name, Problem.Training problem) {
        return new Row(name, problem, Target.ratio(1.0), Target.ratio(0.50));
    }
}
