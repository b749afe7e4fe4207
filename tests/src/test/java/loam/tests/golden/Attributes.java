package loam.tests.golden;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The attributes of a golden case: {@code name=value;name=value}. A name that is missing is an error where it is asked for. */
final class Attributes {
    private final String text;
    private final Map<String, String> values = new LinkedHashMap<>();

    Attributes(String text) {
        this.text = text;
        if (!text.equals("-")) {
            for (String pair : text.split(";")) {
                int at = pair.indexOf('=');
                values.put(pair.substring(0, at), pair.substring(at + 1));
            }
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name) {
        String v = values.get(name);
        if (v == null) {
            throw new IllegalStateException("no attribute " + name + " in " + text);
        }
        return v;
    }

    double number(String name) {
        String v = text(name);
        return v.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(v);
    }

    double number(String name, double otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    int integer(String name) {
        return Integer.parseInt(text(name));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    int[] integers(String name) {
        return Arrays.stream(text(name).split(",")).mapToInt(Integer::parseInt).toArray();
    }

    double[] numbers(String name) {
        return Arrays.stream(text(name).split(",")).mapToDouble(Double::parseDouble).toArray();
    }

    /** The axes of a reduction; none means all. */
    int[] axes() {
        return has("axes") ? integers("axes") : new int[0];
    }

    boolean keepDims() {
        return has("keepDims") && flag("keepDims");
    }

    @Override
    public String toString() {
        return text;
    }
}
