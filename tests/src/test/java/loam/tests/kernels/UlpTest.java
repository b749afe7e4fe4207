package loam.tests.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import loam.bench.ulp.UlpErrors;
import loam.bench.ulp.UlpFunction;
import loam.bench.ulp.UlpTable;
import loam.bench.ulp.UlpWalk;
import loam.tensor.internal.Loops;
import loam.tests.standards.Repo;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The committed table of errors holds: no error on a dense sample, on special values and their neighbours or on the recorded worst inputs is
 * above its line, and the worst input still has the recorded error. Would catch a kernel that became less exact, a table that is older than
 * its kernels or lacks one, a wrong NaN, infinity or sign of zero; and a measure of errors that measures nothing.
 */
@Tag("fast")
class UlpTest {
    /** A prime, so that all low bits are met. */
    private static final long STRIDE = 16_411;
    /** Numbers that a function must have been tried on. */
    private static final long LEAST = 100_000_000;
    private static final float[] SPECIAL = {0, Float.MIN_VALUE, Float.intBitsToFloat(0x007fffff), Float.MIN_NORMAL, Float.MAX_VALUE, Float.POSITIVE_INFINITY,
        Float.NaN, Float.intBitsToFloat(0x7f800001), 0x1p-24f, 0x1p-12f, 0.125f, 0.25f, 0.5f, 0.70710677f, 1, 1.4142135f, 2, 3, 4, 9, 10, 10.3f, 14.6f, 15,
        (float) (Math.PI / 4), (float) (Math.PI / 2), (float) Math.PI, 0x1p22f, 0x1p23f, 0x1p24f, 0x1p25f, 0x1p28f, 0x1p31f, 1e30f, 87.33654f, 88.72284f, 103.97208f,
        104, 105, 150, 1000, 1023, 1e-30f};

    private static List<UlpTable.Line> table() throws IOException {
        return UlpTable.parse(Files.readString(Repo.root().resolve("bench/ULP.md")));
    }

    private static float[] specials() {
        List<Float> all = new ArrayList<>();
        for (float x : SPECIAL) {
            for (float y : new float[] {Math.nextDown(x), x, Math.nextUp(x)}) {
                all.add(y);
                all.add(-y);
            }
        }
        float[] out = new float[all.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = all.get(i);
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> noErrorIsAboveTheTable() throws IOException {
        List<UlpTable.Line> table = table();
        List<Loops> sets = UlpWalk.sets();
        return UlpFunction.all().stream().map(f -> DynamicTest.dynamicTest(f.name(), () -> {
            UlpErrors[] dense = UlpWalk.over(f, sets, STRIDE);
            UlpErrors[] special = UlpWalk.on(f, sets, specials());
            for (int s = 0; s < sets.size(); s++) {
                String what = f.name() + ", " + sets.get(s).name();
                String name = sets.get(s).name();
                UlpTable.Line line = table.stream().filter(l -> l.function().equals(f.name()) && l.kernels().equals(name)).findFirst()
                        .orElseThrow(() -> new AssertionError("no line for " + what));
                UlpErrors worst = UlpWalk.on(f, sets, line.worst())[s];
                assertEquals(line.max(), worst.max(), 0.0011, what + ": the recorded worst input");
                for (UlpErrors e : List.of(dense[s], special[s], worst)) {
                    assertTrue(e.max() <= line.max() + 1e-6, () -> what + "(" + e.worst() + "): " + e.max() + " ulp, recorded " + line.max());
                    assertTrue(e.maxNormal() <= line.maxNormal() + 1e-6, () -> what + ", normal results: " + e.maxNormal() + " ulp, recorded " + line.maxNormal());
                    assertEquals(0, e.wrong(), () -> what + "(" + e.firstWrong() + ") is wrong");
                }
            }
        }));
    }

    @Test
    void theTableIsOfManyNumbersAndBothSets() throws IOException {
        List<String> wanted = UlpFunction.all().stream().flatMap(f -> Stream.of(f.name() + " simd", f.name() + " scalar")).toList();
        assertEquals(wanted, table().stream().map(l -> l.function() + " " + l.kernels()).toList());
        for (UlpTable.Line line : table()) {
            assertTrue(line.inputs().equals("all") || Long.parseLong(line.inputs()) >= LEAST, line.function() + ": only " + line.inputs() + " inputs");
            assertTrue(line.right(), line.function() + " " + line.kernels() + ": " + line.specials());
        }
    }

    @Test
    void errorsAreMeasuredInUnitsOfTheExactValue() {
        assertEquals(0, UlpErrors.units(1.5f, 1.5));
        assertEquals(1, UlpErrors.units(Math.nextUp(1f), 1));
        assertEquals(0.5, UlpErrors.units(1f, 1 + 0x1p-24), 1e-9);
        assertEquals(3, UlpErrors.units(4 * Float.MIN_VALUE, Float.MIN_VALUE));
        assertEquals(0, UlpErrors.units(Float.NaN, Double.NaN));
        assertEquals(0, UlpErrors.units(Float.POSITIVE_INFINITY, 1e300));
        assertEquals(1, UlpErrors.units(Float.POSITIVE_INFINITY, Float.MAX_VALUE));
        assertEquals(0.25, UlpErrors.units(0f, 0.25 * Float.MIN_VALUE));
        double wrong = Double.POSITIVE_INFINITY;
        assertEquals(wrong, UlpErrors.units(Float.NaN, 1));
        assertEquals(wrong, UlpErrors.units(1f, Double.NaN));
        assertEquals(wrong, UlpErrors.units(Float.MAX_VALUE, wrong));
        assertEquals(wrong, UlpErrors.units(Float.NEGATIVE_INFINITY, wrong));
        assertEquals(wrong, UlpErrors.units(0f, -0.0));
        assertEquals(wrong, UlpErrors.units(-0f, 0.25 * Float.MIN_VALUE));
    }

    @Test
    void theWorstInputIsFound() {
        UlpFunction f = new UlpFunction("one off", (loops, n, x, y) -> {
            for (int i = 0; i < n; i++) {
                y[i] = x[i] == 3 ? 3 + 5 * Math.ulp(3f) : x[i];
            }
        }, x -> x);
        long stride = Float.floatToRawIntBits(3f);
        UlpErrors e = UlpWalk.over(f, UlpWalk.sets().subList(0, 1), stride)[0];
        assertEquals(5, e.max());
        assertEquals(3f, e.worst());
        assertEquals((UlpWalk.ALL + stride - 1) / stride, e.inputs());
    }

    @Test
    void linesThatAreNotMeasuredAgainStay() {
        String old = "before\n" + UlpTable.BEGIN + "\n" + UlpTable.END + "\nbehind\n";
        List<UlpTable.Line> lines = List.of(new UlpTable.Line("log", "simd", "all", 0.8, 2f, 0.8, "0.1000", "right"), new UlpTable.Line("exp", "simd", "5", 1, 1.5f, 0.5, "0.2000", "right"));
        String once = UlpTable.with(old, lines);
        assertEquals(List.of(lines.get(1), lines.get(0)), UlpTable.parse(once));
        UlpTable.Line again = new UlpTable.Line("exp", "simd", "all", 2, -1f, 0.75, "0.3000", "1 wrong, the first at -0x0.0p0");
        assertEquals(List.of(again, lines.get(0)), UlpTable.parse(UlpTable.with(once, List.of(again))));
        assertTrue(UlpTable.with(once, List.of()).startsWith("before\n") && UlpTable.with(once, List.of()).endsWith("\nbehind\n"));
        assertThrows(IllegalArgumentException.class, () -> UlpTable.with("nothing", lines));
    }
}
