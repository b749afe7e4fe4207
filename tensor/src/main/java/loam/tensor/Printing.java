package loam.tensor;

import java.util.Locale;

/** Tensors as text: like NumPy, long axes shortened to their ends. */
final class Printing {
    private static final int EDGE = 3;
    private static final int LONGEST = 8;

    private Printing() {
    }

    static String print(Tensor t) {
        StringBuilder b = new StringBuilder();
        body(t, b, 1);
        return b.append("  ").append(t.dtype()).append(' ').append(t.shape()).toString();
    }

    private static void body(Tensor t, StringBuilder b, int indent) {
        if (t.rank() == 0) {
            b.append(number(t));
            return;
        }
        b.append('[');
        int n = t.dim(0);
        for (int i = 0; i < n; i++) {
            if (i > 0) {
                b.append(',').append(t.rank() == 1 ? " " : "\n" + " ".repeat(indent));
            }
            if (n > LONGEST && i == EDGE) {
                b.append("...");
                i = n - EDGE - 1;
                continue;
            }
            body(t.select(0, i), b, indent + 1);
        }
        b.append(']');
    }

    private static String number(Tensor t) {
        double v = t.item();
        if (t.dtype() == DType.BOOL) {
            return v == 0 ? "false" : "true";
        }
        return t.dtype().isFloating() ? String.format(Locale.ROOT, "%.5g", v) : Long.toString(t.toLongs()[0]);
    }
}
