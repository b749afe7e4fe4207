package loam.methods;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loam.tensor.Failure;

/** The values of an experiment's settings: defaults, and what was set over them. Immutable. */
public final class Settings {
    private final Map<String, Object> values;
    private final Map<String, Object> changed;

    private Settings(Map<String, Object> values, Map<String, Object> changed) {
        this.values = values;
        this.changed = changed;
    }

    /** The defaults of {@code known} with {@code given} over them; an ArgumentException names the valid keys and the nearest one. */
    public static Settings of(List<Setting> known, Map<String, String> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Setting> byKey = new LinkedHashMap<>();
        for (Setting s : known) {
            values.put(s.key(), s.defaultValue());
            byKey.put(s.key(), s);
        }
        Map<String, Object> changed = new TreeMap<>();
        given.forEach((key, text) -> {
            Setting s = byKey.get(key);
            if (s == null) {
                String valid = byKey.isEmpty() ? "there are no settings" : "settings: " + String.join(", ", byKey.keySet());
                throw Failure.of("set", "no setting '" + key + "'").hint(Names.didYouMean(key, byKey.keySet()) + valid).argument();
            }
            Object value = s.parse(text);
            if (!value.equals(s.defaultValue())) {
                changed.put(key, value);
            }
            values.put(key, value);
        });
        return new Settings(values, changed);
    }

    /** All values by key, in the order in which the experiment lists them. */
    public Map<String, Object> values() {
        return new LinkedHashMap<>(values);
    }

    /** Only those that differ from their defaults. */
    public Map<String, Object> changed() {
        return new TreeMap<>(changed);
    }

    /** A whole number. */
    public int integer(String key) {
        return (Integer) value(key);
    }

    /** A number. */
    public double real(String key) {
        return (Double) value(key);
    }

    /** True or false. */
    public boolean flag(String key) {
        return (Boolean) value(key);
    }

    /** One of the choices. */
    public String choice(String key) {
        return (String) value(key);
    }

    private Object value(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw Failure.of("settings", "the experiment has no setting '" + key + "'").argument();
        }
        return value;
    }
}
