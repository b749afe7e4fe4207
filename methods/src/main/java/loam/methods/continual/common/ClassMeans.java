package loam.methods.continual.common;

import java.util.LinkedHashMap;
import java.util.Map;
import loam.methods.common.Rows;
import loam.tensor.Failure;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/** The mean feature of each class, kept as a sum and a count in double precision. Classes keep the order of their arrival. */
public final class ClassMeans {
    private static final String NAME = "class means";

    private record Sum(double[] values, long[] count) {
    }

    private final int dim;
    private final Map<Integer, Sum> sums = new LinkedHashMap<>();

    /** No class yet; features have {@code dim} values. */
    public ClassMeans(int dim) {
        if (dim < 1) {
            throw Failure.of(NAME, "a feature has at least one value").fact("dim", dim).argument();
        }
        this.dim = dim;
    }

    /** Adds features [N, dim] to the means of their labels. */
    public void add(Tensor features, int[] labels) {
        Rows.labels(NAME, features, labels);
        add(Rows.of(NAME, features, dim), labels);
    }

    /** Adds rows of doubles, row after row. */
    public void add(double[] rows, int[] labels) {
        for (int i = 0; i < labels.length; i++) {
            Sum s = sums.computeIfAbsent(labels[i], c -> new Sum(new double[dim], new long[1]));
            Rows.addTo(1, rows, i * dim, s.values, 0, dim);
            s.count[0]++;
        }
    }

    /** Takes one row back that was added before; a class without a row left is gone. */
    public void remove(double[] row, int label) {
        Sum s = sum(label);
        s.count[0]--;
        Rows.addTo(-1, row, 0, s.values, 0, dim);
        if (s.count[0] == 0) {
            sums.remove(label);
        }
    }

    /** Forgets a class altogether. */
    public void removeClass(int label) {
        sum(label);
        sums.remove(label);
    }

    /** Adds all sums and counts of another store. */
    public void addAll(ClassMeans other) {
        if (other.dim != dim) {
            throw Failure.of(NAME, "stores of different lengths").fact("one", dim).fact("other", other.dim).argument();
        }
        other.sums.forEach((c, theirs) -> {
            Sum s = sums.computeIfAbsent(c, k -> new Sum(new double[dim], new long[1]));
            Rows.addTo(1, theirs.values, 0, s.values, 0, dim);
            s.count[0] += theirs.count[0];
        });
    }

    /** Sets a class's mean as if it had been computed from {@code count} rows. */
    public void set(int label, double[] mean, long count) {
        double[] values = new double[dim];
        Rows.addTo(count, mean, 0, values, 0, dim);
        sums.put(label, new Sum(values, new long[] {count}));
    }

    /** Length of a feature. */
    public int dim() {
        return dim;
    }

    /** The labels in the order of their arrival. */
    public int[] classes() {
        return sums.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Whether a class has a mean. */
    public boolean has(int label) {
        return sums.containsKey(label);
    }

    /** How many rows a class's mean is made of; 0 for an unknown class. */
    public long count(int label) {
        return sums.containsKey(label) ? sums.get(label).count[0] : 0;
    }

    /** The mean of a class, a copy. */
    public double[] mean(int label) {
        Sum s = sum(label);
        double[] m = new double[dim];
        Rows.addTo(1.0 / s.count[0], s.values, 0, m, 0, dim);
        return m;
    }

    /** All means, F64 [classes, dim]. */
    public Tensor means() {
        double[] all = new double[sums.size() * dim];
        int at = 0;
        for (int c : classes()) {
            System.arraycopy(mean(c), 0, all, at++ * dim, dim);
        }
        return Tensor.ofDoubles(Shape.of(sums.size(), dim), all);
    }

    /** Everything there is to keep: "labels" I32 [classes], "counts" I64 [classes], "sums" F64 [classes, dim]. */
    public Map<String, Tensor> stateDict() {
        int n = sums.size();
        double[] values = new double[n * dim];
        long[] counts = new long[n];
        int at = 0;
        for (Sum s : sums.values()) {
            System.arraycopy(s.values, 0, values, at * dim, dim);
            counts[at++] = s.count[0];
        }
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("labels", Tensor.ofInts(Shape.of(n), classes()));
        state.put("counts", Tensor.ofLongs(Shape.of(n), counts));
        state.put("sums", Tensor.ofDoubles(Shape.of(n, dim), values));
        return state;
    }

    /** The store that {@link #stateDict} described; the same sums bit for bit. */
    public static ClassMeans of(Map<String, Tensor> state) {
        Tensor values = state.get("sums");
        Tensor labels = state.get("labels");
        Tensor counts = state.get("counts");
        if (values == null || labels == null || counts == null || values.rank() != 2 || labels.numel() != values.dim(0) || counts.numel() != values.dim(0)) {
            throw Failure.of(NAME, "this is no state of class means").fact("entries", state.keySet())
                    .hint("labels [classes], counts [classes] and sums [classes, dim] are needed").format();
        }
        ClassMeans means = new ClassMeans(values.dim(1));
        for (int k = 0; k < values.dim(0); k++) {
            means.sums.put(labels.toInts()[k], new Sum(values.select(0, k).toDoubles(), new long[] {counts.toLongs()[k]}));
        }
        return means;
    }

    private Sum sum(int label) {
        Sum s = sums.get(label);
        if (s == null) {
            throw Failure.of(NAME, "class " + label + " is not known").fact("classes", sums.keySet()).argument();
        }
        return s;
    }
}
