package loam.methods;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loam.methods.data.DataPlaces;
import loam.tensor.Failure;
import loam.tensor.NumericException;
import loam.tensor.Rng;

/** What an experiment sees of the run it is in: one seed, its settings, and where its results go. Safe for use by several threads. */
public final class RunContext {
    private final long seed;
    private final RunRequest request;
    private final Progress progress;
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private final Map<String, Curve> curves = new LinkedHashMap<>();
    private final List<Picture> pictures = new ArrayList<>();
    private final List<DataUse> data = new ArrayList<>();
    private final List<Divergence> diverged = new ArrayList<>();
    private double fraction;
    private String doing = "start";

    /**
     * Points (x, y) of one quantity.
     *
     * @param name  as {@code chart/series}: series with the same first part are drawn in one chart
     * @param x     steps
     * @param y     values
     */
    public record Curve(String name, List<Double> x, List<Double> y) {
    }

    /**
     * A grey picture with what is to be said of it.
     *
     * @param caption the text below it
     * @param width   pixels
     * @param height  pixels
     * @param grey    one byte a pixel, row by row
     */
    public record Picture(String caption, int width, int height, byte[] grey) {
        public Picture {
            if (grey.length != width * height) {
                throw Failure.of("picture", grey.length + " bytes for " + width + " x " + height + " pixels").argument();
            }
        }
    }

    RunContext(long seed, RunRequest request, Progress progress) {
        this.seed = seed;
        this.request = request;
        this.progress = progress;
    }

    /** The seed of this repetition. */
    public long seed() {
        return seed;
    }

    /** The tier that runs. */
    public Tier tier() {
        return request.tier();
    }

    /** The values of the settings. */
    public Settings settings() {
        return request.settings();
    }

    /** Where data is looked for. */
    public DataPlaces places() {
        return request.places();
    }

    /** The generator of this seed, at its start; split it by purpose: {@code data}, {@code init}, {@code batches}, {@code dropout}. */
    public Rng rng() {
        return Rng.seed(seed);
    }

    /** A folder of this seed to keep state in, where the run can be resumed. */
    public Optional<Path> checkpoints() {
        return Optional.ofNullable(request.checkpoints()).map(p -> p.resolve("seed-" + seed));
    }

    /** Says how much of this seed's work is done, 0 to 1, and what is being done now. */
    public void progress(double done, String what) {
        synchronized (this) {
            fraction = Math.max(fraction, Math.min(1, done));
            doing = what;
        }
        progress.update(seed, fraction, what);
    }

    /**
     * Runs the work of one arm. Where its numbers cease to be numbers (a {@link NumericException}: a loss that is NaN, a matrix without an
     * inverse) the other arms still run: the metrics that it has not set are NaN, so no claim about them holds, and the reader is told why.
     */
    public void arm(String name, Runnable work) {
        try {
            work.run();
        } catch (NumericException e) {
            diverged(name, e);
        }
    }

    /** The same for all of the experiment, whatever was being done. */
    void whole(Runnable experiment) {
        try {
            experiment.run();
        } catch (NumericException e) {
            diverged(doing, e);
        }
    }

    private void diverged(String work, NumericException e) {
        Divergence d = new Divergence(seed, work, e.getMessage().lines().findFirst().orElse(""));
        synchronized (this) {
            diverged.add(d);
        }
        progress.note("diverged: " + d);
    }

    /** Tells the reader something that is not a result. */
    public void note(String text) {
        progress.note(text);
    }

    /** Sets a metric of this seed; a name is set once. */
    public synchronized void metric(String name, double value) {
        if (metrics.putIfAbsent(name, value) != null) {
            throw Failure.of("metric", "'" + name + "' is set twice").state();
        }
    }

    /** Adds a point to a curve named {@code chart/series}. */
    public synchronized void curve(String name, double x, double y) {
        Curve c = curves.computeIfAbsent(name, n -> new Curve(n, new ArrayList<>(), new ArrayList<>()));
        c.x().add(x);
        c.y().add(y);
    }

    /** Adds a picture to the report. */
    public synchronized void picture(Picture picture) {
        pictures.add(picture);
    }

    /** Says which data the run used. */
    public synchronized void uses(DataUse use) {
        if (!data.contains(use)) {
            data.add(use);
        }
    }

    synchronized List<Divergence> diverged() {
        return List.copyOf(diverged);
    }

    synchronized Map<String, Double> metrics() {
        return new LinkedHashMap<>(metrics);
    }

    synchronized List<Curve> curves() {
        return List.copyOf(curves.values());
    }

    synchronized List<Picture> pictures() {
        return List.copyOf(pictures);
    }

    synchronized List<DataUse> data() {
        return List.copyOf(data);
    }
}
