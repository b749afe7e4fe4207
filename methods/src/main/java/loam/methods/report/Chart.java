package loam.methods.report;

import java.util.List;
import java.util.Locale;

/** A line chart as an SVG element, or a chart of values with their spread. */
final class Chart {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 240;
    private static final int LEFT = 58;
    private static final int RIGHT = 12;
    private static final int TOP = 26;
    private static final int BOTTOM = 34;
    private static final String[] COLOURS = {"#1b6ca8", "#c2491d", "#3a7d44", "#7a4b9d", "#a17a00", "#555555"};

    /**
     * One line.
     *
     * @param name what it is
     * @param x    positions
     * @param y    values; those that are not finite leave a gap
     */
    record Series(String name, double[] x, double[] y) {
    }

    private Chart() {
    }

    /** The colour of series {@code i}. */
    static String colour(int i) {
        return COLOURS[i % COLOURS.length];
    }

    /** Lines over a common axis. The vertical axis is logarithmic when all values are positive and span a factor of 50. */
    static String lines(String title, String xName, List<Series> series) {
        double[] xs = range(series, true, false);
        boolean log = logarithmic(series);
        double[] ys = range(series, false, log);
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, Html.escape(title)));
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"15\" class=\"title\">%s</text>", LEFT, Html.escape(title + (log ? " (logarithmic)" : ""))));
        for (int i = 0; i <= 4; i++) {
            double part = i / 4.0;
            double y = HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
            double value = ys[0] + part * (ys[1] - ys[0]);
            svg.append(String.format(Locale.ROOT, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%.1f\" class=\"tick\" text-anchor=\"end\">%s</text>", LEFT - 6, y + 4,
                    tick(log ? Math.pow(10, value) : value)));
            double x = LEFT + part * (WIDTH - LEFT - RIGHT);
            svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" class=\"tick\" text-anchor=\"middle\">%s</text>", x, HEIGHT - BOTTOM + 15,
                    tick(xs[0] + part * (xs[1] - xs[0]))));
        }
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" class=\"tick\" text-anchor=\"end\">%s</text>", WIDTH - RIGHT, HEIGHT - 4,
                Html.escape(xName)));
        for (int i = 0; i < series.size(); i++) {
            svg.append(path(series.get(i), colour(i), xs, ys, log));
        }
        return svg.append("</svg>").toString();
    }

    private static String path(Series s, String colour, double[] xs, double[] ys, boolean log) {
        StringBuilder d = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < s.x().length; i++) {
            double v = log ? Math.log10(s.y()[i]) : s.y()[i];
            if (!Double.isFinite(v)) {
                drawing = false;
                continue;
            }
            double x = LEFT + (s.x()[i] - xs[0]) / (xs[1] - xs[0]) * (WIDTH - LEFT - RIGHT);
            double y = HEIGHT - BOTTOM - (v - ys[0]) / (ys[1] - ys[0]) * (HEIGHT - TOP - BOTTOM);
            d.append(String.format(Locale.ROOT, "%s%.1f %.1f", drawing ? "L" : "M", x, y));
            drawing = true;
        }
        return String.format(Locale.ROOT, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"><title>%s</title></path>", d, colour,
                Html.escape(s.name()));
    }

    private static boolean logarithmic(List<Series> series) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (Series s : series) {
            for (double v : s.y()) {
                if (Double.isFinite(v)) {
                    low = Math.min(low, v);
                    high = Math.max(high, v);
                }
            }
        }
        return low > 0 && high / low >= 50;
    }

    private static double[] range(List<Series> series, boolean horizontal, boolean log) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Series s : series) {
            for (double raw : horizontal ? s.x() : s.y()) {
                double v = log ? Math.log10(raw) : raw;
                if (Double.isFinite(v)) {
                    low = Math.min(low, v);
                    high = Math.max(high, v);
                }
            }
        }
        if (low > high) {
            return new double[] {0, 1};
        }
        return low == high ? new double[] {low - 0.5, high + 0.5} : new double[] {low, high};
    }

    private static String tick(double v) {
        double size = Math.abs(v);
        String format = size != 0 && (size < 0.001 || size >= 1e6) ? "%.1e" : size >= 100 || v == Math.rint(v) ? "%.0f" : size >= 10 ? "%.1f" : "%.3f";
        return String.format(Locale.ROOT, format, v);
    }
}
