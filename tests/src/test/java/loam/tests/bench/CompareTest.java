package loam.tests.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.bench.Agreement;
import loam.bench.Json;
import loam.bench.Options;
import loam.bench.Plan;
import loam.bench.Problem;
import loam.bench.Raw;
import loam.bench.Row;
import loam.bench.Rows;
import loam.bench.Schedule;
import loam.bench.Stats;
import loam.bench.Target;
import loam.bench.Verdict;
import loam.bench.Vit;
import loam.bench.Work;
import loam.bench.work.LoamEngine;
import loam.bench.work.LoopEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The parts of the side-by-side runner that need no measuring. Catches: a wrong median or quartile, one side going first more often,
 * a missing number that counts as reached, an exit status that hides a missed row, a disagreement between engines that passes,
 * JSON that no parser takes, wrong operation counts or limits, a row of Loam that keeps a recycled array, inputs that change from run to run.
 */
@Tag("fast")
class CompareTest {
    private static final Target NONE = new Target(null, null);

    @Test
    void orderStatistics() {
        assertEquals(2, Stats.median(3, 1, 2));
        assertEquals(2.5, Stats.median(4, 1, 2, 3));
        assertEquals(7, Stats.median(7));
        assertEquals(2, Stats.iqr(1, 2, 3, 4, 5));
        assertEquals(1, Stats.best(3, 1, 2));
        assertEquals(1.3, Stats.quantile(0.1, 1, 4), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> Stats.median());
        assertThrows(IllegalArgumentException.class, () -> Stats.quantile(1.5, 1));
        double[] values = {3, 1, 2};
        Stats.median(values);
        assertArrayEquals(new double[] {3, 1, 2}, values, "the caller's array stays as it was");
    }

    @Test
    void sidesAlternateAndGoFirstEquallyOften() {
        assertEquals(List.of(Schedule.Turn.LOAM, Schedule.Turn.PEER, Schedule.Turn.PEER, Schedule.Turn.LOAM), Schedule.abba(2));
        List<Schedule.Turn> turns = Schedule.abba(16);
        assertEquals(32, turns.size());
        int sum = 0;
        for (int i = 0; i < turns.size(); i++) {
            sum += turns.get(i) == Schedule.Turn.LOAM ? i : -i;
        }
        assertEquals(0, sum, "a steady drift weighs on both sides alike");
    }

    @Test
    void verdictsFollowFromTheLimits() {
        Target must = new Target(1.0, 0.65);
        Target goal = new Target(0.5, 0.85);
        assertEquals(Verdict.GOAL, Verdict.of(must, goal, 0.5, 0.85));
        assertEquals(Verdict.MET, Verdict.of(must, goal, 0.5, 0.84));
        assertEquals(Verdict.MET, Verdict.of(must, goal, 1.0, 0.65));
        assertEquals(Verdict.MISSED, Verdict.of(must, goal, 1.01, 0.9));
        assertEquals(Verdict.MISSED, Verdict.of(must, goal, 0.4, 0.64));
    }

    @Test
    void whatWasNotMeasuredNeverCounts() {
        Target must = new Target(1.0, 0.65);
        Target goal = new Target(0.5, 0.85);
        assertEquals(Verdict.UNMEASURED, Verdict.of(must, goal, null, 0.9));
        assertEquals(Verdict.UNMEASURED, Verdict.of(must, goal, 0.4, null));
        assertEquals(Verdict.UNMEASURED, Verdict.of(must, goal, Double.NaN, 0.9));
        assertEquals(Verdict.MISSED, Verdict.of(must, goal, null, 0.5), "one value that falls short decides");
        assertEquals(Verdict.MISSED, Verdict.of(must, goal, 1.5, null));
        assertEquals(Verdict.MET, Verdict.of(new Target(null, 0.65), goal, null, 0.9), "a goal not measured is not reached");
        assertEquals(Verdict.GOAL, Verdict.of(NONE, NONE, null, null));
    }

    @Test
    void exitStatus() {
        assertEquals(0, Verdict.exitStatus(List.of(Verdict.GOAL, Verdict.MET)));
        assertEquals(1, Verdict.exitStatus(List.of(Verdict.UNMEASURED, Verdict.MISSED, Verdict.GOAL)));
        assertEquals(3, Verdict.exitStatus(List.of(Verdict.UNMEASURED, Verdict.GOAL)));
        assertEquals(3, Verdict.exitStatus(List.of()), "nothing measured is no success");
    }

    @Test
    void comparisonCountsOnlyWhenTheSidesAgree() {
        assertTrue(new Agreement(5e-4, 10, 10, 90, 85).objections().isEmpty());
        assertFalse(new Agreement(2e-3, 10, 10, 90, 85).objections().isEmpty(), "results differ");
        assertFalse(new Agreement(Double.NaN, 10, 10, 90, 85).objections().isEmpty(), "not a number");
        assertFalse(new Agreement(0, 10, 11, 90, 85).objections().isEmpty(), "handles grow");
        assertFalse(new Agreement(0, 10, 10, 90, 80).objections().isEmpty(), "the peer is held back");
        assertFalse(new Agreement(0, 10, 10, 90, Double.NaN).objections().isEmpty(), "the peer's rate is unknown");
    }

    @Test
    void distanceOfResults() {
        float[][] losses = {{2.3f, 2.2f}};
        assertEquals(0.002, Agreement.difference(losses, new float[][] {{2.302f, 2.2f}}, true), 1e-6, "losses as they are");
        float[][] peer = {{1000, 1}, {0.01f, 0}};
        assertEquals(0.1, Agreement.difference(new float[][] {{1000, 1}, {0.01f, 0.001f}}, peer, false), 1e-6, "each array in its own units");
        assertEquals(0.001, Agreement.difference(new float[][] {{1000, 2}, {0.01f, 0}}, peer, false), 1e-6);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertEquals(Double.POSITIVE_INFINITY, Agreement.difference(losses, new float[][] {{2.3f, bad}}, true));
            assertEquals(Double.POSITIVE_INFINITY, Agreement.difference(new float[][] {{bad, 1}}, new float[][] {{bad, 1}}, false));
        }
        assertEquals(Double.POSITIVE_INFINITY, Agreement.difference(losses, new float[][] {{2.3f}}, true), "lengths differ");
        assertEquals(Double.POSITIVE_INFINITY, Agreement.difference(losses, new float[][] {{2.3f, 2.2f}, {1}}, true), "counts differ");
        assertEquals(Double.POSITIVE_INFINITY, Agreement.difference(new float[0][], new float[0][], false), "nothing compared");
        assertEquals(0, Agreement.difference(new float[][] {{0}}, new float[][] {{0}}, false), "all zero");
    }

    @Test
    void turnsTakeATenthOfASecond() {
        for (double ms : new double[] {0.001, 0.3, 1, 7, 19, 30, 60, 99}) {
            Plan p = Plan.of(ms);
            double turn = p.iterations() * p.batches() * ms;
            assertTrue(turn >= 50 && turn <= 150, ms + " ms: " + p);
            assertEquals(p.iterations(), p.uncounted(), "the first batch does not count");
        }
        assertEquals(new Plan(0, 1, 1), Plan.of(500), "long iterations are a turn of their own");
        assertEquals(5, Plan.of(0.01).batches());
    }

    @Test
    void json() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("text", "a \"b\" \\ \n \u0001");
        m.put("numbers", List.of(1, 2.5, Double.NaN, 1e-7, 123456.789, 3.0));
        m.put("none", null);
        m.put("yes", true);
        m.put("nested", List.of(Map.of("k", 1)));
        m.put("empty", Map.of());
        assertEquals("""
                {
                  "text": "a \\"b\\" \\\\ \\n \\u0001",
                  "numbers": [1, 2.5, null, 1E-7, 123457, 3],
                  "none": null,
                  "yes": true,
                  "nested": [
                    {
                      "k": 1
                    }
                  ],
                  "empty": {}
                }
                """, Json.text(m));
    }

    @Test
    void options() {
        Options o = Options.parse("--only", "gemm-512,mlp-step", "--threads=1,2", "--rounds", "15", "--json", "out.json");
        assertEquals(List.of("gemm-512", "mlp-step"), o.only());
        assertEquals(List.of(1, 2), o.threads());
        assertEquals(15, o.rounds());
        assertEquals(Path.of("out.json"), o.json());
        assertTrue(Options.parse().rounds() >= 15);
        assertThrows(IllegalArgumentException.class, () -> Options.parse("--round", "3"));
        assertThrows(IllegalArgumentException.class, () -> Options.parse("--rounds"));
        assertThrows(IllegalArgumentException.class, () -> Options.parse("--rounds", "many"));
        assertThrows(IllegalArgumentException.class, () -> Options.parse("--threads", "0"));
    }

    @Test
    void rows() {
        assertEquals(List.of("gemm-512", "mlp-step"),
                Rows.matching(List.of("mlp-step", "gemm-512")).stream().map(Row::name).toList());
        assertEquals(List.of("mlp-step", "mlp-step-no-optimizer"), Rows.matching(List.of("mlp-step*")).stream().map(Row::name).toList());
        assertThrows(IllegalArgumentException.class, () -> Rows.matching(List.of("gemm-5")));
        assertEquals(List.of("gemm-512"), Rows.matching(List.of("gemm-512", "gemm-512")).stream().map(Row::name).toList(), "the name that was asked for");
        assertEquals(Rows.named("gemm-512-nn").problem(), Rows.named("gemm-512").problem());
        assertTrue(Rows.names().containsAll(List.of("gemm-2048", "gemm-2048-nn", "vit-step")));
        assertEquals(List.of("gemm-256-nn", "gemm-256-nt", "gemm-256-tn"), Rows.matching(List.of("gemm-256-*")).stream().map(Row::name).toList());
        assertEquals(43, Rows.all().size());
        assertEquals(Rows.all().size(), Rows.all().stream().map(Row::name).distinct().count(), "names are unique");
        assertEquals(2.0 * 512 * 512 * 512, Rows.named("gemm-512").problem().flops());
        assertEquals(2.0 * 128 * 10 * 256, Rows.named("gemm-128x10x256").problem().flops());
        double conv = 2.0 * 32 * 784 * 64 * 32 * 9;
        assertEquals(conv, Rows.named("conv3x3-32-64-28-fwd").problem().flops());
        assertEquals(2 * conv, Rows.named("conv3x3-32-64-28-bwd").problem().flops());
        assertEquals(Rows.named("conv3x3-1-32-28-fwd").problem().flops(), Rows.named("conv3x3-1-32-28-bwd").problem().flops(), "no input gradient");
        double first = 2.0 * 2 * 128 * 784 * 512;
        double others = 3.0 * 2 * 128 * (512 * 256 + 256 * 10);
        assertEquals(first + others, Rows.named("mlp-step").problem().flops());
        double convolutions = 2.0 * 64 * (2 * 784 * 32 * 9 + 3 * 196 * 64 * 288);
        double linear = 3.0 * 2 * 64 * (3136 * 128 + 128 * 10);
        assertEquals(convolutions + linear, Rows.named("cnn-step").problem().flops());
    }

    @Test
    void inputsAreTheSameEveryTime(@TempDir Path one, @TempDir Path two) throws IOException {
        Problem.Training p = (Problem.Training) Rows.named("mlp-step").problem();
        p.write(one);
        p.write(two);
        for (String name : p.parameterNames()) {
            assertArrayEquals(Raw.floats(one.resolve(name)), Raw.floats(two.resolve(name)));
        }
        assertEquals(512 * 784, Raw.floats(one.resolve("w0")).length);
        assertEquals(Problem.STEPS * 128 * 784, Raw.floats(one.resolve("x")).length);
        int[] labels = Raw.ints(one.resolve("y"));
        assertArrayEquals(labels, Raw.ints(two.resolve("y")));
        assertTrue(Arrays.stream(labels).allMatch(y -> y >= 0 && y < 10));
    }

    @Test
    void limitsAreThoseOfTheTable() {
        assertEquals(new Target(0.60, 0.72), Rows.named("gemm-1024-tn").must());
        assertEquals(new Target(0.50, 0.85), Rows.named("gemm-1024-tn").goal());
        assertEquals(new Target(1.25, null), Rows.named("conv3x3-64-64-32-bwd").must());
        assertEquals(new Target(0.4, null), Rows.named("conv3x3-1-32-28-fwd").goal());
        assertEquals(new Target(0.35, null), Rows.named("log-64k").goal());
        assertEquals(new Target(0.8, null), Rows.named("cnn-step").must());
        assertEquals(new Target(1.0, null), Rows.named("cnn-infer-1").must());
    }

    /** Loam's side of every kind of row that is small enough: it runs inside a workspace and gives the same again. */
    @Test
    void loamsSideRepeatsItself(@TempDir Path dir) throws IOException {
        Problem[] small = {new Problem.Product(3, 5, 4, 6, true, false), new Problem.Convolution(2, 3, 4, 6, false, true),
            new Problem.Convolution(2, 3, 4, 6, true, true), new Problem.Convolution(2, 1, 4, 6, true, false),
            new Problem.Entries(Problem.Function.GELU, 37), new Problem.Entries(Problem.Function.SUM, 37), new Problem.Entries(Problem.Function.ADD, 37),
            new Problem.SoftmaxRows(3, 7), new Problem.LayerNorm(5, 8), new Vit(2, 4, 3, 8, 2, 1)};
        int[] arrays = {1, 1, 3, 2, 1, 1, 1, 1, 4, 1};
        for (int i = 0; i < small.length; i++) {
            small[i].write(dir);
            try (Work w = new LoamEngine().open(new Row("x", small[i], NONE, NONE), dir)) {
                float[][] once = w.results();
                assertEquals(arrays[i], once.length, small[i].toString());
                w.reset();
                w.iterate(2);
                w.iteratePlainly(2);
                w.reset();
                float[][] again = w.results();
                for (int a = 0; a < once.length; a++) {
                    assertArrayEquals(once[a], again[a], small[i].toString());
                }
            }
        }
    }

    @Test
    void plainLoopMultiplies(@TempDir Path dir) throws IOException {
        for (int kind = 0; kind < 3; kind++) {
            boolean ta = kind == 1;
            boolean tb = kind == 2;
            int n = 17;
            Problem.Product p = new Problem.Product(1, n, n, n, ta, tb);
            p.write(dir);
            float[] a = Raw.floats(dir.resolve("a"));
            float[] b = Raw.floats(dir.resolve("b"));
            try (Work w = new LoopEngine().open(new Row("x", p, NONE, NONE), dir)) {
                float[] got = w.results()[0];
                assertEquals(n * n, got.length);
                for (int at = 0; at < got.length; at++) {
                    double sum = 0;
                    for (int k = 0; k < n; k++) {
                        sum += (double) a[ta ? k * n + at / n : at / n * n + k] * b[tb ? at % n * n + k : k * n + at % n];
                    }
                    assertEquals(sum, got[at], 1e-5, "entry " + at);
                }
            }
        }
    }
}
