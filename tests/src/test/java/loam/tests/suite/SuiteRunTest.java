package loam.tests.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Would catch a suite that grows over its budget, or loses tests, without the build failing. */
@Tag("fast")
class SuiteRunTest {
    private static Properties limits(int seconds, int tests) {
        Properties limits = new Properties();
        limits.setProperty("budgetSeconds", Integer.toString(seconds));
        limits.setProperty("minimumTests", Integer.toString(tests));
        return limits;
    }

    private static SuiteRun run(boolean full) {
        List<SuiteRun.Timing> timings = IntStream.range(0, 12)
                .mapToObj(i -> new SuiteRun.Timing("T.t" + i, 12 - i)).toList();
        return new SuiteRun(full, 78.5, timings);
    }

    @Test
    void withinLimitsIsFine() {
        assertEquals(List.of(), run(true).faults(limits(80, 12)));
    }

    @Test
    void overBudgetNamesTheTenSlowest() {
        String fault = run(true).faults(limits(60, 1)).get(0);
        assertTrue(fault.contains("T.t0") && fault.contains("T.t9"), fault);
        assertTrue(!fault.contains("T.t10") && !fault.contains("T.t11"), fault);
    }

    @Test
    void tooFewTestsIsAFault() {
        assertTrue(run(true).faults(limits(80, 13)).get(0).contains("only 12 tests ran"));
    }

    @Test
    void filteredRunIsNotJudged() {
        assertEquals(List.of(), run(false).faults(limits(1, 1000)));
    }

    @Test
    void textGoesThereAndBack() {
        SuiteRun back = SuiteRun.parse(run(true).toText().lines().toList());
        assertEquals(run(true), back);
    }
}
