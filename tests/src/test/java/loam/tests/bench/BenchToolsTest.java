package loam.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loam.bench.Environment;
import loam.bench.Json;
import loam.bench.Pair;
import loam.bench.Regressions;
import loam.bench.Render;
import loam.bench.Results;
import loam.bench.Rows;
import loam.bench.warmup.Warmup;
import loam.tests.standards.Repo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What reads the results of the side-by-side runner. Catches: a table in the README or in bench/RESULTS.md that is not that of the committed results, a slower or
 * vanished row that is not named, one that is named though it is not slower, a row that disappears from the table.
 */
@Tag("fast")
class BenchToolsTest {
    @Test
    void textsShowTheCommittedResults() throws IOException {
        Path root = Repo.root();
        List<Results> all = Results.readAll(root.resolve("bench/results"));
        String readme = Files.readString(root.resolve("README.md"));
        assertEquals(Render.between(readme, Render.newest(all)), readme, "run bench/render");
        String others = Files.readString(root.resolve("bench/RESULTS.md"));
        assertEquals(Render.between(others, Render.others(all)), others, "run bench/render");
    }

    /** Would catch an older file in the README's place, and a file that is shown nowhere. */
    @Test
    void newestFileIsShownApartFromTheOthers(@TempDir Path folder) throws IOException {
        assertThrows(IllegalArgumentException.class, () -> Results.readAll(folder));
        for (String day : List.of("2026-03-01", "2026-05-01", "2026-04-01")) {
            Files.writeString(folder.resolve("on-" + day.hashCode() + ".json"), results(row("a", 1, 2.0, 0.5, "goal")).replace("2026-01-02", day));
        }
        List<Results> all = Results.readAll(folder);
        assertTrue(Render.newest(all).startsWith("### X, 200 GFLOP/s a core, 2026-05-01\n"), Render.newest(all));
        assertEquals(Render.table(all.get(1)) + "\n" + Render.table(all.get(2)), Render.others(all));
        assertEquals("2026-04-01", all.get(1).day());
        assertEquals("There is no other.\n", Render.others(all.subList(0, 1)));
    }

    /** Would catch a limit that is compared the wrong way round, and a ratio that counts though the sides compute different things. */
    @Test
    void pairHoldsItsLimits() {
        float[][] results = {{1, 2}, {-3}};
        assertTrue(Pair.Kind.SCALAR.reached(4.0, results, new float[][] {{1, 2}, {-3.0001f}}));
        assertFalse(Pair.Kind.SCALAR.reached(3.99, results, results));
        assertFalse(Pair.Kind.SCALAR.reached(Double.NaN, results, results));
        assertFalse(Pair.Kind.SCALAR.reached(9, results, new float[][] {{1, 2}, {-3.1f}}));
        assertTrue(Pair.Kind.JDKS.reached(1.25, results, new float[][] {{1, 2}, {-3}}));
        assertFalse(Pair.Kind.JDKS.reached(1.26, results, results));
        assertFalse(Pair.Kind.JDKS.reached(Double.NaN, results, results));
        assertFalse(Pair.Kind.JDKS.reached(1, results, new float[][] {{1, 2}, {Math.nextUp(-3f)}}));
    }

    /** Would catch a model taken from the line of the model's name, from another processor's lines, or half known. */
    @Test
    void processorIsNamedWithItsModel() {
        List<String> lines = List.of("processor\t: 0", "vendor_id\t: AuthenticAMD", "cpu family\t: 25", "model\t\t: 17", "model name\t: AMD EPYC",
                "stepping\t: 1", "", "processor\t: 1", "vendor_id\t: Other", "model\t\t: 3");
        Map<String, String> model = Environment.processorModel(lines);
        assertEquals(List.of("vendor", "family", "model", "stepping"), List.copyOf(model.keySet()));
        assertEquals(List.of("AuthenticAMD", "25", "17", "1"), List.copyOf(model.values()));
        assertNull(Environment.processorModel(List.of("processor : 0", "BogoMIPS : 50.00")));
        String old = results(row("a", 1, 2.0, 0.5, "goal"));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("commit", "abc1234+changes");
        facts.put("processorModel", model);
        String more = Json.text(facts).trim();
        Results told = Results.parse(old.replace("\"cores\"", more.substring(1, more.length() - 1) + ", \"cores\""));
        assertEquals("X (AuthenticAMD, family 25, model 17, stepping 1)", told.processor());
        assertTrue(Render.table(told).contains("\n\nMeasured on " + told.processor() + " with 2 cores, JDK 25, 2026-01-02, commit abc1234+changes; peak"));
        assertTrue(Regressions.differentProcessors(Results.parse(old), told));
        assertTrue(Regressions.differentProcessors(Results.parse(old), Results.parse(old.replace("200", "100"))));
        assertFalse(Regressions.differentProcessors(Results.parse(old), Results.parse(old.replace("200", "205"))));
    }

    /** Would catch a first good window that is taken for the steady state, and a rate taken from the slow beginning. */
    @Test
    void warmUpEndsWithTheFirstOfThreeWindowsAtNearlyTheSteadyRate() {
        Warmup.Start s = Warmup.read(1_000, new long[] {1_900, 10, 90, 20, 84, 99, 100, 100, 100, 100, 100});
        assertEquals(0.9, s.firstStep(), 1e-9);
        assertEquals(400, s.rate(), 1e-9);
        assertEquals(0.9 + 3 * 0.25, s.steady(), 1e-9);
        assertEquals(Double.POSITIVE_INFINITY, Warmup.read(0, new long[] {1, 10, 200, 10, 200, 10, 200, 10, 200}).steady());
    }

    @Test
    void tableHasALineForEachRowAndColumnsForEachThreadCount() {
        String table = Render.table(Results.parse(results(row("a", 1, 2.0, 0.5, "goal"), row("b", 1, 0.05, null, "unmeasured"), row("a", 2, 1.0, 0.4, "goal"))));
        assertEquals("""
                ### X, 200 GFLOP/s a core, 2026-01-02

                Measured on X with 2 cores, JDK 25, 2026-01-02, commit not recorded; peak 200 GFLOP/s on 1 thread, 390 GFLOP/s on 2 threads. Peer: torch 1.

                | work | must | goal | 1 thread: Loam / peer ms | ratio | share of peak | verdict | 2 threads: Loam / peer ms | ratio | share of peak | verdict |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                | a | 0.60 and 72 % | 0.50 | 2.000 / 4.000 | 0.50 | 80 % | goal | 1.000 / 2.500 | 0.40 | 80 % | goal |
                | b | 0.60 and 72 % | 0.50 | 0.0500 / - | - | 80 % | unmeasured | - | - | - | absent |
                """, table);
        String text = "before\n" + Render.BEGIN + "\nold\n" + Render.END + "\nbehind\n";
        assertEquals("before\n" + Render.BEGIN + "\n\n" + table + "\n" + Render.END + "\nbehind\n", Render.between(text, table));
        assertThrows(IllegalArgumentException.class, () -> Render.between("no marks", table));
    }

    @Test
    void regressionsAreNamed() {
        Results before = Results.parse(results(row("a", 1, 2.0, 0.5, "goal"), row("b", 1, 1.0, 0.5, "goal"), row("c", 2, 1.0, 0.5, "goal")));
        assertEquals(List.of(), Regressions.between(before, before));
        assertEquals(List.of(), Regressions.between(before,
                Results.parse(results(row("a", 1, 2.19, 0.549, "goal"), row("b", 1, 0.5, 0.2, "goal"), row("c", 2, 1.0, 0.5, "goal"), row("d", 1, 1.0, 9.0, "missed")))));
        List<String> slower = Regressions.between(before,
                Results.parse(results(row("a", 1, 2.3, 0.5, "goal"), row("b", 1, 1.0, 0.6, "met"), row("c", 1, 1.0, 0.5, "goal"))));
        assertEquals(3, slower.size(), slower.toString());
        assertTrue(slower.get(0).startsWith("a, 1 thread: ms from 2.000 to 2.300"), slower.get(0));
        assertTrue(slower.get(1).startsWith("b, 1 thread: ratio"), slower.get(1));
        assertEquals("c, 2 threads: absent", slower.get(2));
        assertEquals(List.of("a, 1 thread: ratio to the peer not measured", "b, 1 thread: absent", "c, 2 threads: absent"),
                Regressions.between(before, Results.parse(results(row("a", 1, 2.0, null, "unmeasured")))));
    }

    @Test
    void whatIsWrittenIsRead() {
        Results r = Results.parse(results(row("a \"b\" \\ \n\u0001", 2, 1e-7, null, "unmeasured")));
        assertEquals("a \"b\" \\ \n\u0001", r.rows().get(0).name());
        assertEquals(1e-7, r.rows().get(0).loamMs());
        assertEquals(null, r.rows().get(0).ratio());
        for (String bad : List.of("", "{", "[1, 2", "{\"environment\": {}, \"rows\": []} x", "{\"a\" 1}", "{}", "tru", "\"\\q\"")) {
            assertThrows(IllegalArgumentException.class, () -> Results.parse(bad), bad);
        }
    }

    @Test
    void everyRowHasALimit() {
        Rows.all().forEach(r -> assertTrue(r.must().ratio() != null && r.goal().ratio() < r.must().ratio(), r.name()));
    }

    private static Map<String, Object> row(String name, int threads, Double ms, Double ratio, String verdict) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("name", name);
        m.put("threads", threads);
        m.put("loamMs", ms);
        m.put("peer", "libtorch (DJL)");
        m.put("peerMs", ratio == null ? null : ms / ratio);
        m.put("ratio", ratio);
        m.put("peakShare", 0.8);
        Map<String, Object> must = new LinkedHashMap<>();
        must.put("ratio", 0.6);
        must.put("peakShare", 0.72);
        m.put("must", must);
        m.put("goal", Map.of("ratio", 0.5));
        m.put("verdict", verdict);
        return m;
    }

    private static String results(Map<?, ?>... rows) {
        Map<String, Object> peaks = new LinkedHashMap<>();
        peaks.put("1", 200.0);
        peaks.put("2", 390.0);
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("date", "2026-01-02T03:04:05Z");
        environment.put("processor", "X");
        environment.put("cores", 2);
        environment.put("jdk", "25");
        environment.put("peers", Map.of("libtorch (DJL)", Map.of("engine", "torch 1")));
        environment.put("peakGflopsByThreads", peaks);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("environment", environment);
        all.put("rows", new ArrayList<>(List.of(rows)));
        return Json.text(all);
    }
}
