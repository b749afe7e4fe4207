package loam.bench.jmh;

import java.util.concurrent.TimeUnit;
import loam.bench.work.OpCases;
import loam.tensor.Workspace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The value of one case of an op and the gradients of its inputs, in a reused workspace. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GradientBenchmark {
    /** A name of {@link OpCases#names()}. */
    @Param("exp/64k")
    public String gradient;

    private final Workspace workspace = new Workspace();
    private OpCases.Case work;

    /** Draws the inputs. */
    @Setup
    public void draw() {
        work = OpCases.named(gradient);
    }

    /** Value and gradients. */
    @Benchmark
    public void forwardAndBackward(Blackhole hole) {
        workspace.run(() -> hole.consume(work.gradients()));
    }
}
