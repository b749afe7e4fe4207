package loam.methods.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import loam.methods.Claim;
import loam.methods.DataUse;
import loam.methods.RunContext;
import loam.methods.RunResult;
import loam.tensor.Failure;

/** A run as one HTML page that needs nothing else: claims, values of each seed, curves, pictures, settings and environment. */
public final class HtmlReport {
    private static final String STYLE = """
            :root{color-scheme:light dark}
            body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin-top:2rem}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
            th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8886;vertical-align:top}
            .yes{color:#2a7d3f;font-weight:600}.no{color:#c2321d;font-weight:600}.undecided{color:#987000;font-weight:600}
            .charts{display:flex;flex-wrap:wrap;gap:1rem}.charts figure,.pictures figure{margin:0}
            .charts svg{width:460px;max-width:100%;height:auto;display:block}
            svg text{fill:currentColor;font-size:11px}svg .title{font-size:12px;font-weight:600}
            svg .grid{stroke:currentColor;stroke-opacity:.15}
            figcaption{font-size:.85rem;opacity:.8}.key span{margin-right:1em}
            .pictures{display:flex;flex-wrap:wrap;gap:.8rem}.pictures img{width:84px;image-rendering:pixelated;display:block}
            .pictures figcaption{max-width:84px}
            """;

    private HtmlReport() {
    }

    /** Writes the page and the run file into {@code folder}, which is made if need be, and returns the page's path. */
    public static Path write(RunResult result, Path folder) {
        String name = result.info().slug() + "-" + result.tier().label();
        try {
            Files.createDirectories(folder);
            put(folder.resolve(name + ".json"), RunFile.write(result) + "\n");
            Path page = folder.resolve(name + ".html");
            put(page, page(result));
            return page;
        } catch (IOException e) {
            throw Failure.of("report", "it cannot be written").fact("folder", folder).cause(e).state();
        }
    }

    private static void put(Path target, String text) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.write(partial, text.getBytes(StandardCharsets.UTF_8));
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** The page. */
    public static String page(RunResult result) {
        StringBuilder h = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        String title = result.info().slug() + " · " + result.tier().label();
        h.append("<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>").append(Html.escape(title)).append("</title>\n");
        h.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
        h.append("<h1>").append(Html.escape(title)).append("</h1>\n<p>").append(Html.escape(result.info().paper() + " (" + result.info().year() + "), "
                + result.info().authors())).append("</p>\n");
        String diverged = result.diverged().stream().map(d -> "<p class=\"no\">" + Html.escape("diverged: " + d) + "</p>\n").collect(Collectors.joining());
        section(h, "Claims", claims(result) + diverged + "<p>" + Html.escape(ClaimTable.summary(result)) + "</p>\n");
        section(h, "Each seed", perSeed(result));
        section(h, "Curves", curves(result));
        section(h, "Pictures", pictures(result));
        section(h, "Metrics", metrics(result));
        section(h, "Data, settings, environment", facts(result));
        return h.append("</body>\n</html>\n").toString();
    }

    private static void section(StringBuilder h, String title, String body) {
        if (!body.isEmpty()) {
            h.append("<h2>").append(title).append("</h2>\n").append(body);
        }
    }

    private static String claims(RunResult result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(plus(ClaimTable.heads(result.info().slug()), "standard error"));
        result.claims().forEach(r -> rows.add(plus(ClaimTable.cells(r), ClaimTable.number(r.standardError()))));
        return table(rows);
    }

    private static String perSeed(RunResult result) {
        List<List<String>> rows = new ArrayList<>();
        List<String> heads = new ArrayList<>(List.of("judged quantity"));
        result.seeds().forEach(s -> heads.add("seed " + s));
        rows.add(heads);
        for (Claim.Result r : result.claims()) {
            List<String> row = new ArrayList<>(List.of(r.claim().name()));
            r.perSeed().forEach(v -> row.add(ClaimTable.number(v)));
            rows.add(row);
        }
        return table(rows);
    }

    private static String metrics(RunResult result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("metric", "mean", "each seed"));
        result.metrics().forEach((name, values) -> rows.add(List.of(name,
                ClaimTable.number(values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN)),
                values.stream().map(ClaimTable::number).collect(Collectors.joining("  ")))));
        return table(rows);
    }

    private static String curves(RunResult result) {
        Map<String, List<Chart.Series>> charts = new LinkedHashMap<>();
        for (int s = 0; s < result.curves().size(); s++) {
            for (RunContext.Curve c : result.curves().get(s)) {
                int slash = c.name().indexOf('/');
                String chart = slash < 0 ? c.name() : c.name().substring(0, slash);
                String series = slash < 0 ? c.name() : c.name().substring(slash + 1);
                String name = chart + (result.seeds().size() > 1 ? ", seed " + result.seeds().get(s) : "");
                charts.computeIfAbsent(name, n -> new ArrayList<>()).add(new Chart.Series(series, array(c.x()), array(c.y())));
            }
        }
        if (charts.isEmpty()) {
            return "";
        }
        StringBuilder h = new StringBuilder("<div class=\"charts\">\n");
        charts.forEach((name, series) -> {
            h.append("<figure>").append(Chart.lines(name, "step", series)).append("<figcaption class=\"key\">");
            for (int i = 0; i < series.size(); i++) {
                h.append("<span style=\"color:").append(Chart.colour(i)).append("\">&#9644; ").append(Html.escape(series.get(i).name())).append("</span>");
            }
            h.append("</figcaption></figure>\n");
        });
        return h.append("</div>\n").toString();
    }

    private static String pictures(RunResult result) {
        if (result.pictures().isEmpty()) {
            return "";
        }
        StringBuilder h = new StringBuilder("<div class=\"pictures\">\n");
        for (RunContext.Picture p : result.pictures()) {
            String data = Base64.getEncoder().encodeToString(Png.grey(p.width(), p.height(), p.grey()));
            String caption = Html.escape(p.caption());
            h.append("<figure><img alt=\"").append(caption).append("\" src=\"data:image/png;base64,").append(data).append("\"/><figcaption>")
                    .append(caption).append("</figcaption></figure>\n");
        }
        return h.append("</div>\n").toString();
    }

    private static String facts(RunResult result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("what", "value"));
        for (DataUse d : result.data()) {
            rows.add(List.of("data", String.format(Locale.ROOT, "%s: %,d training and %,d test samples, from %s, SHA-256 %s", d.name(), d.train(), d.test(),
                    d.source(), d.sha256())));
        }
        if (result.seedsFrom() != null) {
            rows.add(List.of("seeds follow from commit", result.seedsFrom()));
        }
        result.settings().values().forEach((k, v) -> rows.add(List.of("setting " + k, String.valueOf(v))));
        RunFile.environment(result.environment()).forEach((k, v) -> rows.add(List.of(k, String.valueOf(v))));
        rows.add(List.of("paper", result.info().source()));
        return table(rows);
    }

    private static String table(List<List<String>> rows) {
        StringBuilder h = new StringBuilder("<table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String tag = i == 0 ? "th" : "td";
            h.append("<tr>");
            for (String cell : rows.get(i)) {
                String word = cell.split(" ", 2)[0];
                String mark = i > 0 && List.of("yes", "no", "undecided").contains(word) ? " class=\"" + word + "\"" : "";
                h.append('<').append(tag).append(mark).append('>').append(Html.escape(cell)).append("</").append(tag).append('>');
            }
            h.append("</tr>\n");
        }
        return h.append("</table>\n").toString();
    }

    private static List<String> plus(List<String> cells, String more) {
        List<String> all = new ArrayList<>(cells);
        all.add(more);
        return all;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
