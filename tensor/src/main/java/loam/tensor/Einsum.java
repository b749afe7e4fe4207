package loam.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Sums of products in Einstein's notation, as NumPy's and PyTorch's einsum: "bhqd,bhkd->bhqk". Letters repeated within an operand take
 * its diagonal; without "->" the output has the letters that occur once, in alphabetical order; "..." stands for axes that broadcast.
 * Operands are contracted pair by pair, the smallest intermediate result first, each pair as one batched matrix product.
 */
public final class Einsum {
    /** Labels of axes under an ellipsis: this plus the distance from the ellipsis' right end. */
    private static final int ELLIPSIS = 1 << 16;

    private Einsum() {
    }

    /** What contraction needs of the things that it contracts: tensors, or variables with history. */
    public interface Algebra<T extends Operand> {
        T permute(T x, int... axes);

        T reshape(T x, int... dims);

        /** Axes a and b (a before b, equal extents) become one, the last. */
        T diagonal(T x, int a, int b);

        T sum(T x, int... axes);

        T mul(T a, T b);

        T matmul(T a, T b);
    }

    private static final class Tensors implements Algebra<Tensor> {
        @Override
        public Tensor permute(Tensor x, int... axes) {
            return x.permute(axes);
        }

        @Override
        public Tensor reshape(Tensor x, int... dims) {
            return x.reshape(dims);
        }

        @Override
        public Tensor diagonal(Tensor x, int a, int b) {
            return x.diagonal(0, a, b);
        }

        @Override
        public Tensor sum(Tensor x, int... axes) {
            return x.sum(axes);
        }

        @Override
        public Tensor mul(Tensor a, Tensor b) {
            return a.mul(b);
        }

        @Override
        public Tensor matmul(Tensor a, Tensor b) {
            return a.matmul(b);
        }
    }

    static Tensor of(String equation, Tensor... operands) {
        return run(equation, new Tensors(), List.of(operands)).contiguous();
    }

    /** An operand with the label of each axis. */
    private record Term<T>(T value, List<Integer> labels) {
    }

    /** Evaluates the equation on any algebra. */
    public static <T extends Operand> T run(String equation, Algebra<T> algebra, List<T> operands) {
        String text = equation.replace(" ", "");
        int arrow = text.indexOf("->");
        String left = arrow < 0 ? text : text.substring(0, arrow);
        String[] parts = left.split(",", -1);
        if (operands.isEmpty() || parts.length != operands.size()) {
            throw bad(equation, parts.length + " terms for " + operands.size() + " operands").argument();
        }
        Map<Integer, Integer> extents = new LinkedHashMap<>();
        List<List<Integer>> labels = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            labels.add(labels(equation, parts[i], i, operands.get(i).shape()));
            note(equation, extents, labels.get(i), i, operands);
        }
        List<Integer> output = arrow < 0 ? implicit(labels) : explicit(equation, text.substring(arrow + 2), labels);
        List<Term<T>> terms = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            terms.add(prepare(algebra, operands.get(i), labels.get(i), extents));
        }
        while (terms.size() > 1) {
            contractSmallest(algebra, terms, output, extents);
        }
        return finish(algebra, terms.get(0), output);
    }

    private static Failure bad(String equation, String reason) {
        return Failure.of("einsum", reason).fact("equation", equation);
    }

    /** The labels of one term; an ellipsis takes the axes that the letters leave over. */
    private static List<Integer> labels(String equation, String part, int operand, Shape shape) {
        int dots = part.indexOf("...");
        String letters = part.replace("...", "");
        for (int i = 0; i < letters.length(); i++) {
            if (!Character.isLetter(letters.charAt(i)) || letters.charAt(i) > 'z') {
                throw bad(equation, "'" + letters.charAt(i) + "' is not a letter").hint("terms are letters a-z, A-Z and one \"...\"").argument();
            }
        }
        int open = shape.rank() - letters.length();
        if (open < 0 || dots < 0 && open > 0 || part.length() - letters.length() > 3) {
            throw bad(equation, "term " + operand + " names " + letters.length() + " axes, its operand has " + shape.rank())
                    .operand("operand " + operand, shape).shape();
        }
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i <= letters.length(); i++) {
            if (i == dots) {
                for (int e = open - 1; e >= 0; e--) {
                    out.add(ELLIPSIS + e);
                }
            }
            if (i < letters.length()) {
                out.add((int) letters.charAt(i));
            }
        }
        return out;
    }

    private static void note(String equation, Map<Integer, Integer> extents, List<Integer> labels, int operand, List<? extends Operand> operands) {
        Shape shape = operands.get(operand).shape();
        for (int a = 0; a < labels.size(); a++) {
            int label = labels.get(a);
            int n = shape.dim(a);
            int before = extents.getOrDefault(label, 1);
            boolean twice = labels.indexOf(label) < a && shape.dim(labels.indexOf(label)) != n;
            if (twice || before != n && before != 1 && n != 1) {
                String name = label >= ELLIPSIS ? "an axis of \"...\"" : "'" + (char) label + "'";
                throw bad(equation, name + " is " + n + " in operand " + operand + ", elsewhere " + (twice ? shape.dim(labels.indexOf(label)) : before))
                        .operand("operand " + operand, shape, a).shape();
            }
            extents.put(label, before == 1 ? n : before);
        }
    }

    private static List<Integer> implicit(List<List<Integer>> labels) {
        List<Integer> all = new ArrayList<>();
        labels.forEach(all::addAll);
        List<Integer> out = new ArrayList<>(ellipsis(labels));
        all.stream().filter(l -> l < ELLIPSIS && all.indexOf(l) == all.lastIndexOf(l)).sorted().forEach(out::add);
        return out;
    }

    /** The labels under ellipses, leftmost first. */
    private static List<Integer> ellipsis(List<List<Integer>> labels) {
        return labels.stream().flatMap(List::stream).filter(l -> l >= ELLIPSIS).distinct().sorted((a, b) -> b - a).toList();
    }

    private static List<Integer> explicit(String equation, String right, List<List<Integer>> labels) {
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < right.length(); i++) {
            if (right.startsWith("...", i)) {
                out.addAll(ellipsis(labels));
                i += 2;
                continue;
            }
            int label = right.charAt(i);
            if (out.contains(label)) {
                throw bad(equation, "'" + (char) label + "' occurs twice in the output").argument();
            }
            if (labels.stream().noneMatch(l -> l.contains(label))) {
                throw bad(equation, "'" + (char) label + "' is in the output but in no operand").argument();
            }
            out.add(label);
        }
        return out;
    }

    /** Takes diagonals of repeated labels and drops axes of extent 1 that broadcast. */
    private static <T extends Operand> Term<T> prepare(Algebra<T> algebra, T x, List<Integer> given, Map<Integer, Integer> extents) {
        T y = x;
        List<Integer> labels = new ArrayList<>(given);
        for (int a = 0; a < labels.size();) {
            int label = labels.get(a);
            int b = labels.lastIndexOf(label);
            if (b > a) {
                y = algebra.diagonal(y, a, b);
                labels.remove(b);
                labels.remove(a);
                labels.add(label);
            } else {
                a++;
            }
        }
        List<Integer> kept = new ArrayList<>();
        List<Integer> dims = new ArrayList<>();
        for (int a = 0; a < labels.size(); a++) {
            if (y.shape().dim(a) == extents.get(labels.get(a))) {
                kept.add(labels.get(a));
                dims.add(y.shape().dim(a));
            }
        }
        return new Term<>(kept.size() == labels.size() ? y : algebra.reshape(y, array(dims)), kept);
    }

    private static int[] array(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static <T> boolean needed(int label, List<Term<T>> terms, Term<T> a, Term<T> b, List<Integer> output) {
        return output.contains(label) || terms.stream().anyMatch(t -> t != a && t != b && t.labels().contains(label));
    }

    /** Replaces the two terms whose product is smallest by it. */
    private static <T extends Operand> void contractSmallest(Algebra<T> algebra, List<Term<T>> terms, List<Integer> output, Map<Integer, Integer> extents) {
        int first = 0;
        int second = 1;
        double smallest = Double.POSITIVE_INFINITY;
        for (int i = 0; terms.size() > 2 && i < terms.size(); i++) {
            for (int j = i + 1; j < terms.size(); j++) {
                Term<T> a = terms.get(i);
                Term<T> b = terms.get(j);
                List<Integer> both = new ArrayList<>(a.labels());
                b.labels().stream().filter(l -> !a.labels().contains(l)).forEach(both::add);
                double size = both.stream().filter(l -> needed(l, terms, a, b, output)).mapToDouble(extents::get).reduce(1, (x, y) -> x * y);
                if (size < smallest) {
                    smallest = size;
                    first = i;
                    second = j;
                }
            }
        }
        Term<T> a = terms.get(first);
        Term<T> b = terms.get(second);
        Term<T> product = product(algebra, a, b, l -> needed(l, terms, a, b, output), extents);
        terms.remove(second);
        terms.set(first, product);
    }

    private static <T extends Operand> Term<T> product(Algebra<T> algebra, Term<T> a0, Term<T> b0, IntPredicate needed, Map<Integer, Integer> extents) {
        Term<T> a = withoutLone(algebra, a0, l -> needed.test(l) || b0.labels().contains(l));
        Term<T> b = withoutLone(algebra, b0, l -> needed.test(l) || a0.labels().contains(l));
        List<Integer> batch = a.labels().stream().filter(l -> b.labels().contains(l) && needed.test(l)).toList();
        List<Integer> inner = a.labels().stream().filter(l -> b.labels().contains(l) && !needed.test(l)).toList();
        List<Integer> rows = a.labels().stream().filter(l -> !b.labels().contains(l)).toList();
        List<Integer> columns = b.labels().stream().filter(l -> !a.labels().contains(l)).toList();
        List<Integer> result = new ArrayList<>(batch);
        result.addAll(rows);
        result.addAll(columns);
        int[] dims = result.stream().mapToInt(extents::get).toArray();
        T out;
        if (inner.isEmpty()) {
            int[] left = dims.clone();
            int[] right = dims.clone();
            Arrays.fill(left, batch.size() + rows.size(), left.length, 1);
            Arrays.fill(right, batch.size(), batch.size() + rows.size(), 1);
            out = algebra.mul(algebra.reshape(arrange(algebra, a, batch, rows), left), algebra.reshape(arrange(algebra, b, batch, columns), right));
        } else {
            int n = size(batch, extents);
            int k = size(inner, extents);
            int m = size(rows, extents);
            int p = size(columns, extents);
            T x = arrange(algebra, a, batch, rows, inner);
            T y = arrange(algebra, b, batch, inner, columns);
            boolean flat = batch.isEmpty();
            T xy = algebra.matmul(algebra.reshape(x, flat ? new int[] {m, k} : new int[] {n, m, k}), algebra.reshape(y, flat ? new int[] {k, p} : new int[] {n, k, p}));
            out = algebra.reshape(xy, dims);
        }
        return new Term<>(out, result);
    }

    private static int size(List<Integer> labels, Map<Integer, Integer> extents) {
        return Shape.of(labels.stream().mapToInt(extents::get).toArray()).numel();
    }

    /** Sums over the labels that nobody else asks for. */
    private static <T extends Operand> Term<T> withoutLone(Algebra<T> algebra, Term<T> t, IntPredicate needed) {
        List<Integer> axes = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int a = 0; a < t.labels().size(); a++) {
            if (needed.test(t.labels().get(a))) {
                kept.add(t.labels().get(a));
            } else {
                axes.add(a);
            }
        }
        return axes.isEmpty() ? t : new Term<>(algebra.sum(t.value(), array(axes)), kept);
    }

    /** The term's axes in the order of these groups of labels, which are all that it has. */
    @SafeVarargs
    private static <T extends Operand> T arrange(Algebra<T> algebra, Term<T> t, List<Integer>... groups) {
        int[] order = new int[t.labels().size()];
        boolean same = true;
        int p = 0;
        for (List<Integer> group : groups) {
            for (int label : group) {
                order[p] = t.labels().indexOf(label);
                same &= order[p] == p;
                p++;
            }
        }
        return same ? t.value() : algebra.permute(t.value(), order);
    }

    /** Sums what the output lacks and orders the rest. */
    private static <T extends Operand> T finish(Algebra<T> algebra, Term<T> last, List<Integer> output) {
        return arrange(algebra, withoutLone(algebra, last, output::contains), output);
    }
}
