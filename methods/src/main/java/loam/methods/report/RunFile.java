package loam.methods.report;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import loam.methods.Claim;
import loam.methods.RunEnvironment;
import loam.methods.RunResult;
import loam.tensor.Failure;

/** A run as JSON: what {@code loam run --json} prints and what a method keeps beside its page. Numbers are finite or null. */
public final class RunFile {
    private RunFile() {
    }

    /** One JSON object, indented. */
    public static String write(RunResult result) {
        return text(object(result));
    }

    /** Any maps, lists, strings, numbers and booleans as indented JSON; numbers that are not finite become null. */
    public static String text(Object value) {
        return JsonWriter.indent("  ").string().value(finite(value)).done();
    }

    /** Reads what {@link #write} wrote; a FormatException names {@code name} where it is damaged. */
    public static JsonObject read(String text, String name) {
        try {
            return JsonParser.object().from(text);
        } catch (JsonParserException e) {
            throw Failure.of("run file", "it is no JSON object").fact("file", name).cause(e).format();
        }
    }

    /** The run as maps and lists, in the order of the file. */
    public static Map<String, Object> object(RunResult result) {
        Map<String, Object> o = new LinkedHashMap<>();
        o.put("method", result.info().slug());
        o.put("tier", result.tier().label());
        o.put("seeds", result.seeds());
        if (result.seedsFrom() != null) {
            o.put("seedsFrom", result.seedsFrom());
        }
        o.put("settings", result.settings().changed());
        o.put("data", result.data().stream().map(d -> map("name", d.name(), "source", d.source(), "sha256", d.sha256(), "train", d.train(),
                "test", d.test())).toList());
        o.put("tuning", result.tuning().stream().map(t -> map("arm", t.arm(), "setting", t.setting(), "tried", t.tried(), "chosen", t.chosen(),
                "seeds", t.seeds())).toList());
        o.put("claims", result.claims().stream().map(RunFile::claim).toList());
        if (!result.diverged().isEmpty()) {
            o.put("diverged", result.diverged().stream().map(d -> map("seed", d.seed(), "work", d.work(), "reason", d.reason())).toList());
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        result.metrics().forEach((name, values) -> metrics.put(name, map("mean", mean(values), "perSeed", values)));
        o.put("metrics", metrics);
        o.put("seconds", Math.round(result.seconds() * 1000) / 1000.0);
        o.put("environment", environment(result.environment()));
        return o;
    }

    /** The environment as a map. */
    public static Map<String, Object> environment(RunEnvironment e) {
        return map("jdk", e.jdk(), "kernels", e.kernels(), "lanes", e.lanes(), "threads", e.threads(), "processor", e.processor());
    }

    private static Map<String, Object> claim(Claim.Result r) {
        Claim c = r.claim();
        return map("name", c.name(), "metric", c.metric(), "direction", c.direction().name().toLowerCase(Locale.ROOT),
                "kind", c.kind().name().toLowerCase(Locale.ROOT), "baseline", r.baseline(), "method", r.value(), "margin", r.margin(),
                "required", c.required(), "standardError", r.standardError(), "perSeed", r.perSeed(), "verdict", r.verdict().label(),
                "holds", r.verdict() == Claim.Verdict.UNDECIDED ? null : r.verdict() == Claim.Verdict.HOLDS);
    }

    /** A map that keeps its order, from keys and values in turn. */
    public static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> m = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            m.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return m;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    private static Object finite(Object value) {
        if (value instanceof Double d) {
            return Double.isFinite(d) ? d : null;
        }
        if (value instanceof Map<?, ?> m) {
            Map<String, Object> out = new LinkedHashMap<>();
            m.forEach((k, v) -> out.put((String) k, finite(v)));
            return out;
        }
        if (value instanceof List<?> l) {
            List<Object> out = new ArrayList<>();
            l.forEach(v -> out.add(finite(v)));
            return out;
        }
        return value;
    }
}
