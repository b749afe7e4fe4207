package loam.methods;

import java.util.List;
import java.util.Locale;
import loam.tensor.Failure;

/**
 * A named, typed setting of an experiment with its default and its range.
 *
 * @param key          the name in {@code --set key=value}
 * @param type         what the value is
 * @param defaultValue an Integer, Double, Boolean or String, by type
 * @param low          the least value of a number
 * @param high         the greatest value of a number
 * @param choices      the values of a choice
 * @param about        one line for the reader
 */
public record Setting(String key, Type type, Object defaultValue, double low, double high, List<String> choices, String about) {
    /** What a value may be. */
    public enum Type {
        INTEGER, REAL, FLAG, CHOICE
    }

    public Setting {
        choices = List.copyOf(choices);
    }

    /** A whole number from {@code low} to {@code high}. */
    public static Setting integer(String key, int defaultValue, int low, int high, String about) {
        return new Setting(key, Type.INTEGER, defaultValue, low, high, List.of(), about);
    }

    /** A number from {@code low} to {@code high}. */
    public static Setting real(String key, double defaultValue, double low, double high, String about) {
        return new Setting(key, Type.REAL, defaultValue, low, high, List.of(), about);
    }

    /** True or false. */
    public static Setting flag(String key, boolean defaultValue, String about) {
        return new Setting(key, Type.FLAG, defaultValue, 0, 1, List.of(), about);
    }

    /** One of {@code choices}. */
    public static Setting choice(String key, String defaultValue, List<String> choices, String about) {
        return new Setting(key, Type.CHOICE, defaultValue, 0, 0, choices, about);
    }

    /** The value that {@code text} writes; an ArgumentException that names key, value and range where it is none. */
    public Object parse(String text) {
        return switch (type) {
            case INTEGER -> Integer.valueOf((int) number(text, true));
            case REAL -> Double.valueOf(number(text, false));
            case FLAG -> switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "yes", "on" -> Boolean.TRUE;
                case "false", "no", "off" -> Boolean.FALSE;
                default -> throw refused(text);
            };
            case CHOICE -> {
                if (!choices.contains(text)) {
                    throw refused(text);
                }
                yield text;
            }
        };
    }

    /** What values it takes, for messages. */
    public String range() {
        return switch (type) {
            case INTEGER -> "a whole number from " + (long) low + " to " + (long) high;
            case REAL -> "a number from " + low + " to " + high;
            case FLAG -> "true or false";
            case CHOICE -> "one of " + String.join(", ", choices);
        };
    }

    private double number(String text, boolean whole) {
        double value;
        try {
            value = whole ? Integer.parseInt(text) : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw refused(text);
        }
        if (!(value >= low && value <= high)) {
            throw refused(text);
        }
        return value;
    }

    private RuntimeException refused(String text) {
        return Failure.of("set", key + " cannot be '" + text + "'").hint(key + " is " + range()).argument();
    }
}
