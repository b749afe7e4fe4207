package loam.bench.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import loam.bench.Row;
import loam.bench.Rows;
import loam.bench.Work;
import loam.bench.work.LoamEngine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Loam's side of a row of the side-by-side runner: the named shapes of products, convolutions, normalisation and training steps. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RowBenchmark {
    /** A name of {@link Rows#names()}. */
    @Param("gemm-512-nn")
    public String row;

    private Work work;

    /** Writes the inputs and opens the work. */
    @Setup
    public void open() throws IOException {
        Row r = Rows.named(row);
        Path dir = Path.of(System.getProperty("loam.bench.dir", "target/jmh")).resolve(row);
        Files.createDirectories(dir);
        r.problem().write(dir);
        work = new LoamEngine().open(r, dir);
    }

    /** Back to the initial weights. */
    @Setup(Level.Iteration)
    public void reset() {
        work.reset();
    }

    /** One iteration of the row. */
    @Benchmark
    public void iterate() {
        work.iterate(1);
    }
}
