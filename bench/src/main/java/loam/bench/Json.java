package loam.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;

/** Writes maps, lists, strings, numbers, booleans and null as JSON. A number that is not finite becomes null. */
public final class Json {
    private static final int SIGNIFICANT = 6;

    private Json() { }

    /** The text of a value, indented by two spaces, ending with a line feed. */
    public static String text(Object value) {
        StringBuilder s = new StringBuilder();
        write(s, value, 0);
        return s.append('\n').toString();
    }

    private static void write(StringBuilder s, Object value, int depth) {
        if (value == null) {
            s.append("null");
        } else if (value instanceof Map<?, ?> map) {
            writeMap(s, map, depth);
        } else if (value instanceof Iterable<?> list) {
            writeList(s, list, depth);
        } else if (value instanceof Double || value instanceof Float) {
            writeNumber(s, ((Number) value).doubleValue());
        } else if (value instanceof Number || value instanceof Boolean) {
            s.append(value);
        } else {
            quote(s, value.toString());
        }
    }

    private static void writeMap(StringBuilder s, Map<?, ?> map, int depth) {
        s.append('{');
        String separator = "";
        for (Map.Entry<?, ?> e : map.entrySet()) {
            s.append(separator);
            newLine(s, depth + 1);
            quote(s, String.valueOf(e.getKey()));
            s.append(": ");
            write(s, e.getValue(), depth + 1);
            separator = ",";
        }
        if (!map.isEmpty()) {
            newLine(s, depth);
        }
        s.append('}');
    }

    /** Lists of plain values stay on one line. */
    private static void writeList(StringBuilder s, Iterable<?> list, int depth) {
        boolean nested = false;
        for (Object o : list) {
            nested |= o instanceof Map || o instanceof Iterable;
        }
        s.append('[');
        String separator = "";
        for (Object o : list) {
            s.append(separator);
            if (nested) {
                newLine(s, depth + 1);
            }
            write(s, o, depth + 1);
            separator = nested ? "," : ", ";
        }
        if (nested) {
            newLine(s, depth);
        }
        s.append(']');
    }

    private static void writeNumber(StringBuilder s, double d) {
        if (!Double.isFinite(d)) {
            s.append("null");
        } else if (d == Math.rint(d) && Math.abs(d) < 1e15) {
            s.append((long) d);
        } else {
            s.append(new BigDecimal(d).round(new MathContext(SIGNIFICANT)).stripTrailingZeros());
        }
    }

    private static void newLine(StringBuilder s, int depth) {
        s.append('\n').append("  ".repeat(depth));
    }

    private static void quote(StringBuilder s, String text) {
        s.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> s.append("\\\"");
                case '\\' -> s.append("\\\\");
                case '\n' -> s.append("\\n");
                case '\r' -> s.append("\\r");
                case '\t' -> s.append("\\t");
                default -> {
                    if (c < ' ') {
                        s.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        s.append(c);
                    }
                }
            }
        }
        s.append('"');
    }
}
