package loam.tests.golden;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import loam.tensor.DType;
import loam.tensor.Shape;
import loam.tensor.Tensor;

/**
 * One line of {@code golden/index.tsv} with its arrays. {@code gradients} and {@code second} hold one array for each
 * differentiable input, {@code incoming} one for each floating output; they are empty where none are stored.
 */
record GoldenCase(String id, String op, String variant, Attributes attributes, List<Input> inputs, List<Output> outputs,
                  List<double[]> incoming, List<double[]> gradients, List<double[]> second, int terms, double tolerance) {
    private static final double COMMON_TOLERANCE = 1e-9;

    /** Base array and the view on it that the op gets; {@code terms} are those summed into one element of its gradient. */
    record Input(String name, String type, int[] baseShape, double[] base, String view, boolean differentiable, int terms) {
        boolean floating() {
            return type.startsWith("f");
        }

        /** The view, floating values in {@code dtype}. */
        Tensor tensor(DType dtype) {
            Shape shape = Shape.of(baseShape);
            Tensor t = switch (type) {
                case "b1" -> Tensor.ofDoubles(shape, base).ne(0);
                case "i8" -> Tensor.ofLongs(shape, longs(base));
                default -> Tensor.ofDoubles(shape, base).to(dtype);
            };
            return view.equals("-") ? t : viewed(t);
        }

        private Tensor viewed(Tensor t) {
            for (String step : view.split("/")) {
                String[] part = step.split(":");
                int[] n = new int[part.length - 1];
                for (int i = 0; i < n.length; i++) {
                    n[i] = Integer.parseInt(part[i + 1]);
                }
                t = switch (part[0]) {
                    case "narrow" -> t.narrow(n[0], n[1], n[2]);
                    case "select" -> t.select(n[0], n[1]);
                    case "permute" -> t.permute(n);
                    default -> throw new IllegalStateException("unknown view " + step);
                };
            }
            return t;
        }
    }

    record Output(String type, int[] shape, double[] values) {
        boolean floating() {
            return type.startsWith("f");
        }
    }

    @Override
    public String toString() {
        return id;
    }

    static double[] doubles(Tensor t) {
        return t.to(DType.F64).toDoubles();
    }

    private static long[] longs(double[] values) {
        long[] out = new long[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (long) values[i];
        }
        return out;
    }

    /** Every case, in the order of the index. */
    static List<GoldenCase> all() {
        return Holder.ALL;
    }

    private static final class Holder {
        static final List<GoldenCase> ALL = load();
    }

    private static List<GoldenCase> load() {
        Map<String, Cursor> groups = new HashMap<>();
        List<GoldenCase> out = new ArrayList<>();
        for (String line : lines("/golden/index.tsv")) {
            String[] f = line.split("\t", -1);
            String group = f[0].substring(0, f[0].indexOf('/'));
            out.add(parse(f, groups.computeIfAbsent(group, g -> new Cursor(NpzReader.read("/golden/" + g + ".npz")))));
        }
        groups.forEach((name, cursor) -> cursor.mustBeAtEnd(name));
        return List.copyOf(out);
    }

    /** Lines of a resource without comments. */
    static List<String> lines(String resource) {
        List<String> out = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(GoldenCase.class.getResourceAsStream(resource), StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#")) {
                    out.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
        return out;
    }

    private static GoldenCase parse(String[] f, Cursor data) {
        List<Input> inputs = new ArrayList<>();
        for (String text : f[4].split(" ")) {
            String[] p = text.split("\\|");
            int[] shape = shape(p[1]);
            String type = p[1].substring(0, 2);
            inputs.add(new Input(p[0], type, shape, data.next(type, shape), p[2], p[3].equals("d"), Integer.parseInt(p[4])));
        }
        List<Output> outputs = new ArrayList<>();
        for (String text : f[5].split(" ")) {
            int[] shape = shape(text);
            String type = text.substring(0, 2);
            outputs.add(new Output(type, shape, data.next(type, shape)));
        }
        List<double[]> incoming = new ArrayList<>();
        List<double[]> gradients = new ArrayList<>();
        List<double[]> second = new ArrayList<>();
        if (!f[6].equals("-")) {
            outputs.stream().filter(Output::floating).forEach(o -> incoming.add(data.next("f4", o.shape())));
            differentiable(inputs).forEach(i -> gradients.add(data.next("f8", logicalShape(i))));
            if (f[6].equals("second")) {
                differentiable(inputs).forEach(i -> second.add(data.next("f8", logicalShape(i))));
            }
        }
        double tolerance = f[8].equals("-") ? COMMON_TOLERANCE : Double.parseDouble(f[8]);
        return new GoldenCase(f[0], f[1], f[2], new Attributes(f[3]), inputs, outputs, incoming, gradients, second,
                Integer.parseInt(f[7]), tolerance);
    }

    private static List<Input> differentiable(List<Input> inputs) {
        return inputs.stream().filter(Input::differentiable).toList();
    }

    private static int[] logicalShape(Input input) {
        return input.tensor(DType.F64).shape().toArray();
    }

    /** "f8:3,5" or "f8:" for a scalar. */
    private static int[] shape(String text) {
        String dims = text.substring(3);
        if (dims.isEmpty()) {
            return new int[0];
        }
        String[] parts = dims.split(",");
        int[] out = new int[parts.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = Integer.parseInt(parts[i]);
        }
        return out;
    }

    /** Hands out the arrays of a group one after the other. */
    private static final class Cursor {
        private final Map<String, NpzReader.Stored> stores;
        private final Map<String, Integer> position = new HashMap<>();

        Cursor(Map<String, NpzReader.Stored> stores) {
            this.stores = stores;
        }

        double[] next(String type, int[] shape) {
            int n = 1;
            for (int d : shape) {
                n *= d;
            }
            int from = position.getOrDefault(type, 0);
            NpzReader.Stored store = stores.get(type);
            double[] out = new double[n];
            for (int i = 0; i < n; i++) {
                out[i] = store.at(from + i);
            }
            position.put(type, from + n);
            return out;
        }

        void mustBeAtEnd(String group) {
            stores.forEach((type, store) -> {
                if (position.getOrDefault(type, 0) != store.size()) {
                    throw new IllegalStateException("golden/" + group + ".npz holds more " + type + " than the index names");
                }
            });
        }
    }
}
