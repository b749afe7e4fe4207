package loam.bench.ulp;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The table of errors as it stands in a Markdown text: written there by the command, read from there by a test. */
public final class UlpTable {
    /** Where the table begins and ends in its text. */
    public static final String BEGIN = "<!-- bench/ulp: the table begins -->";
    public static final String END = "<!-- bench/ulp: the table ends -->";
    private static final String HEAD = "| function | kernels | inputs | largest error, ulp | at | largest of normal results | mean | NaN, infinities, signs of zero |\n"
            + "| --- | --- | ---: | ---: | --- | ---: | ---: | --- |\n";
    private static final int COLUMNS = 8;
    private static final String RIGHT = "right";

    private UlpTable() { }

    /** One line. */
    public record Line(String function, String kernels, String inputs, double max, float worst, double maxNormal, String mean, String specials) {
        /** The line of a walk. */
        static Line of(String function, String kernels, UlpErrors e) {
            String specials = e.wrong() == 0 ? RIGHT : e.wrong() + " wrong, the first at " + Float.toHexString(e.firstWrong());
            String inputs = e.inputs() == UlpWalk.ALL ? "all" : Long.toString(e.inputs());
            return new Line(function, kernels, inputs, up(e.max()), e.worst(), up(e.maxNormal()),
                    BigDecimal.valueOf(e.mean()).setScale(4, RoundingMode.HALF_EVEN).toPlainString(), specials);
        }

        /** Whether no special value was wrong. */
        public boolean right() {
            return specials.equals(RIGHT);
        }

        private String text() {
            return "| " + String.join(" | ", "`" + function + "`", kernels, inputs, digits(max),
                    "`" + Float.toHexString(worst) + "`", digits(maxNormal), mean, specials) + " |\n";
        }

        private boolean replaces(Line old) {
            return function.equals(old.function) && kernels.equals(old.kernels);
        }
    }

    private static String digits(double bound) {
        return BigDecimal.valueOf(bound).setScale(3, RoundingMode.UP).toPlainString();
    }

    /** Rounded up to three digits, so that it is a bound. */
    private static double up(double units) {
        return BigDecimal.valueOf(units).setScale(3, RoundingMode.UP).doubleValue();
    }

    /** The text of a table. */
    public static String text(List<Line> lines) {
        return HEAD + lines.stream().map(Line::text).collect(Collectors.joining());
    }

    /** The lines of the table in a text. */
    public static List<Line> parse(String text) {
        List<Line> lines = new ArrayList<>();
        for (String row : text.substring(begin(text), text.indexOf(END)).lines().toList()) {
            String[] cells = row.split("\\|");
            if (cells.length != COLUMNS + 1 || !cells[1].contains("`")) {
                continue;
            }
            for (int i = 0; i < cells.length; i++) {
                cells[i] = cells[i].replace("`", "").trim();
            }
            lines.add(new Line(cells[1], cells[2], cells[3], Double.parseDouble(cells[4]), Float.parseFloat(cells[5]),
                    Double.parseDouble(cells[6]), cells[7], cells[8]));
        }
        return lines;
    }

    /** The text with the new lines in its table, in the order of the functions; lines that were not measured again stay. */
    public static String with(String text, List<Line> measured) {
        List<Line> old = parse(text);
        List<Line> lines = new ArrayList<>();
        for (UlpFunction f : UlpFunction.all()) {
            List<Line> here = new ArrayList<>(measured.stream().filter(l -> l.function().equals(f.name())).toList());
            old.stream().filter(l -> l.function().equals(f.name()) && here.stream().noneMatch(n -> n.replaces(l))).forEach(here::add);
            lines.addAll(here);
        }
        return text.substring(0, begin(text)) + "\n\n" + text(lines) + "\n" + text.substring(text.indexOf(END));
    }

    private static int begin(String text) {
        int at = text.indexOf(BEGIN);
        if (at < 0 || text.indexOf(END) < at) {
            throw new IllegalArgumentException("the text has no place for the table: " + BEGIN + " and " + END);
        }
        return at + BEGIN.length();
    }
}
