package loam.methods.cli;

import java.util.Locale;
import loam.methods.Progress;
import loam.methods.report.ClaimTable;

/** Shows a run's progress: one bar a seed that is redrawn on a terminal, now and then a line elsewhere. */
final class ProgressLines implements Progress {
    private static final int BAR = 30;
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long LINE_NANOS = 10_000_000_000L;
    private final Output output;
    private long seedStarted;
    private long lastShown;
    private String last = "";
    private int drawn;

    ProgressLines(Output output) {
        this.output = output;
    }

    @Override
    public synchronized void start(long seed) {
        seedStarted = System.nanoTime();
        lastShown = seedStarted;
        last = "";
    }

    @Override
    public synchronized void update(long seed, double fraction, String what) {
        last = what;
        long now = System.nanoTime();
        if (now - lastShown >= (output.terminal() ? REDRAW_NANOS : LINE_NANOS)) {
            lastShown = now;
            show(seed, fraction, (now - seedStarted) / 1e9, !output.terminal());
        }
    }

    @Override
    public synchronized void end(long seed, double seconds) {
        show(seed, 1, seconds, true);
    }

    @Override
    public synchronized void note(String text) {
        clear();
        output.err().println(text);
    }

    private void show(long seed, double fraction, double seconds, boolean keep) {
        int full = (int) (fraction * BAR);
        String line = String.format(Locale.ROOT, "seed %d %s %3d %%  %s   %s", seed, "█".repeat(full) + "░".repeat(BAR - full), (int) (100 * fraction), last,
                ClaimTable.seconds(seconds));
        clear();
        if (keep) {
            output.err().println(line);
        } else {
            output.err().print(line);
            drawn = line.length();
        }
        output.err().flush();
    }

    private void clear() {
        if (drawn > 0) {
            output.err().print("\r" + " ".repeat(drawn) + "\r");
            drawn = 0;
        }
    }
}
