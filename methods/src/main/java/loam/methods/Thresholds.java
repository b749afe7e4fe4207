package loam.methods;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import loam.tensor.Failure;

/** The margins that a method's claims need, read from thresholds.properties beside its class: {@code tier.claim = number}. */
public final class Thresholds {
    private final String owner;
    private final Properties values = new Properties();

    private Thresholds(String owner) {
        this.owner = owner;
    }

    /** Reads the file beside {@code type}. */
    public static Thresholds of(Class<?> type) {
        Thresholds t = new Thresholds(type.getSimpleName());
        try (InputStream in = type.getResourceAsStream("thresholds.properties")) {
            if (in == null) {
                throw Failure.of("thresholds", "thresholds.properties is missing beside " + type.getName()).state();
            }
            t.values.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failure.of("thresholds", "thresholds.properties of " + type.getName() + " cannot be read").cause(e).state();
        }
        return t;
    }

    /** The number under {@code tier.name}. */
    public double get(Tier tier, String name) {
        String key = tier.label() + "." + name;
        String text = values.getProperty(key);
        if (text == null) {
            throw Failure.of("thresholds", "no threshold '" + key + "'").fact("method", owner).state();
        }
        try {
            return Double.parseDouble(text.trim());
        } catch (NumberFormatException e) {
            throw Failure.of("thresholds", key + " is no number: " + text).fact("method", owner).cause(e).state();
        }
    }
}
