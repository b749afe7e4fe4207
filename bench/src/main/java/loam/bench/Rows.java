package loam.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The list of rows, with their limits. A row more is a line more here (and code on each side, if its kind of work is new). */
public final class Rows {
    /** The product that every run times on the peer beside its row, to show that the peer runs at full speed. */
    public static final String PROBE = "gemm-512-nn";

    private static final int K = 1024;
    private static final int LONG_ROWS = 4096;
    private static final int ROW = 256;
    private static final int IMAGES = 32;
    private static final List<Row> ALL = new ArrayList<>();
    /** Shorter names: a square product without a suffix is the one without transposed factors. */
    private static final Map<String, String> ALIASES = new LinkedHashMap<>();

    static {
        for (int n : new int[] {256, 512, 1024, 2048}) {
            ALIASES.put("gemm-" + n, "gemm-" + n + "-nn");
            square("gemm-" + n + "-nn", n, false, false);
            square("gemm-" + n + "-nt", n, false, true);
            square("gemm-" + n + "-tn", n, true, false);
        }
        row("gemm-4096x64x64", Problem.Product.of(4096, 64, 64), 0.75, 0.60);
        row("gemm-128x512x784", Problem.Product.of(128, 512, 784), 0.75, 0.60);
        row("gemm-batch-64x64x64", new Problem.Product(64, 64, 64, 64, false, false), 0.75, 0.60);
        row("gemm-128x10x256", Problem.Product.of(128, 10, 256), 1.0, 0.7);
        convolution("conv3x3-32-64-28", 32, 64, 28, true, 1.25, 0.9);
        convolution("conv3x3-32-64-14", 32, 64, 14, true, 1.25, 0.9);
        convolution("conv3x3-64-64-32", 64, 64, 32, true, 1.25, 0.9);
        convolution("conv3x3-1-32-28", 1, 32, 28, false, 0.6, 0.4);
        for (Problem.Function f : List.of(Problem.Function.ADD, Problem.Function.RELU, Problem.Function.SUM)) {
            row(name(f) + "-64k", new Problem.Entries(f, 64 * K), 1.0, 0.8);
            row(name(f) + "-1m", new Problem.Entries(f, K * K), 1.0, 0.8);
        }
        row("softmax-rows", new Problem.SoftmaxRows(LONG_ROWS, ROW), 1.0, 0.8);
        row("layer-norm", new Problem.LayerNorm(LONG_ROWS, ROW), 1.0, 0.8);
        for (Problem.Function f : List.of(Problem.Function.EXP, Problem.Function.TANH, Problem.Function.GELU, Problem.Function.LOG)) {
            row(name(f) + "-64k", new Problem.Entries(f, 64 * K), 0.6, 0.35);
        }
        row("mlp-step", Problem.Training.mlp(true), 0.75, 0.5);
        row("mlp-step-no-optimizer", Problem.Training.mlp(false), 0.75, 0.5);
        row("cnn-step", Problem.Training.cnn(true), 0.8, 0.5);
        row("cnn-step-no-optimizer", Problem.Training.cnn(false), 0.8, 0.5);
        row("vit-step", Vit.small(), 1.0, 0.7);
        row("mlp-infer-1", new Problem.Inference(Problem.Training.mlp(false)), 1.0, 0.7);
        row("cnn-infer-1", new Problem.Inference(Problem.Training.cnn(false)), 1.0, 0.7);
    }

    private Rows() { }

    /** All rows in the order of the table. */
    public static List<Row> all() {
        return Collections.unmodifiableList(ALL);
    }

    /** Every name that may be asked for: the rows in the order of the table, then the shorter names. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        ALL.forEach(r -> names.add(r.name()));
        names.addAll(ALIASES.keySet());
        return names;
    }

    /** The row of this name; one found by its shorter name has that name. */
    public static Row named(String name) {
        String full = ALIASES.getOrDefault(name, name);
        for (Row r : ALL) {
            if (r.name().equals(full)) {
                return full.equals(name) ? r : new Row(name, r.problem(), r.must(), r.goal());
            }
        }
        throw new IllegalArgumentException("no row named " + name + "; --list shows them");
    }

    /** The rows of these names or patterns (a {@code *} stands for any text), in the order of the table, none twice. */
    public static List<Row> matching(List<String> patterns) {
        Map<String, Row> found = new HashMap<>();
        for (String p : patterns) {
            if (ALIASES.containsKey(p)) {
                found.putIfAbsent(ALIASES.get(p), named(p));
                continue;
            }
            String regex = "\\Q" + p.replace("*", "\\E.*\\Q") + "\\E";
            List<Row> hits = ALL.stream().filter(r -> r.name().matches(regex)).toList();
            if (hits.isEmpty()) {
                throw new IllegalArgumentException("no row matches " + p + "; --list shows them");
            }
            hits.forEach(r -> found.put(r.name(), r));
        }
        List<Row> ordered = new ArrayList<>();
        for (Row r : ALL) {
            if (found.containsKey(r.name())) {
                ordered.add(found.get(r.name()));
            }
        }
        return ordered;
    }

    private static String name(Problem.Function f) {
        return f.name().toLowerCase(Locale.ROOT);
    }

    private static void square(String name, int n, boolean transposeA, boolean transposeB) {
        ALL.add(new Row(name, Problem.Product.square(n, transposeA, transposeB), Target.of(0.60, 0.72), Target.of(0.50, 0.85)));
    }

    private static void convolution(String name, int in, int out, int side, boolean inputGradient, double must, double goal) {
        row(name + "-fwd", new Problem.Convolution(IMAGES, in, out, side, false, inputGradient), must, goal);
        row(name + "-bwd", new Problem.Convolution(IMAGES, in, out, side, true, inputGradient), must, goal);
    }

    private static void row(String name, Problem problem, double must, double goal) {
        ALL.add(new Row(name, problem, Target.ratio(must), Target.ratio(goal)));
    }
}
