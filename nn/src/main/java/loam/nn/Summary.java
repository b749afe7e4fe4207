package loam.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loam.autograd.Parameter;
import loam.tensor.Shape;

/** The table of a model's modules. */
final class Summary {
    private Summary() {
    }

    static String of(Module root, Map<Module, Shape> shapes) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"name", "type", shapes.isEmpty() ? "" : "output", "parameters"});
        root.namedModules().forEach((path, m) -> {
            long own = m.ownParameters().values().stream().mapToLong(Parameter::numel).sum();
            Shape shape = shapes.get(m);
            rows.add(new String[] {path.isEmpty() ? "(model)" : path, m.type(), shape == null ? "" : shape.toString(), own == 0 ? "" : number(own)});
        });
        int[] width = new int[4];
        for (String[] r : rows) {
            for (int i = 0; i < 4; i++) {
                width[i] = Math.max(width[i], r[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] r : rows) {
            StringBuilder line = new StringBuilder(pad(r[0], width[0])).append("  ").append(pad(r[1], width[1])).append("  ");
            line.append(width[2] == 0 ? "" : pad(r[2], width[2]) + "  ").append(" ".repeat(width[3] - r[3].length())).append(r[3]);
            text.append(line.toString().stripTrailing()).append('\n');
        }
        long frozen = root.parameters().stream().filter(p -> !p.needsGrad()).mapToLong(Parameter::numel).sum();
        text.append(number(root.parameterCount())).append(" parameters");
        return text.append(frozen == 0 ? "" : ", " + number(frozen) + " of them frozen").toString();
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String pad(String s, int width) {
        return s + " ".repeat(width - s.length());
    }
}
