package loam.tests.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import loam.methods.Registry;
import loam.methods.cli.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Would catch: a wrong exit status, anything but one object on standard output with {@code --json}, keys that differ from the documented
 * ones, an infinite number in the JSON, an error without a hint, progress on standard output.
 */
@Tag("fast")
class CommandLineTest {
    private record Answer(int status, String out, String err) {
        JsonObject json() {
            try {
                return JsonParser.object().from(out);
            } catch (JsonParserException e) {
                throw new AssertionError("standard output is not one JSON object: " + out, e);
            }
        }
    }

    private static Answer loam(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(args, new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, false, StandardCharsets.UTF_8), false,
                Registry.of(List.of(new FakeFamily())));
        return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void runPrintsTheTableAndJudges() {
        Answer good = loam("run", "sure-thing");
        assertEquals(0, good.status(), good.err());
        assertTrue(good.out().startsWith("sure-thing · On <sure-thing> & \"others\" (1999)\ndata   nothing, 10 steps"), good.out());
        assertTrue(good.out().contains("2 of 2 claims hold (seeds 0, 1, 2)"), good.out());
        assertTrue(good.out().contains("report: none (--report DIR writes one)"), good.out());
        assertTrue(good.err().contains("seed 2 ██████████████████████████████ 100 %  step 10/10"), good.err());
        Answer bad = loam("run", "coin-flip");
        assertEquals(2, bad.status());
        assertTrue(bad.out().contains("1 of 2 claims hold"), bad.out());
        Answer few = loam("run", "coin-flip", "--seeds", "1", "--seed", "7");
        assertEquals(0, few.status());
        assertTrue(few.out().contains("undecided"), few.out());
    }

    @Test
    void aProfileGoesToStandardErrorAndIntoItsFile(@TempDir Path dir) throws IOException {
        Path trace = dir.resolve("trace.json");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] args = {"run", "cnn-svm", "--seeds", "1", "--seed", "1000", "--set", "steps=2", "--json", "--profile=" + trace};
        int status = Main.run(args, new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, false, StandardCharsets.UTF_8), false,
                Registry.load());
        String table = err.toString(StandardCharsets.UTF_8);
        assertEquals(0, status, table);
        assertTrue(new Answer(status, out.toString(StandardCharsets.UTF_8), table).json().has("claims"));
        assertTrue(table.contains("conv2d") && table.contains("backward") && table.contains("adam") && table.contains("(Conv2d)"), table);
        assertTrue(Files.readString(trace).contains("\"traceEvents\""));
        assertEquals(64, loam("run", "--all", "--profile").status());
    }

    @Test
    void whatDivergesIsToldAndTheOthersStillRun() {
        Answer a = loam("run", "sure-thing", "--set", "mode=steep");
        assertEquals(2, a.status(), "no gain over an arm without a number\n" + a.out() + a.err());
        assertTrue(a.out().contains("diverged: seed 0, guess: step: the loss is Infinity at step "), a.out());
        assertTrue(a.out().contains("no (not a number)") && a.out().contains("1 of 2 claims hold (seeds 0, 1, 2)"), a.out());
        JsonObject o = loam("run", "sure-thing", "--set", "mode=steep", "--json").json();
        assertEquals(List.of(0, 2), o.getArray("diverged").stream().map(d -> ((JsonObject) d).getInt("seed")).toList());
        assertEquals(List.of("guess", "guess"), o.getArray("diverged").stream().map(d -> ((JsonObject) d).getString("work")).toList());
        JsonObject guess = o.getObject("metrics").getObject("guess");
        assertTrue(guess.isNull("mean") && guess.getArray("perSeed").get(0) == null && guess.getArray("perSeed").getDouble(1) == 0.1, guess.toString());
        assertEquals(List.of(true, false, false), o.getArray("claims").stream().map(c -> ((JsonObject) c).getBoolean("holds")).toList());
        Answer outside = loam("run", "sure-thing", "--set", "mode=steep", "--seed", "4", "--seeds", "1");
        assertEquals(2, outside.status(), "undecided for the seeds, but no seed mends it");
        assertTrue(outside.out().contains("diverged: seed 4, guess") && outside.out().contains("diverged: seed 4, step 10/10: step: the loss is"), outside.out());
    }

    @Test
    void seedsFollowFromACommit() {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        JsonObject once = loam("run", "sure-thing", "--json", "--seeds-from", commit, "--seeds", "3").json();
        assertEquals(commit, once.getString("seedsFrom"));
        // printf '0123456789abcdef0123456789abcdef01234567:0' | sha256sum gives b900c3a...
        assertEquals(List.of(462425146, 528936579, 495530541), once.getArray("seeds"));
        assertEquals(64, loam("run", "sure-thing", "--seeds-from", commit, "--seed", "3").status());
        Answer short7 = loam("run", "sure-thing", "--seeds-from", "0123456");
        assertEquals(64, short7.status());
        assertTrue(short7.err().contains("git rev-parse"), short7.err());
    }

    @Test
    void runJsonIsOneObjectWithTheDocumentedKeys() {
        Answer a = loam("run", "sure-thing", "--json", "--seed", "1000", "--set", "noisy=true");
        assertEquals(0, a.status(), a.err());
        JsonObject o = a.json();
        assertEquals(Set.of("method", "tier", "seeds", "settings", "data", "tuning", "claims", "metrics", "seconds", "environment"), o.keySet());
        assertEquals("tiny", o.getString("tier"));
        assertEquals(List.of(1000, 1001, 1002), o.getArray("seeds"));
        assertEquals(Map.of("noisy", true), Map.copyOf(o.getObject("settings")), "the changed settings alone");
        assertEquals(Set.of("name", "source", "sha256", "train", "test"), o.getArray("data").getObject(0).keySet());
        JsonObject claim = o.getArray("claims").getObject(1);
        assertEquals(Set.of("name", "metric", "direction", "kind", "baseline", "method", "margin", "required", "standardError", "perSeed", "verdict", "holds"),
                claim.keySet());
        assertEquals("higher", claim.getString("direction"));
        assertEquals("gating", claim.getString("kind"));
        assertEquals("holds", claim.getString("verdict"));
        assertEquals(true, claim.get("holds"));
        assertEquals(3, claim.getArray("perSeed").size());
        assertEquals(Set.of("jdk", "kernels", "lanes", "threads", "processor"), o.getObject("environment").keySet());
        assertTrue(o.getObject("metrics").getObject("extra").isNull("mean"), "infinite numbers become null");
        JsonObject undecided = loam("run", "sure-thing", "--json", "--seeds", "1").json().getArray("claims").getObject(0);
        assertEquals("undecided", undecided.getString("verdict"));
        assertTrue(undecided.has("holds") && undecided.isNull("holds") && undecided.isNull("standardError"));
    }

    /** Both invented methods: one holds, one does not; without data each fails alone and the status is that of missing data. */
    @Test
    void runAllRunsEveryMethodAndSumsUp(@TempDir Path folder) throws Exception {
        Answer a = loam("run", "--all", "--tier", "tiny", "--report", folder.toString());
        assertEquals(2, a.status(), a.err());
        assertTrue(a.out().contains("1 of 2 methods: no gating claim fails"), a.out());
        assertTrue(a.out().lines().anyMatch(l -> l.matches("coin-flip +tiny +1 of 2 hold +\\S+ s +accuracy +0.501 +≥ 0.900")), a.out());
        assertTrue(a.out().lines().anyMatch(l -> l.matches("sure-thing +tiny +2 of 2 hold .*")), a.out());
        assertTrue(a.err().contains("sure-thing (2 of 2)"), a.err());
        assertTrue(Files.exists(folder.resolve("coin-flip-tiny.html")) && Files.exists(folder.resolve("sure-thing-tiny.json")));
        Answer json = loam("run", "--all", "--json", "--seeds", "1");
        assertEquals(0, json.status(), "undecided claims do not fail");
        assertEquals(Set.of("runs", "failed", "withoutTier", "seconds"), json.json().keySet());
        assertEquals(List.of("coin-flip", "sure-thing"), json.json().getArray("runs").stream().map(r -> ((JsonObject) r).getString("method")).toList());
        damagedFashionMnist(folder);
        Answer noData = loam("run", "--all", "--tier", "small", "--json", "--data", folder.toString());
        assertEquals(66, noData.status(), noData.err());
        JsonObject failed = noData.json().getArray("failed").getObject(1);
        assertEquals("sure-thing", failed.getString("method"));
        assertEquals(Set.of("code", "message", "hint"), failed.getObject("error").keySet());
    }

    @Test
    void wrongUsageIs64WithHints() {
        List<String[]> wrong = List.of(new String[] {"run", "sure-thin"}, new String[] {"run"}, new String[] {"run", "sure-thing", "--all"},
                new String[] {"run", "--all", "--set", "steps=3"}, new String[] {"run", "--all", "--tier", "tny"}, new String[] {"run", "--all", "--tier", "full"},
                new String[] {"run", "--all", "--seeds", "0"}, new String[] {"rnu", "sure-thing"}, new String[] {},
                new String[] {"run", "sure-thing", "--tire", "tiny"}, new String[] {"run", "sure-thing", "--tier", "tny"},
                new String[] {"run", "sure-thing", "--tier", "full"}, new String[] {"run", "sure-thing", "--seeds", "0"},
                new String[] {"run", "sure-thing", "--seeds", "many"}, new String[] {"run", "sure-thing", "--set", "stepps=3"},
                new String[] {"run", "sure-thing", "--set", "steps=0"}, new String[] {"run", "sure-thing", "--set", "steps=1.5"},
                new String[] {"run", "sure-thing", "--set", "rate=NaN"}, new String[] {"run", "sure-thing", "--set", "steps"},
                new String[] {"run", "sure-thing", "--set", "mode=odd"}, new String[] {"run", "sure-thing", "--data", "no/such/folder"},
                new String[] {"run", "sure-thing", "--seed", String.valueOf(Long.MAX_VALUE)},
                new String[] {"list", "--family", "nope"}, new String[] {"describe", "x"}, new String[] {"compare", "sure-thing"},
                new String[] {"data", "where", "mnits"}, new String[] {"data"}, new String[] {"doctor", "now"});
        for (String[] args : wrong) {
            Answer a = loam(args);
            String shown = String.join(" ", args) + "\n" + a.out() + a.err();
            assertEquals(64, a.status(), shown);
            assertEquals("", a.out(), shown);
            assertTrue(a.err().startsWith("loam: ") && a.err().contains("hint"), shown);
        }
        assertTrue(loam("run", "sure-thin").err().contains("did you mean sure-thing?"));
        assertTrue(loam("rnu", "sure-thing").err().contains("did you mean run?"));
        assertTrue(loam("run", "sure-thing", "--tire", "tiny").err().contains("did you mean --tier?"));
        assertTrue(loam("run", "sure-thing", "--set", "stepps=3").err().contains("did you mean steps? settings: steps, rate, noisy, mode"));
        assertTrue(loam("data", "where", "mnits").err().contains("mnist"));
    }

    @Test
    void errorsWithJsonAreOneObject() {
        for (String[] args : List.of(new String[] {"run", "sure-thin", "--json"}, new String[] {"run", "--json", "sure-thing", "--nope"},
                new String[] {"list", "--json", "--family", "x"})) {
            Answer a = loam(args);
            assertEquals(64, a.status());
            assertEquals(Set.of("error"), a.json().keySet());
            assertEquals(Set.of("code", "message", "hint"), a.json().getObject("error").keySet());
            assertEquals("usage", a.json().getObject("error").getString("code"));
        }
        Answer broken = loam("run", "sure-thing", "--json", "--set", "mode=broken");
        assertEquals(70, broken.status());
        assertEquals("internal", broken.json().getObject("error").getString("code"));
    }

    private static void damagedFashionMnist(Path folder) throws IOException {
        Path set = Files.createDirectories(folder.resolve("fashion-mnist"));
        for (String f : List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) {
            Files.write(set.resolve(f), new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 5});
        }
    }

    @Test
    void damagedDataIs66(@TempDir Path folder) throws Exception {
        damagedFashionMnist(folder);
        Answer a = loam("run", "sure-thing", "--tier", "small", "--data", folder.toString(), "--json");
        assertEquals(66, a.status(), a.out());
        assertEquals("damaged_data", a.json().getObject("error").getString("code"));
        assertTrue(a.json().getObject("error").getString("hint").contains("loam data fetch fashion-mnist"));
    }

    @Test
    void listDescribeCompareDoctorData() {
        assertTrue(loam("list").out().contains("coin-flip"));
        assertFalse(loam("list", "sure*").out().contains("coin-flip"));
        assertEquals(2, loam("list", "--family", "invented", "--json").json().getArray("methods").size());
        String described = loam("describe", "sure-thing").out();
        assertTrue(described.startsWith("# sure-thing\n\nSettings: what --set key=value changes"), described);
        assertTrue(described.contains("\nrate      0.1     0.1     how fast\n"), described);
        Answer compared = loam("compare", "sure-thing", "coin-flip");
        assertEquals(0, compared.status(), compared.err());
        assertTrue(compared.out().contains("loam run coin-flip shows its claims"), compared.out());
        JsonObject doctor = loam("doctor", "--json").json();
        assertTrue(doctor.keySet().containsAll(Set.of("jdk", "vectorModule", "kernels", "reason", "lanes", "threads", "heapBytes", "data", "hints")), doctor.toString());
        assertTrue(loam("doctor").out().contains("kernels"));
        assertEquals("bundled\n", loam("data", "where", "digits").out());
        assertTrue(loam("data", "list").out().contains("letter-recognition"));
        assertEquals(0, loam("--help").status());
        assertEquals(0, loam("--version").status());
    }

    @Test
    void pagesAreRewrittenInASourceTree(@TempDir Path tree) throws Exception {
        assertEquals(64, loam("page", "--tree", tree.toString()).status());
        Path folder = Files.createDirectories(tree.resolve("methods/src/main/resources/loam/tests/methods"));
        Files.createDirectories(tree.resolve("methods/src/main/resources/loam/methods"));
        Files.writeString(folder.resolve("README.md"), "# a\n<!-- runs -->\noutdated\n<!-- end of runs -->\nb\n");
        String tiny = loam("run", "sure-thing", "--json", "--seeds-from", "0123456789abcdef0123456789abcdef01234567").out();
        Files.writeString(folder.resolve("run-small-fresh.json"), tiny.replace("\"tier\":\"tiny\"", "\"tier\":\"small\"").replace("\"scalar\"", "\"simd\""));
        Files.writeString(folder.resolve("run-tiny.json"), loam("run", "sure-thing", "--json").out());
        Answer a = loam("page", "--tree", folder.toString());
        assertEquals(0, a.status(), a.err());
        String page = Files.readString(folder.resolve("README.md"));
        int fresh = page.indexOf("**small, seeds that follow from commit 0123456789abcdef0123456789abcdef01234567**: nothing, 1 training and 2 test samples;");
        assertTrue(page.startsWith("# a\n") && page.endsWith("b\n") && !page.contains("outdated"), page);
        assertTrue(fresh > 0 && fresh < page.indexOf("**tiny"), page);
        String overview = Files.readString(tree.resolve("methods/README.md"));
        assertTrue(overview.contains("| returns 0.95 | accuracy |  | 0.951 | 0.951 (≥ 0.900) | 2 of 2; fresh 2 of 2 | nothing, 3 |"), overview);
        assertEquals("all pages show the runs that are kept\n", loam("page", "--tree", tree.toString()).out());
    }

    @Test
    void reportIsWritten(@TempDir Path folder) throws Exception {
        Path target = folder.resolve("new/report");
        Answer a = loam("run", "sure-thing", "--report", target.toString());
        assertEquals(0, a.status(), a.err());
        assertTrue(a.out().contains("report: " + target.resolve("sure-thing-tiny.html")), a.out());
        assertTrue(Files.readString(target.resolve("sure-thing-tiny.html")).endsWith("</html>\n"));
        assertEquals("sure-thing", JsonParser.object().from(Files.readString(target.resolve("sure-thing-tiny.json"))).getString("method"));
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(64, loam("run", "sure-thing", "--report", file.resolve("x").toString()).status());
        try (var left = Files.list(target)) {
            assertEquals(2, left.count(), "no partial files are left");
        }
    }
}
